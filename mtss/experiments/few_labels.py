"""300 labelled images against 1,600 on classes that no shipped model knows, beside a linear probe."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from mtss.experiments.catalogues import drawn, named
from mtss.experiments.linear_probe import probe_f1
from mtss.experiments.measuring import Percent, spread, student_and_teachers, today
from mtss.experiments.study import NotPossible
from mtss.manifest import Manifest
from mtss.sample import Sample
from mtss.training.config import PRESETS
from mtss.training.dataset import FeatureSet
from mtss.training.events import Run
from mtss.training.preparing import Sources, prepare
from mtss.words import counted

FEW, MANY, TEST = 300, 1600, 800
CATALOGUE_SEED = 31
WITHIN_POINTS, BELOW_PROBE = 10.0, 1.0


@dataclass(frozen=True)
class Outcome:
    """F1@1 in percent per type, on the same test images."""

    labels: int
    seed: int
    student: Percent
    teacher: Percent
    probe: Percent


def run(out: Path, seeds: int, manifest: Path | None = None) -> int:
    """Measure, write OUT/few-labels.md; 0 when both targets are met, else 1."""
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    images, flag = "Drawn garments, vocabulary `extended` (unknown to the default student)", ""
    if manifest is not None:
        images, flag = f"Images of `{named(manifest)}`", f" --manifest {named(manifest)}"
    else:
        count, split = MANY + TEST, (MANY / (MANY + TEST), 0.0, TEST / (MANY + TEST))
        manifest = drawn(out / "extended", count, CATALOGUE_SEED, vocabulary="extended", split=split)
    sources = Sources(Manifest.read(manifest), store_at=out / "features.npz")
    data = prepare(sources, Run(), PRESETS["product"]).data
    if (found := int(_pool(data).sum())) <= FEW:
        raise NotPossible(f"{counted(found, 'image')} outside its test split: more than {FEW} are needed")
    outcomes: list[Outcome] = []
    for seed in range(seeds):
        for labels in (FEW, found):
            outcomes.append(_measure(_limited(data, labels, seed), labels, seed, out))
            sys.stdout.write(_line(outcomes[-1]) + "\n")
            sys.stdout.flush()
    about = f"`mtss experiment few-labels --out DIR --seeds {seeds}{flag}`. {images}"
    text, met = report(outcomes, data, about)
    (out / "few-labels.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if met else 1


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


def report(outcomes: list[Outcome], data: FeatureSet, about: str) -> tuple[str, bool]:
    """The Markdown report, and whether both targets are met. `about`: the command, and its images."""
    sizes = sorted({o.labels for o in outcomes})
    names = list(outcomes[0].student)
    lines = [
        "# Few labels: how much do 300 labelled images lose against all?",
        "",
        f"{today()}. Command: {about}, {int(data.mask('test').sum())} of {len(data.samples)} images are "
        "test, the same for every seed. "
        "F1@1 in percent (micro counts; images without a class stay in N), mean ± standard deviation over "
        "seeds. Student and teachers say the same (`student_start`). Probe: LogisticRegression on the same "
        "features, C chosen on the validation images, then refitted on all labelled ones.",
        "",
        "| labels | who | " + " | ".join(names) + " | mean |",
        "|---|---|" + "---|" * (len(names) + 1),
    ]
    means: dict[tuple[int, str], float] = {}
    for size in sizes:
        for who in ("student", "teacher", "probe"):
            rows = [getattr(o, who) for o in outcomes if o.labels == size]
            averages = [float(np.mean(list(row.values()))) for row in rows]
            means[size, who] = float(np.mean(averages))
            cells = [spread([row[name] for row in rows]) for name in names] + [spread(averages)]
            lines.append(f"| {size} | {who} | " + " | ".join(cells) + " |")
    loss = means[sizes[-1], "student"] - means[sizes[0], "student"]
    gaps = {size: means[size, "student"] - means[size, "probe"] for size in sizes}
    met = loss <= WITHIN_POINTS and all(gap >= -BELOW_PROBE for gap in gaps.values())
    words = ", ".join(f"{gap:+.2f} at {size}" for size, gap in gaps.items())
    lines += [
        "",
        f"{sizes[0]} labels lose {loss:.2f} points (target: at most {WITHIN_POINTS:.0f}). "
        f"Student minus probe: {words} (target: at least −{BELOW_PROBE:.0f}). "
        + ("Both targets are met." if met else "NOT met."),
        "",
    ]
    return "\n".join(lines), met


def _line(o: Outcome) -> str:
    cells = [
        f"{who} {np.mean(list(getattr(o, who).values())):.2f}" for who in ("student", "teacher", "probe")
    ]
    return f"seed {o.seed}, {o.labels} labels: " + ", ".join(cells)
