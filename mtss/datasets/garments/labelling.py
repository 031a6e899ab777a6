"""What the annotators of the catalogue wrote down: the truth, with gaps and slips if asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from mtss.datasets.garments.vocabulary import MULTIPLE, TYPES
from mtss.labels import AttributeType, LabelSpace
from mtss.sample import Sample

Classes = tuple[str, ...]


Rates = float | Mapping[str, float]  # of every type, or by type (0 for those not named)


@dataclass(frozen=True, slots=True)
class Slips:
    """Probabilities: sparsity that a type was not looked at; noise that its class was mistaken for another;
    false_negatives that a class which applies was not ticked. Raises ValueError in words."""

    sparsity: Rates = 0.0
    noise: Rates = 0.0
    false_negatives: Rates = 0.0

    def __post_init__(self) -> None:
        for name in ("sparsity", "noise", "false_negatives"):
            rates: Rates = getattr(self, name)
            words = name.replace("_", " ")
            for kind, rate in rates.items() if isinstance(rates, Mapping) else ((None, rates),):
                if kind is not None and kind not in TYPES:
                    raise ValueError(f"{words}: there is no type '{kind}' (known: {', '.join(TYPES)})")
                if not 0 <= rate <= 1:
                    raise ValueError(f"{words} must lie between 0 and 1, not {rate}")

    @property
    def any(self) -> bool:
        """Whether labels can differ from the truth."""
        every = (self.sparsity, self.noise, self.false_negatives)
        return any(rate_of(rates, name) > 0 for rates in every for name in TYPES)


def rate_of(rates: Rates, name: str) -> float:
    """The probability for one type."""
    return rates.get(name, 0.0) if isinstance(rates, Mapping) else rates


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
        if unseen < rate_of(slips.sparsity, name):
            continue
        if name in sample.not_applicable:
            absent.append(name)
            continue
        labels[name] = _written(
            sample.labels[name],
            vocabulary[name],
            slip < rate_of(slips.noise, name),
            missed < rate_of(slips.false_negatives, name),
            other,
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
