"""A class that nobody taught (§3.4), shown by a few images: one more row, and what it costs the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mtss.dictionary import Dictionary, unit
from mtss.experiments.reporting import Points, Report, claim, rows_table
from mtss.experiments.study import BASELINES, NotPossible, Scorer, Study, branches
from mtss.few_shot import centred, new_row
from mtss.labels import AttributeType, LabelSpace
from mtss.sample import Sample
from mtss.training.dataset import FeatureSet

SHOWN = (1, 3, 10)  # images of the new class
CLAIMED = 3  # of which the claims speak
A_TYPE = 3  # classes left out of each type, one at a time, a seed
LEAST_ASKED = 5  # test images of such a class

TAUGHT = "taught with all its images"
ROW, RANDOM = "a row of the teacher's", "a row of a student's that began at random"
BESIDE = "a row beside the features, held back"

Similar = Callable[[np.ndarray], np.ndarray]  # examples → similarities [M, N] of all images, the new row last


def run(study: Study) -> Report:
    """Teachers, students and baselines have never seen the class's labels. Raises NotPossible."""
    seeds = [_of_seed(study, seed) for seed in study.seeds]
    names = list(seeds[0])
    table = {name: list(zip(*(found[name] for found in seeds), strict=True)) for name in names}
    head = [f"{n}: {what}" for n in SHOWN for what in ("found", "known")]
    mean = {name: _mean(cells) for name, cells in table.items()}
    beside = mean[BESIDE]
    claims = (
        claim(
            "a row beside the features, held back, is better than one of the branch alone", beside, mean[ROW]
        ),
        *(claim(f"… than {with_article(name)}", beside, mean[name]) for name in BASELINES),
        claim("a teacher's space has as much room for it as a student's", mean[ROW], mean[RANDOM]),
    )
    about = (
        f"A class is left out of the training and then shown by so many images. Found: of its test images, "
        f"those that it comes first for; known: of the test images without it, those where a class of theirs "
        f"does; in percent, means over classes, {A_TYPE} of a type a seed, of {study.describe()}. Claims are "
        f"of {CLAIMED} images and the mean of both."
    )
    return Report("A new class from a few images", about, tuple(rows_table(head, table)), claims)


def with_article(baseline: str) -> str:
    """As it stands in a sentence."""
    return baseline if baseline.endswith("s") else f"a {baseline}"


def without_class(
    data: FeatureSet, seed: int, name: str, left_out: str, shown: Sequence[int] = ()
) -> FeatureSet:
    """As if the class did not exist, but for the images `shown`: nobody has looked at others that have it."""
    kept = set(shown)
    samples = [s if i in kept else _unlooked(s, name, left_out) for i, s in enumerate(data.samples)]
    if shown:
        return replace(data, samples=tuple(samples))
    types = [t if t.name != name else _reduced(t, left_out) for t in data.space.types]
    return replace(data, samples=tuple(samples), space=LabelSpace(types))


def _reduced(attribute: AttributeType, left_out: str) -> AttributeType:
    return AttributeType(attribute.name, [c for c in attribute.classes if c != left_out], attribute.selection)


def _unlooked(sample: Sample, name: str, left_out: str) -> Sample:
    negative = {n: tuple(c for c in cs if (n, c) != (name, left_out)) for n, cs in sample.negative.items()}
    if left_out not in sample.labels.get(name, ()):
        return replace(sample, negative=negative)
    return replace(sample, labels={n: cs for n, cs in sample.labels.items() if n != name}, negative=negative)


def _of_seed(study: Study, seed: int) -> dict[str, list[float]]:
    """For everyone, found and known by the number of images shown: means over the classes left out."""
    cases = list(_cases(study, seed))
    if not cases:
        raise NotPossible(f"no class has {max(SHOWN)} training and {LEAST_ASKED} test images")
    found = [case.measures() for case in cases]
    return {name: np.mean([f[name] for f in found], axis=0).tolist() for name in found[0]}


def _cases(study: Study, seed: int) -> Iterator[_Case]:
    random, data = np.random.default_rng((seed, 8)), study.part(seed)
    for name in study.types:
        attribute, images = data.space[name], {s: data.mask(s) for s in ("train", "test")}
        has = {c: np.array([c in s.labels.get(name, ()) for s in data.samples]) for c in attribute.classes}
        able = [
            c
            for c in attribute.classes
            if (has[c] & images["train"]).sum() >= max(SHOWN)
            and (has[c] & images["test"]).sum() >= LEAST_ASKED
        ]
        if len(attribute.classes) < 3:
            continue
        for c in random.permutation(np.array(able, object))[:A_TYPE]:
            examples = random.permutation(np.flatnonzero(has[c] & images["train"]))
            yield _Case(study, seed, attribute, str(c), examples)


