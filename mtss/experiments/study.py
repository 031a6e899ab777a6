"""One catalogue and the models trained on it: each once a seed, whichever table or figure asks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import numpy as np
import torch

from mtss.experiments.catalogues import hand_of, split_again
from mtss.experiments.linear_probe import probe_scores
from mtss.experiments.neighbours import neighbour_scores
from mtss.labels import AttributeType
from mtss.problem import Problem
from mtss.training.config import PRESETS, TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.evaluation import evaluate_embeddings, evaluate_scores
from mtss.training.events import Run
from mtss.training.further import NOTHING, Corrupted, Further
from mtss.training.inputs import Inputs
from mtss.training.judging import embed_branches
from mtss.training.learning import TrainedStudent, train_student
from mtss.training.teaching import TooFewLabels, TrainedTeacher, teacher_targets, train_teacher
from mtss.words import counted

Embed = Callable[[Inputs], np.ndarray]
Corrupt = Callable[[np.ndarray, float, int], Corrupted]  # rows, ratio, seed
Change = Callable[[FeatureSet, int], FeatureSet]  # of a seed's images


class Scorer(Protocol):
    """A baseline: class scores of the images asked about (None: all), fitted to the others' labels."""

    def __call__(
        self, data: FeatureSet, attribute: AttributeType, refit: bool = ..., *, asked: np.ndarray | None = ...
    ) -> np.ndarray: ...


BASELINES: Mapping[str, Scorer] = {"linear probe": probe_scores, "nearest neighbours": neighbour_scores}
Recipe = tuple[tuple[str, TrainConfig], ...]  # what each type's teacher is trained with
GAMMAS = (0.0, 0.5, 1.0, 2.0, 3.0)
Measures = Mapping[str, Any]  # as `mtss evaluate --json`: {"types": {name: {measure: …}}, "all": {…}}
CPU = torch.device("cpu")


def to_compare(config: TrainConfig) -> TrainConfig:
    """Validation images choose and never teach, for the baselines too (C9).

    The student begins at random, as the paper's: one that begins as its teachers has nothing to be compared.
    """
    return replace(config, refit=False, student_start="random")


BASE = to_compare(PRESETS["product"])


class NotPossible(Problem):
    """An experiment that this catalogue cannot answer; the message says why."""


