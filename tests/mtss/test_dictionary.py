"""Dictionary and calibration."""

from __future__ import annotations

import numpy as np
import pytest

from mtss.calibration import Calibration, fit
from mtss.dictionary import Dictionary


def test_rank_is_by_cosine_whatever_the_lengths() -> None:
    rows = Dictionary(["a", "b", "c"], np.array([[2, 0], [0, 5], [-1, 0]], np.float32))
    indices, cosines = rows.rank(np.array([[0.3, 0.4], [-5, 0.0]]), k=2)
    assert indices.tolist() == [[1, 0], [2, 1]]
    assert cosines[0].tolist() == pytest.approx([0.8, 0.6])
    assert rows.rank(np.zeros((1, 2)), k=9)[0].shape == (1, 3)


def test_few_shot_examples() -> None:
    rows = Dictionary(["a", "b"], np.array([[1, 0], [0, 1]], np.float32))
    more = rows.with_examples("c", np.array([[-3.0, 0.1], [-1.0, -0.1]]))
    assert more.classes == ("a", "b", "c")
    assert more.rank(np.array([[-1.0, 0.0]]), 1)[0].tolist() == [[2]]
    assert rows.classes == ("a", "b")
    moved = rows.with_examples("a", np.array([[1.0, 1.0]] * 50))
    assert moved.similarities(np.array([[1.0, 1.0]]))[0, 0] > 0.99
    assert rows.vectors[0].tolist() == [1, 0]
    with pytest.raises(ValueError, match="example"):
        rows.with_examples("a", np.zeros((0, 2)))


def test_softmax_calibration_is_calibrated() -> None:
    rng = np.random.default_rng(0)
    cosines = rng.uniform(-1, 1, (4000, 4))
    odds = np.exp(7.0 * cosines)
    truth = [rng.choice(4, p=row / row.sum()) for row in odds]
    positive = np.eye(4, dtype=bool)[truth]
    result = fit("single", cosines, positive, np.ones_like(positive))
    assert result.scale[0] == pytest.approx(7.0, rel=0.1)
    assert result.calibrated
    assert result.confidence(cosines).sum(axis=1) == pytest.approx(np.ones(4000))


def test_sigmoid_calibration_per_class() -> None:
    rng = np.random.default_rng(1)
    cosines = rng.uniform(-1, 1, (3000, 2))
    logits = cosines * [8.0, 12.0] + [-4.0, -2.0]
    positive = rng.random((3000, 2)) < 1 / (1 + np.exp(-logits))
    result = fit("multiple", cosines, positive, np.ones_like(positive))
    assert result.scale.tolist() == pytest.approx([8.0, 12.0], rel=0.15)
    assert result.bias.tolist() == pytest.approx([-4.0, -2.0], abs=0.4)
    with_new = result.confidence(np.array([[0.5, 0.5, 0.5]]))
    assert with_new.shape == (1, 3)
    assert (np.diff(result.confidence(np.linspace(-1, 1, 9)[:, None].repeat(2, 1)), axis=0) > 0).all()


def test_little_data_is_said_to_be_uncalibrated() -> None:
    nothing = np.zeros((0, 3))
    for selection in ("single", "multiple"):
        result = fit(selection, nothing, nothing.astype(bool), nothing.astype(bool))
        assert not result.calibrated
        assert np.isfinite(result.confidence(np.array([[0.9, 0.1, -0.5]]))).all()
        copy = Calibration.from_json(result.to_json())
        shown, again = (c.confidence(np.array([[0.9, 0.1]]))[0].tolist() for c in (result, copy))
        assert again == pytest.approx(shown)
