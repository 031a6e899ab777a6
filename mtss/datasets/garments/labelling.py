"""What the annotators of the catalogue wrote down: the truth, with gaps and slips if asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from mtss.datasets.garments.vocabulary import MULTIPLE, TYPES
from mtss.labels import AttributeType, LabelSpace
from mtss.sample import Sample

Classes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slips:
    """Probabilities: sparsity that a type was not looked at; noise that its class was mistaken for another;
    false_negatives that a class which applies was not ticked."""

    sparsity: float = 0.0
    noise: float = 0.0
    false_negatives: float = 0.0

    def __post_init__(self) -> None:
        for name in ("sparsity", "noise", "false_negatives"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(
                    f"{name.replace('_', ' ')} must lie between 0 and 1, not {getattr(self, name)}"
                )

    @property
    def any(self) -> bool:
        """Whether labels can differ from the truth."""
        return self.sparsity > 0 or self.noise > 0 or self.false_negatives > 0


def label_space(vocabulary: Mapping[str, Classes]) -> LabelSpace:
    """The vocabulary as attribute types."""
    return LabelSpace(
        [
            AttributeType(name, vocabulary[name], "multiple" if name in MULTIPLE else "single")
            for name in TYPES
        ]
    )


def true_sample(
    image: str,
    truth: Mapping[str, Classes | None],
    vocabulary: Mapping[str, Classes],
    *,
    split: str,
    domain: str,
    group: str,
) -> Sample:
    """A sample that says everything. A class outside the vocabulary is "none of these"."""
    labels = {
        name: tuple(c for c in classes if c in vocabulary[name])
        for name, classes in truth.items()
        if classes is not None
    }
    absent = tuple(name for name, classes in truth.items() if classes is None)
    if split not in ("train", "val", "test"):
        raise ValueError(f"there is no split '{split}'")
    return Sample(image, labels, split=split, domain=domain, group=group, not_applicable=absent)


def annotated(sample: Sample, vocabulary: Mapping[str, Classes], slips: Slips, rng: Random) -> Sample:
    """The sample as a hurried annotator would leave it. Draws the same number of lots whatever the rates."""
    from dataclasses import replace

    labels: dict[str, Classes] = {}
    absent: list[str] = []
    for name in TYPES:
        unseen, slip, missed, other = (rng.random() for _ in range(4))
        if unseen < slips.sparsity:
            continue
        if name in sample.not_applicable:
            absent.append(name)
            continue
        labels[name] = _written(
            sample.labels[name], vocabulary[name], slip < slips.noise, missed < slips.false_negatives, other
        )
    return replace(sample, labels=labels, not_applicable=tuple(absent))


def _written(truth: Classes, options: Classes, slip: bool, missed: bool, other: float) -> Classes:
    if not truth:
        return truth
    which = int(other * len(truth))
    kept = truth[:which] + truth[which + 1 :]
    if missed:
        return kept
    if slip:
        wrong = [name for name in options if name not in truth]
        return (*kept, wrong[int(other * len(wrong))])
    return truth
