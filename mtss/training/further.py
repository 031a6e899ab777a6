"""What a student sees beyond the labelled images: images without labels, and corrupted copies (§4.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from mtss.manifest import Manifest
from mtss.training.corruptions import NAMES, SEVERITIES
from mtss.training.dataset import FeatureSet
from mtss.training.events import Run
from mtss.training.features import Corruption, FeatureExtractor, FeatureStore, Wanted
from mtss.training.inputs import Held, Inputs
from mtss.training.pictures import Decoder, Pictures


@dataclass(frozen=True)
class Corrupted:
    """Corrupted copies; copy v is of sample `source[v]` (int64 [V]). `features` [V, F]: frozen ones."""

    source: np.ndarray
    inputs: Inputs
    features: np.ndarray


@dataclass(frozen=True)
class Further:
    """`unlabelled`: images that have no labels at all."""

    unlabelled: Inputs | None = None
    corrupted: Corrupted | None = None

    @property
    def count(self) -> int:
        """How many images without labels there are."""
        return 0 if self.unlabelled is None else len(self.unlabelled)


NOTHING = Further()


def corrupted_copies(
    data: FeatureSet,
    manifest: Manifest,
    rows: np.ndarray,
    ratio: float,
    seed: int,
    extractor: FeatureExtractor,
    store: FeatureStore,
    run: Run,
    decoder: Decoder | None = None,
) -> Corrupted:
    """`ratio` times as many copies as there are `rows` (indices of samples), spread evenly over them.

    Each has one of the 15 corruptions in one of the 5 severities, both drawn by `seed`; those of a larger
    ratio begin with those of a smaller one. An image that cannot be read any more is left out. Raises Problem
    when the library of corruptions is not installed, and Cancelled.
    """
    random, count = np.random.default_rng((seed, 15)), round(ratio * len(rows))
    drawn: list[int] = []
    wanted: list[Wanted] = []
    while len(drawn) < count:
        run.advance(0.0)
        some = [int(row) for row in random.permutation(rows)[: count - len(drawn)]]
        drawn += some
        for row in some:
            sample, severity = data.samples[row], int(random.choice(SEVERITIES))
            corruption = Corruption(str(random.choice(NAMES)), severity, int(random.integers(2**31)))
            wanted.append(Wanted(manifest.resolve(sample), sample.box, data.keys[row], corruption))
    found: list[tuple[int, np.ndarray]] = []
    for result in extractor.compute(wanted, store):
        if result.features is not None:
            found.append((result.index, result.features))
        run.advance((result.index + 1) / len(wanted))
    source, kept = np.array(drawn, np.int64), np.array([at for at, _ in found], np.int64)
    features = np.stack([row for _, row in found]).astype(np.float32) if found else data.features[:0]
    if decoder is not None:
        return Corrupted(source[kept], Pictures(decoder, [wanted[at] for at in kept]), features)
    return Corrupted(source[kept], Held(torch.from_numpy(features)), features)