@dataclass
class _Case:
    """One class left out; `examples`: its training images, in the order in which they are shown."""

    study: Study
    seed: int
    attribute: AttributeType
    left_out: str
    examples: np.ndarray

    def __post_init__(self) -> None:
        self.data = self.study.part(self.seed)
        rest = [c for c in self.attribute.classes if c != self.left_out]
        self.classes = (*rest, self.left_out)
        self.truth = np.array(
            [[c in s.labels.get(self.attribute.name, ()) for c in self.classes] for s in self.data.samples]
        )

    def measures(self) -> dict[str, list[float]]:
        """{who: [found, known of one image shown, found, known of three, …]}, in percent."""
        ways = self._ways()
        found = {
            who: [value for count in SHOWN for value in self._judged(similar(self.examples[:count]))]
            for who, similar in ways.items()
        }
        return found | {TAUGHT: self._judged(self._taught()) * len(SHOWN)}

    def _judged(self, similarities: np.ndarray) -> list[float]:
        best, asked = similarities.argmax(axis=1), self.data.mask("test")
        new = asked & self.truth[:, -1]
        old = asked & self.truth[:, :-1].any(axis=1) & ~new
        right = self.truth[np.arange(len(best)), best]
        return [100 * float(right[new].mean()), 100 * float(right[old].mean())]

    def _ways(self) -> Mapping[str, Similar]:
        name = self.attribute.name
        there = self.study.changed(partial(without_class, name=name, left_out=self.left_out))
        teacher = there.teacher(self.seed, name, there.config)
        student = there.student(self.seed, [teacher], student_start="random")
        rows = teacher.module.dictionary.detach().cpu().numpy()[: teacher.real]
        embedded = {
            ROW: teacher.embed(self.data.inputs),
            RANDOM: branches(student)[name](self.data.inputs),
        }
        ways: dict[str, Similar] = {who: partial(self._with_row, rows, e) for who, e in embedded.items()}
        ways[BESIDE] = partial(self._beside, rows, embedded[ROW])
        return ways | {who: partial(self._baseline, score) for who, score in BASELINES.items()}

    def _with_row(self, rows: np.ndarray, embeddings: np.ndarray, shown: np.ndarray) -> np.ndarray:
        known = Dictionary(self.classes[:-1], rows)
        return known.with_examples(self.left_out, embeddings[shown]).similarities(embeddings)

    def _beside(self, rows: np.ndarray, embeddings: np.ndarray, shown: np.ndarray) -> np.ndarray:
        """As the application has it: nothing but the images shown is verified."""
        learned = unit(self.data.features[self.data.mask("train")])
        aside = centred(self.data.features, learned.mean(axis=0))
        near = Dictionary(self.classes[:-1], rows).similarities(embeddings)
        vectors = np.concatenate([unit(embeddings), aside], axis=1)
        mine = np.arange(len(shown))
        row, offset = new_row(vectors[shown], mine, near[shown], self.truth[shown])
        return np.column_stack([near, vectors @ row - offset])

    def _baseline(self, score: Scorer, shown: np.ndarray) -> np.ndarray:
        name = self.attribute.name
        data = without_class(self.data, self.seed, name, self.left_out, shown.tolist())
        return self._ordered(score(data, self.attribute, self.study.config.refit))

    def _taught(self) -> np.ndarray:
        teacher = self.study.teacher(self.seed, self.attribute.name, self.study.config)
        rows = teacher.module.dictionary.detach().cpu().numpy()[: teacher.real]
        return self._ordered(
            Dictionary(self.attribute.classes, rows).similarities(teacher.embed(self.data.inputs))
        )

    def _ordered(self, scores: np.ndarray) -> np.ndarray:
        return scores[:, [self.attribute.index(c) for c in self.classes]]


def _mean(cells: Sequence[Points]) -> Points:
    """Of found and known, of `CLAIMED` images."""
    at = 2 * SHOWN.index(CLAIMED)
    return [0.5 * (found + known) for found, known in zip(cells[at], cells[at + 1], strict=True)]