@dataclass
class Study:
    """`data` is split anew by every seed, whole groups together, so that the spread holds that chance too.

    Images of the domains `given` stay where they are, as published numbers want it; where those are all,
    seeds vary the training alone. `dealt`: every seed has images of its own, so that the spread holds the
    chance of the catalogue too.
    """

    name: str
    data: FeatureSet
    seeds: Sequence[int] = (0, 1, 2)
    config: TrainConfig = BASE
    device: torch.device = CPU
    corrupt: Corrupt | None = None  # where images, and not only features, are at hand
    change: Change | None = None  # of every seed's images, after they are split
    given: Collection[str | None] = ()
    dealt: bool = False
    _parts: dict[int, FeatureSet] = field(default_factory=dict[int, FeatureSet], init=False)
    _teachers: dict[object, TrainedTeacher] = field(default_factory=dict[object, TrainedTeacher], init=False)
    _students: dict[object, TrainedStudent] = field(default_factory=dict[object, TrainedStudent], init=False)
    _copies: dict[object, Corrupted] = field(default_factory=dict[object, Corrupted], init=False)
    _measures: dict[object, Measures] = field(default_factory=dict[object, Measures], init=False)
    _types: list[str] | None = field(default=None, init=False)

    @property
    def types(self) -> list[str]:
        """Names of the types that every seed has labels enough of, in the order of the label space."""
        if self._types is None:
            space = self.data.space
            self._types = [t.name for t in space.types if all(self._teaches(t, s) for s in self.seeds)]
            if not self._types:
                raise NotPossible("no attribute type has enough labels to learn from")
        return self._types

    def _teaches(self, attribute: AttributeType, seed: int) -> bool:
        try:
            teacher_targets(self.part(seed), attribute, self.config)
        except TooFewLabels:
            return False
        return True

    def describe(self) -> str:
        """What was measured on, as part of a sentence."""
        seeds = self.seeds if self.dealt else self.seeds[:1]
        test = between([int(self.part(seed).mask("test").sum()) for seed in seeds])
        drawn = {s.domain for s in self.data.samples}.difference(self.given)
        of_them = "test" if drawn else "test as given"
        images = between([len(self._own(seed)) for seed in seeds])
        each = " a seed, others for each" if self.dealt and len(seeds) > 1 else ""
        seeds_told = counted(len(self.seeds), "seed")
        words = f"{self.name}: {images} images{each}, {test} of them {of_them}, {seeds_told}"
        if self.config.tune == "frozen":
            return words
        tuned = {"last": "last quarter tuned", "all": "tuned end to end"}[self.config.tune]
        return f"{words}; {self.config.backbone}, {tuned}, {_length(self.config)}"

    def changed(self, change: Change) -> Study:
        """The same on other images; models are trained anew."""
        return replace(self, change=change)

    def with_settings(self, **changes: Any) -> Study:
        """The same with other settings; models are trained anew."""
        return replace(self, config=replace(self.config, **changes))

    def with_part(self, fraction: float) -> Study:
        """With fewer training images, whole groups; the others are left out altogether."""
        return self.changed(partial(_part_of, fraction=fraction))

    def part(self, seed: int) -> FeatureSet:
        """The data in this seed's split."""
        if seed not in self._parts:
            own = self.data.take(self._own(seed)) if self.dealt else self.data
            whole = replace(own, samples=split_again(own.samples, seed, self.given))
            self._parts[seed] = whole if self.change is None else self.change(whole, seed)
        return self._parts[seed]

    def _own(self, seed: int) -> np.ndarray:
        """Rows of `data` that the seed has: all, or those that it was dealt."""
        if not self.dealt:
            return np.arange(len(self.data.samples))
        return hand_of(self.data.samples, self.seeds.index(seed), len(self.seeds))

    def _taught(self, seed: int) -> FeatureSet:
        """What models learn from: with `refit` validation images teach, and nothing is chosen by them."""
        return self.part(seed).all_taught() if self.config.refit else self.part(seed)

    def teacher(self, seed: int, name: str, config: TrainConfig) -> TrainedTeacher:
        """One type's expert, trained once."""
        key = (seed, name, config)
        if key not in self._teachers:
            data = self._taught(seed)
            self._teachers[key] = train_teacher(
                data, data.space[name], replace(config, seed=seed), self.device, Run()
            )
        return self._teachers[key]

    def recipe(self, types: Sequence[str] | None = None, **changes: Any) -> Recipe:
        """The same settings for every type, or for these: the study's own with `changes`."""
        return tuple((name, replace(self.config, **changes)) for name in types or self.types)

    def tuned(self, seed: int) -> Recipe:
        """For each type the γ whose teacher does best on the validation images."""

        def score(name: str, config: TrainConfig) -> float:
            return self.teacher(seed, name, config).fit.score or 0.0

        settings = [replace(self.config, gamma=gamma) for gamma in GAMMAS]
        return tuple((n, max(settings, key=lambda c, n=n: score(n, c))) for n in self.types)

    def teachers(self, seed: int, recipe: Recipe) -> list[TrainedTeacher]:
        """The experts of a recipe."""
        return [self.teacher(seed, name, config) for name, config in recipe]

    def judge_teachers(self, seed: int, recipe: Recipe) -> Measures:
        """On the test images."""
        teachers = self.teachers(seed, recipe)
        return self.judge(seed, teachers, {t.name: t.embed for t in teachers})

    def judge_student(self, seed: int, recipe: Recipe) -> Measures:
        """On the test images: one student of all the recipe's teachers."""
        key = ("student", seed, recipe)
        if key not in self._measures:
            student = self.student_of(seed, recipe)
            self._measures[key] = self.judge(seed, self.teachers(seed, recipe), branches(student))
        return self._measures[key]

    def student_of(self, seed: int, recipe: Recipe) -> TrainedStudent:
        """One student of all the recipe's teachers, trained once; it sees the training images alone."""
        key = (seed, recipe)
        if key not in self._students:
            self._students[key] = self.student(seed, self.teachers(seed, recipe))
        return self._students[key]

    def student(
        self, seed: int, teachers: Sequence[TrainedTeacher], further: Further = NOTHING, **changes: Any
    ) -> TrainedStudent:
        """One student of these teachers, with the study's settings and `changes`."""
        config = replace(self.config, seed=seed, **changes)
        return train_student(self._taught(seed), teachers, config, self.device, Run(), further)

    def judge_baseline(self, name: str, seed: int, types: Sequence[str] | None = None) -> Measures:
        """One of BASELINES on the same images and features, for these types or all."""
        names = tuple(types or self.types)
        key = (name, seed, names)
        if key not in self._measures:
            data = self.part(seed)
            test, score = np.flatnonzero(data.mask("test")), BASELINES[name]
            scores = {n: score(data, data.space[n], self.config.refit, asked=test) for n in names}
            self._measures[key] = evaluate_scores(self._test(seed).samples, data.space, scores)
        return self._measures[key]

    def baselines(self, types: Sequence[str] | None = None) -> dict[str, list[Measures]]:
        """What anyone would try first, a value a seed."""
        return {name: [self.judge_baseline(name, s, types) for s in self.seeds] for name in BASELINES}

    def judge(
        self,
        seed: int,
        teachers: Sequence[TrainedTeacher],
        embed: Mapping[str, Embed],
        on: FeatureSet | None = None,
    ) -> Measures:
        """What `embed` makes of the test images, or of others, ranked by the teachers' dictionaries."""
        test = self._test(seed) if on is None else on
        dictionaries = {t.name: t.dictionary for t in teachers}
        embeddings = {name: by(test.inputs) for name, by in embed.items()}
        return evaluate_embeddings(test.samples, test.space, embeddings, dictionaries)

    def corrupted(self, seed: int, split: str, ratio: float) -> Corrupted:
        """Corrupted copies of a split's images; others for training than for the test."""
        assert self.corrupt is not None
        key = ("corrupted", seed, split, ratio)
        if key not in self._copies:
            own = self._own(seed)
            found = self.corrupt(own[self.part(seed).mask(split)], ratio, seed)
            self._copies[key] = replace(found, source=np.searchsorted(own, found.source))
        return self._copies[key]

    def _test(self, seed: int) -> FeatureSet:
        data = self.part(seed)
        return data.take(data.mask("test"))


