"""The backbone's pooled stages for other inputs and other projections than the shipped ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mtss.manifest import Manifest
from mtss.replacing import replace_file
from mtss.sample import Sample
from mtss.training.backbones.catalogue import PROJECTION
from mtss.training.backbones.efficientnet_lite import EfficientNetLite0
from mtss.training.backbones.stages import BATCH, pool_all
from mtss.training.dataset import FeatureSet

View = Callable[[Path], np.ndarray]  # an image file → uint8 [H, W, 3], all of one size


def pooled(manifest: Manifest, network: EfficientNetLite0, view: View, keep: Path) -> np.ndarray:
    """float32 [N, 2208] of every image, kept in the file `keep` (.npy) once computed."""
    if keep.is_file():
        return np.load(keep, allow_pickle=False)
    parts: list[np.ndarray] = []
    for at in range(0, len(manifest.samples), BATCH):
        batch = [view(manifest.resolve(s)) for s in manifest.samples[at : at + BATCH]]
        parts.append(pool_all(network, np.stack(batch)))
    found = np.concatenate(parts)
    content = io.BytesIO()
    np.save(content, found)
    replace_file(keep, content.getvalue())
    return found


def shipped_projection(values: np.ndarray) -> np.ndarray:
    """[N, 2208] → the features [N, 384] that the shipped backbone would give."""
    with np.load(PROJECTION, allow_pickle=False) as file:
        return (values @ file["weight"].astype(np.float32).T + file["bias"]).astype(np.float32)


def feature_set(manifest: Manifest, samples: tuple[Sample, ...], features: np.ndarray) -> FeatureSet:
    """The manifest's images with these splits and features [N, F]."""
    return FeatureSet(manifest.space, samples, features, tuple(s.image for s in samples), {})
