"""Triplets obey what is known and what is not."""

from __future__ import annotations

import numpy as np
import pytest

from mtss.labels import AttributeType
from mtss.sample import Sample
from mtss.training.sampling import ClassSampling, TripletSampler
from mtss.training.targets import Targets, build_targets, reserved_rows

PATTERN = AttributeType("pattern", ["stripe", "dot", "check"], "multiple")
SAMPLES = [
    Sample("0", {"pattern": ("stripe",)}),
    Sample("1", {"pattern": ("stripe", "dot")}),
    Sample("2", {"pattern": ("check",)}),
    Sample("3", {"pattern": ()}),  # looked at, none
    Sample("4"),  # not looked at
    Sample("5", {"pattern": ("dot",)}, partial=("pattern",), negative={"pattern": ("check",)}),
    Sample("6", not_applicable=("pattern",)),
    Sample("7", negative={"pattern": ("stripe",)}),  # what a sweep yields
]


def test_what_is_known() -> None:
    targets = build_targets(SAMPLES, PATTERN)
    assert targets.positive.astype(int).tolist() == [
        [1, 0, 0],
        [1, 1, 0],
        [0, 0, 1],
        [0, 0, 0],
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
        [0, 0, 0],
    ]
    assert targets.negative.astype(int).tolist() == [
        [0, 1, 1],
        [0, 0, 1],
        [1, 1, 0],
        [1, 1, 1],
        [0, 0, 0],
        [0, 0, 1],
        [1, 1, 1],
        [1, 0, 0],
    ]
    assert targets.looked.tolist() == [True, True, True, True, False, True, False, False]


def test_reserved_rows() -> None:
    assert reserved_rows(SAMPLES, "pattern", 1) == ("@none", "@na")
    assert reserved_rows(SAMPLES, "pattern", 2) == ()
    targets = build_targets(SAMPLES, PATTERN, ("@none", "@na"))
    assert targets.positive[3].astype(int).tolist() == [0, 0, 0, 1, 0]
    assert targets.positive[6].astype(int).tolist() == [0, 0, 0, 0, 1]
    assert targets.real == 3


@pytest.mark.parametrize("negatives", [1, 3])
def test_every_negative_is_known_to_be_one(negatives: int) -> None:
    targets = build_targets(SAMPLES, PATTERN)
    sampler = TripletSampler(targets, negatives, seed=0)
    drawn: set[int] = set()
    for _ in range(60):
        epoch = sampler.epoch()
        pairs = sorted(zip(epoch.positive.tolist(), epoch.label.tolist(), strict=True))
        assert pairs == [(0, 0), (1, 0), (1, 1), (2, 2), (5, 1)]  # m labels: m times
        assert epoch.negative.shape == (5, negatives)
        assert targets.negative[epoch.negative, epoch.label[:, None]].all()
        drawn |= set(epoch.negative.ravel().tolist())
    assert 4 not in drawn  # not looked at: never a negative
    assert {3, 5, 6, 7} <= drawn  # none, partial where known, not applicable, swept


def test_negative_classes_are_uniform_though_images_are_not() -> None:
    kind = AttributeType("kind", ["a", "b", "c"])
    samples = [Sample(f"a{n}", {"kind": ("a",)}) for n in range(50)]
    samples += [Sample(f"b{n}", {"kind": ("b",)}) for n in range(90)] + [Sample("c", {"kind": ("c",)})] * 10
    targets = build_targets(samples, kind)
    for negatives in (1, 4):
        sampler = TripletSampler(targets, negatives, seed=1)
        counts = np.zeros(3)
        for _ in range(40):
            epoch = sampler.epoch()
            of_a = epoch.negative[epoch.label == 0].ravel()
            counts += targets.positive[of_a].sum(axis=0)
        assert counts[0] == 0
        assert counts[1] / counts.sum() == pytest.approx(0.5, abs=0.04)


def test_negative_classes_are_uniform_though_most_of_one_also_carry_the_label() -> None:
    """C4 rejects images, not their class: one image in fifty of b is no a, and b is drawn as often as c."""
    kind = AttributeType("kind", ["a", "b", "c"], "multiple")
    samples = [Sample(f"ab{n}", {"kind": ("a", "b")}) for n in range(49)]
    samples += [Sample("b", {"kind": ("b",)})] + [Sample(f"c{n}", {"kind": ("c",)}) for n in range(20)]
    targets = build_targets(samples, kind)
    sampler = TripletSampler(targets, 1, seed=2)
    counts = np.zeros(3)
    for _ in range(40):
        epoch = sampler.epoch()
        counts += targets.positive[epoch.negative[epoch.label == 0, 0]].sum(axis=0)
    assert counts[0] == 0
    assert counts[1] / counts.sum() == pytest.approx(0.5, abs=0.04)


