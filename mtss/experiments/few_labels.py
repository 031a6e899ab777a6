"""300 labelled images against 1,600 on classes that no shipped model knows, beside a linear probe."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from mtss.experiments.catalogues import drawn, named
from mtss.experiments.linear_probe import probe_f1
from mtss.experiments.measuring import Percent, mean, means, student_and_teachers
from mtss.experiments.reporting import Report, claim, table_by_type
from mtss.experiments.study import NotPossible
from mtss.manifest import Manifest
from mtss.sample import Sample
from mtss.training.config import PRESETS
from mtss.training.dataset import FeatureSet
from mtss.training.events import Run
from mtss.training.preparing import Sources, prepare
from mtss.training.splits import with_splits
from mtss.words import counted

Who = Literal["student", "teacher", "probe"]
FEW, MANY, TEST = 300, 1600, 800
CATALOGUE_SEED = 31
WITHIN_POINTS = 10.0
ROWS: Mapping[Who, str] = {"student": "student", "teacher": "teachers", "probe": "linear probe"}


@dataclass(frozen=True)
class Outcome:
    """F1@1 in percent per type, on the same test images."""

    labels: int
    seed: int
    student: Percent
    teacher: Percent
    probe: Percent


def run(out: Path, seeds: int, manifest: Path | None = None) -> Report:
    """F1@1 of student, teachers and probe; catalogue and features are kept in OUT.

    Raises Problem as reading a manifest does, and NotPossible where it has no more than FEW images to learn.
    """
    images = "Drawn garments, vocabulary `extended` (unknown to the default student)"
    if manifest is not None:
        images = f"Images of `{named(manifest)}`"
    else:
        count, split = MANY + TEST, (MANY / (MANY + TEST), 0.0, TEST / (MANY + TEST))
        manifest = drawn(out / "extended", count, CATALOGUE_SEED, vocabulary="extended", split=split)
    whole = Manifest.read(manifest)
    _check(sum(s.split != "test" for s in with_splits(whole.samples)))
    out.mkdir(parents=True, exist_ok=True)
    data = prepare(Sources(whole, store_at=out / "features.npz"), Run(), PRESETS["product"]).data
    _check(found := int(_pool(data).sum()))  # of those that can be read
    outcomes: list[Outcome] = []
    for seed in range(seeds):
        for labels in (FEW, found):
            outcomes.append(_measure(_limited(data, labels, seed), labels, seed, out))
            sys.stdout.write(_line(outcomes[-1]) + "\n")
            sys.stdout.flush()
    about = (
        f"{images}, {int(data.mask('test').sum())} of {len(data.samples)} are test, the same for every seed. "
        f"F1@1 in percent (micro counts; images without a class stay in N), mean ± standard deviation over "
        f"seeds. Student and teachers say the same (`student_start`). The probe is a logistic regression on "
        f"the same features, C chosen by the validation images, then fitted again to all labelled ones. The "
        f"verdicts are about the mean."
    )
    return report(outcomes, about)


def _check(images: int) -> None:
    if images <= FEW:
        raise NotPossible(f"{counted(images, 'image')} outside its test split: more than {FEW} are needed")


def _pool(data: FeatureSet) -> np.ndarray:
    return ~data.mask("test")


def _limited(data: FeatureSet, labels: int, seed: int) -> FeatureSet:
    """Labels of `labels` training images, an eighth of the SKUs for validation; the rest unlabelled."""
    random = np.random.default_rng(seed)
    pool = random.permutation(np.flatnonzero(_pool(data)))
    kept = set(pool[:labels].tolist())
    groups = sorted({data.samples[i].group or str(i) for i in kept})
    held = set(random.permutation(groups)[: max(1, len(groups) // 8)].tolist())

    def limited(index: int, sample: Sample) -> Sample:
        if sample.split == "test":
            return sample
        if index not in kept:
            return replace(sample, labels={}, not_applicable=(), split="train")
        return replace(sample, split="val" if (sample.group or str(index)) in held else "train")

    return replace(data, samples=tuple(limited(i, s) for i, s in enumerate(data.samples)))


def _measure(data: FeatureSet, labels: int, seed: int, out: Path) -> Outcome:
    student, teachers = student_and_teachers(data, seed, out / "checkpoints")
    probe = {name: 100 * probe_f1(data, data.space[name]) for name in teachers}
    return Outcome(labels, seed, student, teachers, probe)


def report(outcomes: Sequence[Outcome], about: str) -> Report:
    """Of the fewest and the most labels."""
    few, many = min(o.labels for o in outcomes), max(o.labels for o in outcomes)

    def of(labels: int, who: Who) -> list[Percent]:
        return [getattr(o, who) for o in outcomes if o.labels == labels]

    rows = {f"{name}, {n} labels": of(n, who) for n in (few, many) for who, name in ROWS.items()}
    loss = claim(
        f"{few} labels lose at most {WITHIN_POINTS:g} points against {many}",
        [value + WITHIN_POINTS for value in means(of(few, "student"))],
        means(of(many, "student")),
    )
    probes = (
        claim(
            f"the student is better than the probe, {n} labels",
            means(of(n, "student")),
            means(of(n, "probe")),
        )
        for n in (few, many)
    )
    title = f"Few labels: how much do {few} labelled images lose against all?"
    return Report(title, about, tuple(table_by_type(rows)), (loss, *probes))


def _line(o: Outcome) -> str:
    cells = [f"{name} {mean(getattr(o, who)):.2f}" for who, name in ROWS.items()]
    return f"seed {o.seed}, {o.labels} labels: " + ", ".join(cells)
