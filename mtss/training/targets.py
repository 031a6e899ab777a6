"""What is known about each image for one attribute type, as arrays; what is unknown stays unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mtss.labels import NONE, NOT_APPLICABLE, AttributeType
from mtss.sample import Sample


@dataclass(frozen=True)
class Targets:
    """For M images and the rows of one type: `positive` and `negative`, bool [M, C]; neither: unknown.

    `looked` bool [M]: somebody looked at the type and it applies. The first `real` rows are true classes,
    the rest the reserved ones (@none, @na).
    """

    name: str
    rows: tuple[str, ...]
    real: int
    positive: np.ndarray
    negative: np.ndarray
    looked: np.ndarray

    @property
    def known(self) -> np.ndarray:
        return self.positive | self.negative

    @property
    def judged(self) -> np.ndarray:
        """Images a ranking can be judged by, bool [M]: looked at, and nothing about a true class is unknown.

        A class that a partly labelled image does not name might well be there.
        """
        return self.looked & self.known[:, : self.real].all(axis=1)

    @cached_property
    def pairs(self) -> int:
        """(image, label) pairs."""
        return int(self.positive.sum())

    @cached_property
    def imbalance(self) -> float:
        """Simpson's index of the rows' shares p of positives, less that of even shares: Σp² − 1/C.

        How much oftener two positives are of one row than if all C rows had as many: 0 where they have,
        towards 1 − 1/C where one has nearly all. Reserved rows count, rows that no image shows do not.
        """
        counts = self.positive.sum(axis=0)
        shares = counts[counts > 0] / max(1, counts.sum())
        return max(0.0, float((shares**2).sum()) - 1 / max(1, len(shares)))

    def take(self, images: np.ndarray) -> Targets:
        """The same for some of the images (bool [M] or indices)."""
        return Targets(
            self.name,
            self.rows,
            self.real,
            self.positive[images],
            self.negative[images],
            self.looked[images],
        )


def build_targets(
    samples: Sequence[Sample], attribute: AttributeType, reserved: Sequence[str] = ()
) -> Targets:
    """Read labels, "none", not-applicable, partial and rejected classes; `reserved`: rows to learn beside."""
    rows = (*attribute.classes, *reserved)
    positive = np.zeros((len(samples), len(rows)), bool)
    negative, looked = np.zeros_like(positive), np.zeros(len(samples), bool)
    index = {row: i for i, row in enumerate(rows)}
    for i, sample in enumerate(samples):
        positives = [index[c] for c in _positives(sample, attribute.name) if c in index]
        positive[i, positives] = True
        if _complete(sample, attribute.name):
            negative[i] = ~positive[i]
        negative[i, [index[c] for c in sample.negative.get(attribute.name, ())]] = True
        negative[i] &= ~positive[i]
        looked[i] = attribute.name in sample.labels and attribute.name not in sample.not_applicable
    return Targets(attribute.name, rows, len(attribute.classes), positive, negative, looked)


def reserved_rows(samples: Sequence[Sample], name: str, least: int) -> tuple[str, ...]:
    """Which of @none and @na have at least `least` images to learn from."""
    counts = {NONE: 0, NOT_APPLICABLE: 0}
    for sample in samples:
        for state in _positives(sample, name):
            if state in counts:
                counts[state] += 1
    return tuple(state for state, count in counts.items() if count >= least)


def _positives(sample: Sample, name: str) -> tuple[str, ...]:
    if name in sample.not_applicable:
        return (NOT_APPLICABLE,)
    if name not in sample.labels:
        return ()
    if not sample.labels[name] and name not in sample.partial:
        return (NONE,)
    return sample.labels[name]


def _complete(sample: Sample, name: str) -> bool:
    """Everything about the type is known: what is not positive is negative."""
    return name in sample.not_applicable or (name in sample.labels and name not in sample.partial)
