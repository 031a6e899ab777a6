"""Embeddings and dictionaries measured against what is known, in `mtss evaluate --json`'s shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mtss import metrics
from mtss.calibration import Calibration
from mtss.dictionary import Dictionary
from mtss.labels import NONE, LabelSpace
from mtss.sample import Sample
from mtss.training.targets import build_targets

KS = (1, 3, 5)


def evaluate_embeddings(
    samples: Sequence[Sample],
    space: LabelSpace,
    embeddings: Mapping[str, np.ndarray],
    dictionaries: Mapping[str, Dictionary],
    calibrations: Mapping[str, Calibration] | None = None,
    ks: Sequence[int] = KS,
) -> dict[str, Any]:
    """{"types": {name: measures}, "all": pooled measures}; only real classes are ranked.

    `space` is the manifest's. A class that the model does not know can only be missed.
    """
    known = [t for t in space.types if t.name in dictionaries]
    scores = {t.name: _scores(dictionaries[t.name], embeddings[t.name], t.classes) for t in known}
    result = evaluate_scores(samples, space, scores, ks)
    if calibrations is not None:
        for name, measures in result["types"].items():
            looked, labels = _judged(samples, space, name)
            cosines = dictionaries[name].similarities(embeddings[name][looked])
            confidence = calibrations[name].confidence(cosines)
            correct = _correct(cosines, labels, dictionaries[name].classes, space[name].classes)
            measures["calibration_error"] = metrics.expected_calibration_error(
                confidence[np.arange(len(cosines)), cosines.argmax(axis=1)], correct
            )
    return result


def evaluate_scores(
    samples: Sequence[Sample],
    space: LabelSpace,
    scores: Mapping[str, np.ndarray],
    ks: Sequence[int] = KS,
) -> dict[str, Any]:
    """As `evaluate_embeddings`, from whatever ranks classes: {type: scores float [N, C]} of all N samples.

    Intervals are over images: what stands there of one several times (corrupted copies) is drawn together.
    """
    types: dict[str, dict[str, Any]] = {}
    counts: dict[int, list[metrics.Counts]] = {k: [] for k in ks}
    images = _numbers(samples)
    by_image = np.zeros((images.max(initial=-1) + 1, 3), np.int64)
    for name in (t.name for t in space.types if t.name in scores):
        looked, labels = _judged(samples, space, name)
        if not len(looked):
            continue
        ranked = scores[name][looked]
        for k in ks:
            counts[k].append(metrics.counts_at_k(ranked, labels, k))
        types[name] = _measures(ranked, labels, {k: counts[k][-1] for k in ks})
        per_class = labels.sum(axis=0).tolist()
        types[name]["images_per_class"] = dict(zip(space[name].classes, per_class, strict=True))
        of_type = np.zeros_like(by_image)
        np.add.at(of_type, images[looked], metrics.image_counts(ranked, labels, ks[0]))
        by_image += of_type
        shown = np.unique(images[looked])
        types[name][f"f1@{ks[0]}_interval"] = metrics.f1_interval(of_type[shown], ks[0])
    pooled = {k: metrics.pooled(counts[k]) for k in ks}
    together = _at_k(pooled) | {f"mean_f1@{ks[0]}": _mean(types, f"f1@{ks[0]}")}
    together[f"f1@{ks[0]}_interval"] = metrics.f1_interval(by_image, ks[0])
    return {"types": types, "all": together}


def _numbers(samples: Sequence[Sample]) -> np.ndarray:
    """int64 [N]: 0, 1, … by first appearance, the same for the same image and box."""
    found: dict[object, int] = {}
    return np.array([found.setdefault((s.image, s.box), len(found)) for s in samples], np.int64)


def _judged(samples: Sequence[Sample], space: LabelSpace, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Which samples a type is judged by (int64 [n]), and what is true of them (bool [n, C])."""
    targets = build_targets(samples, space[name])
    judged = np.flatnonzero(targets.judged)
    return judged, targets.positive[judged]


def _scores(dictionary: Dictionary, embeddings: np.ndarray, rows: Sequence[str]) -> np.ndarray:
    """Cosines in the order of the manifest's classes; −2 for what the model does not know."""
    cosines = dictionary.similarities(embeddings)
    scores = np.full((len(embeddings), len(rows)), -2.0, np.float32)
    for column, row in enumerate(rows):
        if row in dictionary.classes:
            scores[:, column] = cosines[:, dictionary.classes.index(row)]
    return scores


def _measures(scores: np.ndarray, labels: np.ndarray, counts: dict[int, metrics.Counts]) -> dict[str, Any]:
    extra = {
        "macro_recall@1": metrics.macro_recall(scores, labels),
        "macro_f1@1": metrics.macro_f1(scores, labels),
        "average_precision": metrics.average_precision(scores, labels),
        "images": len(labels),
    }
    return _at_k(counts) | extra


def _at_k(counts: Mapping[int, metrics.Counts]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for k, c in counts.items():
        values |= {f"recall@{k}": c.recall(), f"precision@{k}": c.precision(k), f"f1@{k}": c.f1(k)}
        values[f"f1@{k}_labelled"] = c.f1(k, "labelled")
    return values


def _correct(
    cosines: np.ndarray, labels: np.ndarray, rows: Sequence[str], classes: Sequence[str]
) -> np.ndarray:
    """bool [n]: whether the best row, real or @none, is true of each image that was looked at."""
    truth = np.zeros(cosines.shape, bool)
    for column, row in enumerate(rows):
        if row in classes:
            truth[:, column] = labels[:, classes.index(row)]
        elif row == NONE:
            truth[:, column] = ~labels.any(axis=1)
    return truth[np.arange(len(truth)), cosines.argmax(axis=1)]


def _mean(types: Mapping[str, Mapping[str, float]], key: str) -> float:
    return float(np.mean([measures[key] for measures in types.values()])) if types else 0.0
