"""Evaluation measures as pure functions: scores float [N, C], labels bool [N, C]; counts are global (micro).

Table 2 of the paper pins the definition: with TP hits in the top k, G positives and N units,
P@k = TP/(kN), R@k = TP/G, and F1@k is their harmonic mean. An image that was looked at and has none of the
classes stays in N; images not looked at must be left out by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mtss.dictionary import top

Denominator = Literal["all", "labelled"]


@dataclass(frozen=True)
class Counts:
    """What F1@k is made of; counts of several types add up to "All"."""

    hits: int
    positives: int
    units: int
    labelled: int

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.hits + other.hits,
            self.positives + other.positives,
            self.units + other.units,
            self.labelled + other.labelled,
        )

    def recall(self) -> float:
        """TP/G; 0 where there is nothing to find."""
        return self.hits / self.positives if self.positives else 0.0

    def precision(self, k: int, denominator: Denominator = "all") -> float:
        """TP/(kN)."""
        units = self.units if denominator == "all" else self.labelled
        return self.hits / (k * units) if units else 0.0

    def f1(self, k: int, denominator: Denominator = "all") -> float:
        p, r = self.precision(k, denominator), self.recall()
        return 2 * p * r / (p + r) if p + r else 0.0


def counts_at_k(scores: np.ndarray, labels: np.ndarray, k: int) -> Counts:
    """Count hits among the k best classes of each image."""
    labels = np.asarray(labels, bool)
    best, _ = top(np.asarray(scores), k)
    hits = int(np.take_along_axis(labels, best, axis=1).sum())
    return Counts(hits, int(labels.sum()), len(labels), int(labels.any(axis=1).sum()))


def pooled(counts: Iterable[Counts]) -> Counts:
    """The sum over attribute types: what the paper's column "All" is computed from."""
    return sum(counts, Counts(0, 0, 0, 0))


def recall_at_k(scores: np.ndarray, labels: np.ndarray, k: int) -> float:
    """R@k = TP/G."""
    return counts_at_k(scores, labels, k).recall()


def precision_at_k(scores: np.ndarray, labels: np.ndarray, k: int, denominator: Denominator = "all") -> float:
    """P@k = TP/(kN); "labelled" takes only images with at least one class into N."""
    return counts_at_k(scores, labels, k).precision(k, denominator)


def f1_at_k(scores: np.ndarray, labels: np.ndarray, k: int, denominator: Denominator = "all") -> float:
    """Harmonic mean of P@k and R@k."""
    return counts_at_k(scores, labels, k).f1(k, denominator)


def image_counts(scores: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """What each image adds to the counts: int64 [N, 3] of hits in its k best, positives, and units (1)."""
    labels = np.asarray(labels, bool)
    best, _ = top(np.asarray(scores), k)
    hits = np.take_along_axis(labels, best, axis=1).sum(axis=1)
    return np.stack([hits, labels.sum(axis=1), np.ones(len(labels), np.int64)], axis=1)


def f1_interval(
    counts: np.ndarray, k: int, rounds: int = 1000, level: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """F1@k's bootstrap percentile interval over images; counts [N, 3] as `image_counts` gives them.

    Of several types add up the counts of an image: images are drawn, not units. (0, 0) without images.
    """
    if not len(counts):
        return 0.0, 0.0
    random, values = np.random.default_rng(seed), np.empty(rounds)
    for at in range(rounds):
        drawn = counts[random.integers(len(counts), size=len(counts))]
        hits, positives, units = drawn.sum(axis=0)
        # the harmonic mean of TP/(kN) and TP/G
        values[at] = 2.0 * hits / (k * units + positives) if k * units + positives else 0.0
    low, high = np.quantile(values, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)


def average_precision(scores: np.ndarray, labels: np.ndarray) -> float:
    """Mean over classes (with a positive) of the area under precision–recall, images ranked by score."""
    labels = np.asarray(labels, bool)
    values = [_class_ap(scores[:, c], labels[:, c]) for c in range(labels.shape[1]) if labels[:, c].any()]
    return float(np.mean(values)) if values else 0.0


def _class_ap(scores: np.ndarray, labels: np.ndarray) -> float:
    order = np.argsort(-scores, kind="stable")
    ordered, hits = scores[order], labels[order]
    another = ordered[1:] != ordered[:-1]  # equal scores are one threshold
    last = np.append(np.flatnonzero(another), len(ordered) - 1)
    found = np.cumsum(hits)[last]
    precision = found / (last + 1)
    return float(np.sum(np.diff(found, prepend=0) * precision) / hits.sum())


def macro_recall(scores: np.ndarray, labels: np.ndarray, k: int = 1) -> float:
    """Mean over classes (with a positive) of their recall among the k best."""
    hits, _, positives = _class_counts(scores, labels, k)
    return float((hits / positives).mean()) if len(hits) else 0.0


def macro_f1(scores: np.ndarray, labels: np.ndarray, k: int = 1) -> float:
    """Mean over classes (with a positive) of 2TP / (2TP + FP + FN) among the k best."""
    hits, chosen, positives = _class_counts(scores, labels, k)
    return float((2 * hits / (chosen + positives)).mean()) if len(hits) else 0.0


def _class_counts(scores: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """Hits, times among the k best, and positives of every class that has one: int64 [3, classes]."""
    labels = np.asarray(labels, bool)
    best, _ = top(np.asarray(scores), k)
    chosen = np.zeros_like(labels)
    np.put_along_axis(chosen, best, True, axis=1)
    counts = np.stack([(chosen & labels).sum(axis=0), chosen.sum(axis=0), labels.sum(axis=0)])
    return counts[:, counts[2] > 0]


def expected_calibration_error(confidence: np.ndarray, correct: np.ndarray, bins: int = 15) -> float:
    """Σ_b |bin|/n · |accuracy − mean confidence| over equal-width bins; confidence [n] in [0, 1]."""
    confidence, correct = np.asarray(confidence, np.float64).ravel(), np.asarray(correct).ravel()
    if not len(confidence):
        return 0.0
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    size = np.bincount(index, minlength=bins)
    gap = np.bincount(index, correct.astype(np.float64), bins) - np.bincount(index, confidence, bins)
    return float(np.abs(gap[size > 0]).sum() / len(confidence))
