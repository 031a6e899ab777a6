"""Rows for classes that nobody taught."""

from __future__ import annotations

import numpy as np
import pytest

from mtss.dictionary import unit
from mtss.few_shot import OFFSETS, PART, centred, hits, left_out, new_row


def directions(count: int, width: int = 5, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((count, width)))


def test_each_example_meets_the_row_made_without_it() -> None:
    vectors, start = directions(6), directions(1, seed=1)[0] * 2
    mine = np.array([1, 4, 5])
    found = left_out(start, vectors, mine)
    for image in range(6):
        row = start + sum(vectors[m] for m in mine if m != image)
        assert found[image] == pytest.approx(float(vectors[image] @ row / np.linalg.norm(row)))


def test_a_lone_example_finds_nothing_of_itself() -> None:
    vectors = directions(3)
    assert left_out(np.zeros(5), vectors, np.array([1]))[1] == -1.0
    assert left_out(directions(1, seed=2)[0], vectors, np.array([1]))[1] > -1.0


def test_hits_against_slow_recomputation() -> None:
    random = np.random.default_rng(3)
    similarities, truth = random.standard_normal((40, 4)), random.random((40, 4)) < 0.4
    expected = sum(bool(t[list(s).index(max(s))]) for s, t in zip(similarities, truth, strict=True))
    assert hits(similarities, truth) == expected
    assert hits(np.zeros((3, 0)), np.zeros((3, 0), bool)) == 0


def test_a_new_row_is_held_back_by_a_part_of_what_its_examples_have_ahead() -> None:
    """Alone verified, all of them found with any offset: the first, that part, is taken."""
    vectors = unit(np.array([1.0, 0, 0]) + 0.1 * directions(5, 3))
    known = np.tile([0.2, -0.4], (5, 1))  # the nearest rival counts
    truth = np.tile([False, False, True], (5, 1))
    row, offset = new_row(vectors, np.arange(5), known, truth)
    assert row == pytest.approx(unit(vectors.mean(axis=0)))
    own = left_out(np.zeros(3), vectors, np.arange(5))
    assert offset == pytest.approx(PART * float(np.median(own - 0.2)))


def test_the_verified_of_other_classes_choose_another_offset() -> None:
    """Two of another class lie near the new one's examples: held back far enough they keep their own row."""
    vectors = np.array([[1.0, 0.0], [0.98, 0.2], [0.97, 0.24], [0.96, 0.28]])
    mine = np.array([0, 1])
    known = np.array([[0.5], [0.5], [0.85], [0.85]])
    truth = np.array([[False, True], [False, True], [True, False], [True, False]])
    _, offset = new_row(unit(vectors), mine, known, truth)
    assert offset in OFFSETS
    own = left_out(np.zeros(2), unit(vectors), mine) - offset
    assert (own[mine] > 0.5).all()
    assert (own[2:] < 0.85).all()


def test_examples_behind_another_row_hold_nothing_back() -> None:
    vectors = directions(4)
    known, truth = np.ones((4, 1)), np.tile([False, True], (4, 1))
    assert new_row(vectors, np.arange(4), known, truth)[1] == 0.0
    assert new_row(vectors, np.arange(4), np.zeros((4, 0)), truth[:, 1:])[1] == 0.0


def test_centred_features_have_unit_length_and_no_common_direction() -> None:
    features = np.random.default_rng(5).standard_normal((50, 8)) + 3.0
    centre = unit(features).mean(axis=0)
    found = centred(features * 7.0, centre)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(50))
    assert found == pytest.approx(unit(unit(features) - centre))
    assert np.linalg.norm(found.mean(axis=0)) < 0.2 * np.linalg.norm(centre)
