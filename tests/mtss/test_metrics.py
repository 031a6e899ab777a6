"""Metrics against the paper's own arithmetic, hand-made cases and other libraries."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import bootstrap
from sklearn.metrics import average_precision_score

from mtss import metrics
from mtss.labels import AttributeType, LabelSpace
from mtss.metrics import counts_at_k, f1_at_k, f1_interval, image_counts
from mtss.sample import Sample
from mtss.training.evaluation import evaluate_scores


@pytest.mark.parametrize(
    ("k", "f1", "recall", "precision"),
    [(1, 33.53, 40.11, 28.80), (3, 22.41, 58.02, 13.89), (5, 16.16, 64.35, 9.24)],
)
def test_table_2_pins_the_definition(k: int, f1: float, recall: float, precision: float) -> None:
    # counts that reproduce the printed figures: G/N = 0.7181 positives an image, from R/(kP) = 1.3925
    units = 1_000_000
    positives = round(units / 1.3926)
    hits = round(recall / 100 * positives)
    counts = metrics.Counts(hits, positives, units, units)
    assert 100 * counts.precision(k) == pytest.approx(precision, abs=0.02)
    assert 100 * counts.f1(k) == pytest.approx(f1, abs=0.02)


def test_by_hand() -> None:
    scores = np.array([[0.9, 0.5, 0.1], [0.2, 0.8, 0.7], [0.3, 0.2, 0.1], [0.1, 0.2, 0.3]])
    labels = np.array([[1, 1, 0], [0, 0, 1], [0, 0, 0], [0, 0, 1]], bool)
    assert metrics.recall_at_k(scores, labels, 1) == pytest.approx(2 / 4)
    assert metrics.precision_at_k(scores, labels, 1) == pytest.approx(2 / 4)
    assert metrics.precision_at_k(scores, labels, 1, "labelled") == pytest.approx(2 / 3)
    assert metrics.f1_at_k(scores, labels, 2) == pytest.approx(2 * (4 / 8) * 1 / (4 / 8 + 1))
    assert metrics.f1_at_k(scores, labels, 1, denominator="labelled") == pytest.approx(2 * 2 / (3 + 4))
    assert metrics.macro_recall(scores, labels) == pytest.approx((1 + 0 + 1 / 2) / 3)
    assert metrics.macro_f1(scores, labels) == pytest.approx((2 / 3 + 0 + 2 / 3) / 3)


def test_all_pools_counts() -> None:
    a, b = metrics.Counts(9, 10, 10, 10), metrics.Counts(0, 90, 90, 90)
    assert metrics.pooled([a, b]).recall() == pytest.approx(0.09)


def test_slow_recomputation() -> None:
    rng = np.random.default_rng(0)
    scores, labels = rng.random((60, 9)), rng.random((60, 9)) < 0.15
    for k in (1, 3, 5, 20):
        hits = 0
        for row, truth in zip(scores.tolist(), labels.tolist(), strict=True):
            best = sorted(range(9), key=lambda c: -row[c])[:k]
            hits += sum(truth[c] for c in best)
        assert metrics.recall_at_k(scores, labels, k) == pytest.approx(hits / labels.sum())
        assert metrics.precision_at_k(scores, labels, k) == pytest.approx(hits / (k * 60))


def test_nothing_to_find() -> None:
    scores, labels = np.zeros((3, 2)), np.zeros((3, 2), bool)
    assert metrics.f1_at_k(scores, labels, 1) == 0.0
    assert metrics.recall_at_k(np.zeros((0, 2)), np.zeros((0, 2), bool), 1) == 0.0
    assert metrics.average_precision(scores, labels) == 0.0


def test_average_precision_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    scores, labels = np.round(rng.random((80, 5)), 1), rng.random((80, 5)) < 0.3
    expected = np.mean([average_precision_score(labels[:, c], scores[:, c]) for c in range(5)])
    assert metrics.average_precision(scores, labels) == pytest.approx(float(expected))
    unranked = np.where(scores < 0.4, -np.inf, scores)  # what nobody ranks is one tie at the end
    tied = np.where(scores < 0.4, -9.0, scores)
    assert metrics.average_precision(unranked, labels) == metrics.average_precision(tied, labels)


def test_calibration_error() -> None:
    assert metrics.expected_calibration_error(np.array([0.8] * 10), np.array([1] * 8 + [0] * 2)) < 1e-9
    assert metrics.expected_calibration_error(np.array([1.0, 1.0]), np.array([0, 1])) == pytest.approx(0.5)
    two = metrics.expected_calibration_error(np.array([0.1, 0.9]), np.array([0, 1]), bins=10)
    assert two == pytest.approx(0.1)


def test_an_image_s_counts_add_up_to_the_counts() -> None:
    random = np.random.default_rng(5)
    scores, labels = random.random((40, 6)), random.random((40, 6)) < 0.2
    for k in (1, 3):
        hits, positives, units = image_counts(scores, labels, k).sum(axis=0)
        whole = counts_at_k(scores, labels, k)
        assert (hits, positives, units) == (whole.hits, whole.positives, whole.units)


def test_the_bootstrap_interval() -> None:
    """Against scikit-like recomputation: F1 of drawn images one draw at a time, and scipy's own intervals."""
    random = np.random.default_rng(6)
    scores = random.random((60, 4))
    labels = np.eye(4, dtype=bool)[np.where(random.random(60) < 0.7, scores.argmax(axis=1), 0)]
    counts = image_counts(scores, labels, 1)
    low, high = f1_interval(counts, 1, rounds=4000)
    assert low < f1_at_k(scores, labels, 1) < high

    def f1(indices: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.apply_along_axis(lambda i: f1_at_k(scores[i], labels[i], 1), axis, indices)

    theirs = bootstrap(
        (np.arange(60),), f1, n_resamples=4000, method="percentile", rng=np.random.default_rng(7)
    ).confidence_interval
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=0.02)
    assert f1_interval(counts, 1) == f1_interval(counts, 1)
    narrow = f1_interval(np.tile(counts, (25, 1)), 1)
    assert narrow[1] - narrow[0] == pytest.approx((high - low) / 5, rel=0.25)
    assert f1_interval(counts[:0], 1) == (0.0, 0.0)


