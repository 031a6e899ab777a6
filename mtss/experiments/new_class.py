"""A class that nobody taught (§3.4), shown by a few images: one more row, and what it costs the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mtss.dictionary import Dictionary, unit
from mtss.experiments.linear_probe import STRENGTHS, probe_scores
from mtss.experiments.neighbours import COUNTS, neighbour_scores
from mtss.experiments.reporting import Claim, Points, Report, claim, rows_table
from mtss.experiments.study import NotPossible, Study, branches
from mtss.few_shot import centred, new_row
from mtss.labels import AttributeType, LabelSpace
from mtss.sample import Sample
from mtss.training.dataset import FeatureSet

SHOWN = (1, 3, 10)  # images of the new class
CLAIMED = 3  # of which the claims speak
A_TYPE = 3  # classes left out of each type, one at a time, a seed
LEAST_ASKED = 5  # test images of such a class
LEAST_TAUGHT = 2  # classes with training images that are left
MEASURES = ("found", "known", "all")

ROW, RANDOM = "a row of the teacher's", "a row of a student's that began at random"
HELD, BESIDE = "the teacher's, held back", "the teacher's, beside the features and held back"
PROBE, NEIGHBOURS = "linear probe, at its best C", "nearest neighbours, at their best count"
TAUGHT = "a teacher of all its images"

Scores = np.ndarray  # [M, N] of all images, the new class last
Way = Callable[[np.ndarray], Scores]  # indices of the images shown → scores


def run(study: Study) -> Report:
    """Nobody has learned from the class's labels but of the images shown. Raises NotPossible."""
    seeds = [_of_seed(study, seed) for seed in study.seeds]
    table = {who: list(zip(*(found[who] for found in seeds), strict=True)) for who in seeds[0]}
    head = [f"{n}: {what}" for n in SHOWN for what in MEASURES]
    both = {who: _both(cells) for who, cells in table.items()}
    whole = {who: cells[_at("all")] for who, cells in table.items()}
    claims = (*_claims(both, "in the mean of both"), *_claims(whole, "of all images"))
    parts = [study.part(seed) for seed in study.seeds]
    skipped = [name for name in study.types if not any(_able(part, name) for part in parts)]
    about = (
        f"A class is left out of the training and then shown by 1, 3 or 10 images. Found: of its test "
        f"images, those that it comes first for; known: of the others, those that a class of theirs comes "
        f"first for; all: of all of them, each class as frequent as it is; in percent, means over classes, "
        f"{A_TYPE} of a type a seed, of {study.describe()}. A probe's C and the number of neighbours are "
        "those that do best on the test images themselves, by found and known: nobody could know them. "
        f"One image alone holds nothing back. Claims are of {CLAIMED} images."
        + (f" Left out for too few images or classes: {', '.join(skipped)}." if skipped else "")
    )
    return Report("A new class from a few images", about, tuple(rows_table(head, table)), claims)


def _claims(found: Mapping[str, Points], measure: str) -> Iterator[Claim]:
    """How the rows compare by one measure, in words that name it."""
    comparisons = (
        ("held back, a row is better than as it is", HELD, ROW),
        ("held back beside the features, it is better than held back alone", BESIDE, HELD),
        ("… than a linear probe at its best C", BESIDE, PROBE),
        ("… than nearest neighbours at their best count", BESIDE, NEIGHBOURS),
        ("a teacher's space has more room for it than a student's", ROW, RANDOM),
    )
    for words, better, worse in comparisons:
        yield claim(f"{words}, {measure}", found[better], found[worse])


def without_class(
    data: FeatureSet, seed: int, name: str, left_out: str, shown: Sequence[int] = ()
) -> FeatureSet:
    """As if the class did not exist: nobody has looked at images that have it, but for those `shown`.

    With some shown it stands in the label space.
    """
    kept = set(shown)
    samples = [s if i in kept else _unlooked(s, name, left_out) for i, s in enumerate(data.samples)]
    types = [t if t.name != name or shown else _reduced(t, left_out) for t in data.space.types]
    return replace(data, samples=tuple(samples), space=LabelSpace(types))


def _reduced(attribute: AttributeType, left_out: str) -> AttributeType:
    rest = [c for c in attribute.classes if c != left_out]
    return AttributeType(attribute.name, rest, attribute.selection)


def _unlooked(sample: Sample, name: str, left_out: str) -> Sample:
    if left_out in sample.labels.get(name, ()):
        return replace(
            sample,
            labels={n: cs for n, cs in sample.labels.items() if n != name},
            negative={n: cs for n, cs in sample.negative.items() if n != name},
            partial=tuple(n for n in sample.partial if n != name),
        )
    negative = {n: tuple(c for c in cs if (n, c) != (name, left_out)) for n, cs in sample.negative.items()}
    return replace(sample, negative=negative)


def _of_seed(study: Study, seed: int) -> dict[str, list[float]]:
    """For everyone, `MEASURES` by the number of images shown: means over the classes left out."""
    cases = list(_cases(study, seed))
    if not cases:
        raise NotPossible(f"no class has {max(SHOWN)} training and {LEAST_ASKED} test images")
    found = [case.measures() for case in cases]
    return {who: np.mean([f[who] for f in found], axis=0).tolist() for who in found[0]}