def chances(targets: Targets, label: int) -> np.ndarray:
    """C4, one image at a time: of the classes that an image known not to be `label` has, each as often."""
    images, classes = targets.positive.shape
    pools = [[i for i in range(images) if targets.positive[i, c]] for c in range(classes)]
    pools.append([i for i in range(images) if targets.negative[i].any() and not targets.positive[i].any()])
    fitting = [[i for i in pool if targets.negative[i, label]] for pool in pools]
    fitting = [pool for pool in fitting if pool]
    found = np.zeros(images)
    for pool in fitting:
        for image in pool:
            found[image] += 1 / len(fitting) / len(pool)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_negatives_of_random_labels_against_slow_recomputation(seed: int) -> None:
    """Each image as often as its chance, within five standard deviations of it; an epoch has every pair."""
    random = np.random.default_rng(seed)
    state = random.choice(3, size=(14, 5), p=[0.3, 0.4, 0.3])  # yes, no, unknown
    positive, negative = state == 0, state == 1
    targets = Targets("a", tuple("vwxyz"), 5, positive, negative, (state < 2).any(axis=1))
    pairs = [(i, c) for i in range(14) for c in range(5) if positive[i, c] and negative[:, c].any()]
    sampler, counts = TripletSampler(targets, 1, seed), np.zeros((5, 14))
    for _ in range(1500):
        epoch = sampler.epoch()
        assert sorted(zip(epoch.positive.tolist(), epoch.label.tolist(), strict=True)) == pairs
        np.add.at(counts, (epoch.label, epoch.negative[:, 0]), 1)
    for label in sorted({c for _, c in pairs}):
        expected, drawn = chances(targets, label), counts[label].sum()
        spread = np.sqrt(expected * (1 - expected) / drawn)
        assert (np.abs(counts[label] / drawn - expected) <= 5 * spread).all(), (label, expected)


@pytest.mark.parametrize("seed", range(3))
def test_negatives_of_a_shared_pool_against_slow_recomputation(seed: int) -> None:
    """Several a triplet: known to be none, each as often as its chance where images have one class each."""
    random = np.random.default_rng((seed, 1))
    of = random.integers(6, size=40)  # the sixth: none of the five
    positive = of[:, None] == np.arange(5)
    targets = Targets("a", tuple("vwxyz"), 5, positive, ~positive, np.ones(40, bool))
    sampler, counts = TripletSampler(targets, 4, seed, batch=8), np.zeros((5, 40))
    for _ in range(600):
        epoch = sampler.epoch()
        for label, negatives in zip(epoch.label, epoch.negative, strict=True):
            assert targets.negative[negatives, label].all()
            counts[label] += np.bincount(negatives, minlength=40)
    for label in range(5):
        expected, drawn = chances(targets, label), counts[label].sum()
        # those of a batch come from one pool and go together: as if a fifth as many were drawn
        spread = np.sqrt(expected * (1 - expected) / (drawn / 5))
        assert (np.abs(counts[label] / drawn - expected) <= 5 * spread).all(), (label, expected)


def test_class_sampling_balances() -> None:
    kind = AttributeType("kind", ["a", "b"])
    samples = [Sample("a", {"kind": ("a",)})] * 90 + [Sample("b", {"kind": ("b",)})] * 10
    targets = build_targets(samples, kind)

    def share(mode: ClassSampling) -> float:
        sampler = TripletSampler(targets, 1, 0, mode)
        return float(np.mean([sampler.epoch().label.mean() for _ in range(60)]))

    assert share("pairs") == pytest.approx(0.1)
    assert share("uniform") == pytest.approx(0.5, abs=0.03)
    assert share("sqrt") == pytest.approx(0.25, abs=0.03)


def test_same_seed_same_epochs() -> None:
    targets = build_targets(SAMPLES, PATTERN)

    def first(targets: Targets, seed: int) -> list[int]:
        return TripletSampler(targets, 2, seed).epoch().negative.ravel().tolist()

    assert first(targets, 5) == first(targets, 5)
    assert len({tuple(first(targets, s)) for s in range(6)}) == 6
