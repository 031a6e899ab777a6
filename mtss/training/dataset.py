"""A manifest with its features: what every stage of training works on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from mtss.content import content_key
from mtss.labels import LabelSpace
from mtss.manifest import Manifest, change_since_labelled
from mtss.sample import Sample
from mtss.training.backbones.network import Network
from mtss.training.events import Run
from mtss.training.features import FeatureExtractor, FeatureStore, Wanted
from mtss.training.inputs import Held, Inputs
from mtss.training.pictures import Decoder, Pictures


@dataclass(frozen=True)
class FeatureSet:
    """Samples that could be read, their features float32 [M, F] and keys; `skipped`: {image: reason}.

    Where a backbone is to be tuned: `pictures` are the images themselves, and `network` builds the backbone
    that gave the features.
    """

    space: LabelSpace
    samples: tuple[Sample, ...]
    features: np.ndarray
    keys: tuple[str, ...]
    skipped: dict[str, str]
    pictures: Pictures | None = None
    network: Callable[[], Network] | None = None

    @property
    def inputs(self) -> Inputs:
        """What networks are fed with."""
        return Held(torch.from_numpy(self.features)) if self.pictures is None else self.pictures

    def mask(self, split: str) -> np.ndarray:
        """bool [M]: the samples of one split."""
        return np.array([sample.split == split for sample in self.samples], bool)

    def all_taught(self) -> FeatureSet:
        """The same, with validation images among those to learn from."""
        samples = tuple(replace(s, split="train") if s.split == "val" else s for s in self.samples)
        return replace(self, samples=samples)

    def take(self, chosen: np.ndarray) -> FeatureSet:
        """The samples at these indices, or where the mask is true."""
        indices = np.arange(len(self.samples))[chosen]
        return replace(
            self,
            samples=tuple(self.samples[i] for i in indices),
            features=self.features[indices],
            keys=tuple(self.keys[i] for i in indices),
            pictures=None if self.pictures is None else self.pictures.part(torch.from_numpy(indices)),
        )


def load_features(
    manifest: Manifest,
    extractor: FeatureExtractor,
    store: FeatureStore,
    run: Run,
    decoder: Decoder | None = None,
) -> FeatureSet:
    """Features of every image that is readable and still what was labelled; the others are skipped.

    With a `decoder` the images themselves come with them.
    """
    wanted, open_, skipped = _wanted(manifest, store, run)
    found: list[tuple[int, str, np.ndarray]] = []
    usable: list[Wanted] = []
    for result in extractor.compute(wanted, store):
        sample = open_[result.index]
        if result.features is None:
            skipped[manifest.samples[sample].image] = result.problem or "no features"
        else:
            found.append((sample, result.key, result.features))
            usable.append(wanted[result.index])
        run.advance((result.index + 1) / len(wanted))
    for image, reason in skipped.items():
        run.tell("skipped", image=image, reason=reason)
    samples = [manifest.samples[i] for i, _, _ in found]
    features = np.stack([row for _, _, row in found]).astype(np.float32) if found else np.zeros((0, 0))
    keys = tuple(key for _, key, _ in found)
    pictures = None if decoder is None else Pictures(decoder, usable)
    return FeatureSet(manifest.space, tuple(samples), features, keys, skipped, pictures)


def _wanted(
    manifest: Manifest, store: FeatureStore, run: Run
) -> tuple[list[Wanted], Sequence[int], dict[str, str]]:
    wanted: list[Wanted] = []
    open_: list[int] = []
    skipped: dict[str, str] = {}
    for index, sample in enumerate(manifest.samples):
        run.control.check()
        path, key = manifest.resolve(sample), None
        if sample.hash is not None and content_key(sample.hash, sample.box) in store.rows:
            key = content_key(sample.hash, sample.box)  # the file is not needed
        else:
            problem = change_since_labelled(path, sample)
            if problem is not None:
                skipped[sample.image] = problem
                continue
        wanted.append(Wanted(path, sample.box, key))
        open_.append(index)
    return wanted, open_, skipped