def _cases(study: Study, seed: int) -> Iterator[Case]:
    random, data = np.random.default_rng((seed, 8)), study.part(seed)
    for name in study.types:
        for left_out in random.permutation(np.array(_able(data, name), object))[:A_TYPE]:
            has = np.array([left_out in s.labels.get(name, ()) for s in data.samples])
            examples = random.permutation(np.flatnonzero(has & data.mask("train")))
            yield Case(study, seed, data.space[name], str(left_out), examples)


def _able(data: FeatureSet, name: str) -> list[str]:
    """The classes of a type that can be left out: enough images show them, and enough classes remain."""
    taught, asked = ([s for s in data.samples if s.split == split] for split in ("train", "test"))

    def count(samples: Sequence[Sample], wanted: str) -> int:
        return sum(wanted in s.labels.get(name, ()) and name not in s.partial for s in samples)

    classes = data.space[name].classes
    shown = [c for c in classes if count(taught, c)]
    enough = [c for c in shown if count(taught, c) >= max(SHOWN) and count(asked, c) >= LEAST_ASKED]
    return enough if len(shown) > LEAST_TAUGHT else []


@dataclass
class Case:
    """One class left out; `examples`: its training images, in the order in which they are shown."""

    study: Study
    seed: int
    attribute: AttributeType
    left_out: str
    examples: np.ndarray

    def __post_init__(self) -> None:
        self.data, name = self.study.part(self.seed), self.attribute.name
        self.classes = (*(c for c in self.attribute.classes if c != self.left_out), self.left_out)
        self.truth = np.array(
            [[c in s.labels.get(name, ()) for c in self.classes] for s in self.data.samples]
        )
        whole = np.array([name not in s.partial for s in self.data.samples])  # the class may be in others too
        self.asked = self.data.mask("test") & whole & self.truth.any(axis=1)

    def measures(self) -> dict[str, list[float]]:
        """{who: [`MEASURES` of one image shown, of three, …]}, in percent."""
        found = {
            who: [value for count in SHOWN for value in self.judged(way(self.examples[:count]))]
            for who, way in self._ways().items()
        }
        return found | {TAUGHT: self.judged(self._taught()) * len(SHOWN)}

    def judged(self, scores: Scores) -> list[float]:
        """`MEASURES` of the test images, in percent."""
        best = scores.argmax(axis=1)
        new = self.asked & self.truth[:, -1]
        right = self.truth[np.arange(len(best)), best]
        found = best[new] == len(self.classes) - 1
        return [100 * float(part.mean()) for part in (found, right[self.asked & ~new], right[self.asked])]

    def _ways(self) -> Mapping[str, Way]:
        name = self.attribute.name
        there = self.study.changed(partial(without_class, name=name, left_out=self.left_out))
        teacher = there.teacher(self.seed, name, there.config)
        student = there.student(self.seed, [teacher], student_start="random")
        known = teacher.classes
        mine = teacher.embed(self.data.inputs)
        train = unit(self.data.features[self.data.mask("train")])
        aside = centred(self.data.features, train.mean(axis=0))
        return {
            ROW: partial(self._row, known, mine),
            RANDOM: partial(self._row, known, branches(student)[name](self.data.inputs)),
            HELD: partial(self._held_back, known.similarities(mine), unit(mine)),
            BESIDE: partial(
                self._held_back, known.similarities(mine), np.concatenate([unit(mine), aside], axis=1)
            ),
            PROBE: lambda shown: self._best(
                probe_scores(self._shown(shown), self.attribute, self.study.config.refit, (c,))
                for c in (*STRENGTHS, 10.0)
            ),
            NEIGHBOURS: lambda shown: self._best(
                neighbour_scores(self._shown(shown), self.attribute, self.study.config.refit, (count,))
                for count in COUNTS
            ),
        }

    def _row(self, known: Dictionary, embeddings: np.ndarray, shown: np.ndarray) -> Scores:
        return known.with_examples(self.left_out, embeddings[shown]).similarities(embeddings)

    def _held_back(self, known: np.ndarray, vectors: np.ndarray, shown: np.ndarray) -> Scores:
        """As in the application, where nothing but the images shown is verified."""
        row, offset = new_row(vectors[shown], np.arange(len(shown)), known[shown], self.truth[shown])
        return np.column_stack([known, vectors @ row - offset])

    def _shown(self, shown: np.ndarray) -> FeatureSet:
        return without_class(self.data, self.seed, self.attribute.name, self.left_out, shown.tolist())

    def _best(self, tries: Iterator[Scores]) -> Scores:
        """Of scores in the label space's order, those that do best on the test images by found and known."""
        return max(map(self._ordered, tries), key=lambda scores: sum(self.judged(scores)[:2]))

    def _taught(self) -> Scores:
        teacher = self.study.teacher(self.seed, self.attribute.name, self.study.config)
        return self._ordered(teacher.classes.similarities(teacher.embed(self.data.inputs)))

    def _ordered(self, scores: Scores) -> Scores:
        return scores[:, [self.attribute.index(c) for c in self.classes]]


def _both(cells: Sequence[Points]) -> Points:
    """The mean of found and known, of `CLAIMED` images."""
    pairs = zip(cells[_at("found")], cells[_at("known")], strict=True)
    return [0.5 * (found + known) for found, known in pairs]


def _at(measure: str) -> int:
    """Where a measure of `CLAIMED` images stands in a row."""
    return SHOWN.index(CLAIMED) * len(MEASURES) + MEASURES.index(measure)
