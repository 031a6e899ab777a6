"""What experiments share: a student trained and judged on given features, and means with their spread."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from mtss.training.config import PRESETS
from mtss.training.dataset import FeatureSet
from mtss.training.device import choose_device
from mtss.training.evaluation import evaluate_embeddings
from mtss.training.events import Run
from mtss.training.finish import numpy_heads
from mtss.training.pipeline import learn
from mtss.training.resuming import Checkpoints

T = TypeVar("T")
Percent = Mapping[str, float]  # F1@1 in percent per type


def student_and_teachers(data: FeatureSet, seed: int, checkpoints: Path) -> tuple[Percent, Percent]:
    """Product preset on the CPU; both judged on the test images."""
    config = replace(PRESETS["product"], seed=seed)
    learned = learn(data, config, choose_device("cpu"), Run(), Checkpoints(checkpoints), "experiment")
    dictionaries = {t.name: t.dictionary for t in learned.teachers}
    test = data.take(data.mask("test"))
    both = (
        numpy_heads(learned.student).embed(test.features),
        {t.name: t.embed(test.inputs) for t in learned.teachers},
    )
    results = [evaluate_embeddings(test.samples, data.space, e, dictionaries)["types"] for e in both]
    student, teachers = ({name: 100 * m["f1@1"] for name, m in types.items()} for types in results)
    return student, teachers


def mean(scores: Percent) -> float:
    """Over types."""
    return float(np.mean(list(scores.values())))


def spread(values: Sequence[float]) -> str:
    """Mean ± standard deviation over seeds; a dash where a seed has no value (nan)."""
    if np.isnan(values).any():
        return "–"
    mean = round(float(np.mean(values)), 1) + 0.0  # never −0.0
    return f"{mean:.1f} ± {np.std(values, ddof=1 if len(values) > 1 else 0):.1f}"


def means(runs: Sequence[Percent]) -> list[float]:
    """Over types; a value a seed."""
    return [mean(run) for run in runs]


def chosen(tried: Sequence[T], score: Callable[[T], float], judges: int, unjudged: T) -> T:
    """Of several the one that scores highest on so many validation images; without any, `unjudged`."""
    if len(tried) == 1:
        return tried[0]
    return max(tried, key=score) if judges else unjudged


def today() -> str:
    return datetime.date.today().isoformat()
