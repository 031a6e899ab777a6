"""Triplets (C4): an image per label, and negatives from a class drawn uniformly among the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mtss.training.targets import Targets

ClassSampling = Literal["pairs", "uniform", "sqrt"]
TRIES = 12  # rounds of rejection before the eligible images are listed one by one


@dataclass(frozen=True)
class Triplets:
    """One epoch: row n, an image of it, K images known not to be: int64 [T], [T], [T, K]."""

    label: np.ndarray
    positive: np.ndarray
    negative: np.ndarray


class TripletSampler:
    """Draws epochs of triplets for one type. An image not looked at is never a negative; a partial one only
    for classes it is known not to have; a "none" image is a valid one."""

    def __init__(
        self,
        targets: Targets,
        negatives: int,
        seed: int,
        class_sampling: ClassSampling = "pairs",
        batch: int = 128,
    ) -> None:
        """With several negatives, `batch` triplets share a pool of as many drawn images (see `_share`)."""
        self.targets = targets
        self._negatives, self._mode, self._batch = negatives, class_sampling, batch
        self.random = np.random.default_rng(seed)
        pairs = np.argwhere(targets.positive)
        eligible = targets.negative.any(axis=0)
        self._pairs = pairs[np.asarray(eligible)[pairs[:, 1]]]  # a class without any negative teaches nothing
        pools = _pools(targets)
        self._pooled = np.concatenate([np.empty(0, np.int64), *pools])
        self._sizes = np.array([len(pool) for pool in pools], dtype=np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes
        known_not = [targets.negative[pool].any(axis=0) for pool in pools]
        has_one = np.array(known_not, dtype=bool).reshape(len(pools), len(targets.rows)).T
        # of each class the pools [C, pools] that have an image known not to be it, those first, and how many
        self._others, self._choices = np.argsort(~has_one, axis=1, kind="stable"), has_one.sum(axis=1)

    def __len__(self) -> int:
        return len(self._pairs)

    def epoch(self) -> Triplets:
        """A shuffled epoch; "pairs": every (image, label) once; the others: as many, classes balanced."""
        order = self._order()
        image, label = self._pairs[order].T
        if self._negatives == 1:
            return Triplets(label, image, self._draw(label)[:, None])
        starts = range(0, len(label), self._batch)
        shared = [self._share(label[at : at + self._batch]) for at in starts]
        return Triplets(label, image, np.concatenate(shared) if shared else np.zeros((0, 1), np.int64))

    def _share(self, label: np.ndarray) -> np.ndarray:
        """K negatives of each label [b] out of one pool drawn by class: [b, K].

        A batch has 2b images to embed, not (1 + K)·b. Where images have one class each, a negative is
        distributed as if drawn alone; of several, classes that often come with the label are drawn less.
        """
        pool = self._by_class(max(len(label), self._negatives * 4))
        fits = self.targets.negative[pool][:, label].T  # [b, P]
        keys = np.where(fits, self.random.random(fits.shape), 2.0)
        chosen = pool[np.argpartition(keys, self._negatives - 1, axis=1)[:, : self._negatives]]
        short = np.flatnonzero(fits.sum(axis=1) < self._negatives)
        if len(short):
            alone = self._draw(np.repeat(label[short], self._negatives))
            chosen[short] = alone.reshape(-1, self._negatives)
        return chosen

    def _by_class(self, count: int) -> np.ndarray:
        """Images, each of a class drawn uniformly: [count]."""
        return self._images_of(self.random.integers(len(self._sizes), size=count))

    def _images_of(self, pool: np.ndarray) -> np.ndarray:
        return self._pooled[self._starts[pool] + self.random.integers(self._sizes[pool])]

    def _order(self) -> np.ndarray:
        count = len(self._pairs)
        if self._mode == "pairs":
            return self.random.permutation(count)
        labels = self._pairs[:, 1]
        sizes = np.bincount(labels, minlength=len(self.targets.rows)).astype(np.float64)
        power = 1.0 if self._mode == "uniform" else 0.5
        weight = (1.0 / sizes[labels]) ** power
        return self.random.choice(count, count, p=weight / weight.sum())

    def _draw(self, label: np.ndarray) -> np.ndarray:
        """An image known not to be `label` for each entry: of a class drawn uniformly among the others that
        have one. An image that also carries `label` is drawn again, its class is not."""
        known_not = self.targets.negative
        pool = self._others[label, self.random.integers(self._choices[label])]
        chosen = np.full(len(label), -1)
        open_ = np.arange(len(label))
        for _ in range(TRIES):
            if not len(open_):
                return chosen
            images = self._images_of(pool[open_])
            fits = known_not[images, label[open_]]
            chosen[open_[fits]] = images[fits]
            open_ = open_[~fits]
        for entry in open_:
            of_class = self._pooled[self._starts[pool[entry]] :][: self._sizes[pool[entry]]]
            chosen[entry] = self.random.choice(of_class[known_not[of_class, label[entry]]])
        return chosen


def _pools(targets: Targets) -> list[np.ndarray]:
    """Images of each class, and as one more "class" those that are negatives only ("none" images)."""
    pools = [np.flatnonzero(targets.positive[:, c]) for c in range(targets.positive.shape[1])]
    bare = np.flatnonzero(targets.negative.any(axis=1) & ~targets.positive.any(axis=1))
    return [pool for pool in (*pools, bare) if len(pool)]