def test_copies_of_an_image_are_drawn_together() -> None:
    """Each image three times: as many counts, the interval of one each."""
    space = LabelSpace([AttributeType("a", ["x", "y"]), AttributeType("b", ["x", "y"])])
    random = np.random.default_rng(3)
    labels = [{"a": ("xy"[n % 2],)} | ({"b": ("y",)} if n % 3 else {}) for n in range(40)]
    samples = [Sample(f"{n}.jpg", known) for n, known in enumerate(labels)]
    scores = {name: random.random((40, 2)) for name in "ab"}
    once = evaluate_scores(samples, space, scores)
    thrice = evaluate_scores(samples * 3, space, {name: np.tile(s, (3, 1)) for name, s in scores.items()})
    for one, three in (
        (once["all"], thrice["all"]),
        *zip(once["types"].values(), thrice["types"].values(), strict=True),
    ):
        assert three["f1@1"] == pytest.approx(one["f1@1"])
        assert three["f1@1_interval"] == pytest.approx(one["f1@1_interval"])
        assert one["f1@1_interval"][0] < one["f1@1"] < one["f1@1_interval"][1]
    assert thrice["types"]["b"]["images"] == 3 * once["types"]["b"]["images"] == 3 * 26


def test_where_torchmetrics_means_the_same() -> None:
    """One class an image: recall at k is its accuracy at k, and F1 at 1 its F1. Calibration as it has it."""
    import torch
    from torchmetrics.functional.classification import (
        binary_calibration_error,
        multiclass_accuracy,
        multiclass_f1_score,
        multilabel_average_precision,
    )

    random = np.random.default_rng(9)
    scores, classes = random.random((90, 6)), random.integers(6, size=90)
    labels = np.eye(6, dtype=bool)[classes]
    theirs, truth = torch.from_numpy(scores), torch.from_numpy(classes)
    for k in (1, 3, 5):
        accuracy = multiclass_accuracy(theirs, truth, 6, average="micro", top_k=k)
        assert metrics.recall_at_k(scores, labels, k) == pytest.approx(float(accuracy))
        assert metrics.precision_at_k(scores, labels, k) == pytest.approx(float(accuracy) / k)
    f1 = multiclass_f1_score(theirs, truth, 6, average="micro")
    assert metrics.f1_at_k(scores, labels, 1) == pytest.approx(float(f1))
    macro = multiclass_accuracy(theirs, truth, 6, average="macro")
    assert metrics.macro_recall(scores, labels) == pytest.approx(float(macro))
    macro = multiclass_f1_score(theirs, truth, 6, average="macro")
    assert metrics.macro_f1(scores, labels) == pytest.approx(float(macro))
    several = random.random((90, 6)) < 0.3
    precision = multilabel_average_precision(theirs, torch.from_numpy(several).long(), 6, average="macro")
    assert metrics.average_precision(scores, several) == pytest.approx(float(precision))
    correct = random.random(90) < scores[:, 0]
    for bins in (5, 15):
        error = binary_calibration_error(
            theirs[:, 0].contiguous(), torch.from_numpy(correct).long(), bins, norm="l1"
        )
        found = metrics.expected_calibration_error(scores[:, 0], correct, bins)
        assert found == pytest.approx(float(error), abs=1e-6)