def between(counts: Sequence[int]) -> str:
    """5, or 4 to 6 where they differ."""
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def _length(config: TrainConfig) -> str:
    """Of a tuned backbone's training, in words."""
    epochs, longer = config.epochs or 0, config.student_epochs
    words = counted(epochs, "epoch")
    return words if longer == 1 else f"{words}, students {longer * epochs}"


def _part_of(data: FeatureSet, seed: int, fraction: float) -> FeatureSet:
    groups = sorted({s.group or s.image for s in data.samples if s.split == "train"})
    order = np.random.default_rng((seed, 6)).permutation(len(groups))
    kept = {groups[g] for g in order[: max(1, round(fraction * len(groups)))]}
    return data.take(np.array([s.split != "train" or (s.group or s.image) in kept for s in data.samples]))


def branches(student: TrainedStudent) -> dict[str, Embed]:
    """{type: inputs of N images → embeddings [N, D]}."""
    return {name: partial(_embed, student, name) for name in student.module.types}


def _embed(student: TrainedStudent, name: str, inputs: Inputs) -> np.ndarray:
    device = student.module.standardise.mean.device
    return embed_branches(student.module, inputs.to(device))[name].cpu().numpy()


def of_types(measures: Sequence[Measures], key: str) -> list[list[float]]:
    """A measure in percent: [types][seeds]; the types that every seed could judge."""
    return [[100 * m["types"][name][key] for m in measures] for name in names_of(measures)]


def names_of(measures: Sequence[Measures]) -> list[str]:
    """The types that all of these could judge."""
    return [n for n in measures[0]["types"] if all(n in m["types"] for m in measures)]


def of_all(measures: Sequence[Measures], key: str) -> list[float]:
    """A pooled measure in percent, a value a seed."""
    return [100 * m["all"][key] for m in measures]
