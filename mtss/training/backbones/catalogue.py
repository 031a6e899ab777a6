"""Backbones by name: efficientnet-lite0, torchvision:<name>, timm:<name>."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from mtss.problem import Problem
from mtss.training.backbones import efficientnet_lite
from mtss.training.backbones.network import Network
from mtss.training.backbones.pretrained import timm_network, torchvision_cached, torchvision_network
from mtss.training.backbones.stages import StageFeatures
from mtss.training.backbones.weights import digest, read_weights

LITE = "efficientnet-lite0"
CATALOGUE_SIZE = (240, 192)  # height, width: the 4:5 of catalogue photographs
USUAL_SIZE = (224, 224)  # what the networks of the two libraries were trained at
PROJECTION = Path(__file__).with_name("projection.npz")
LITE_VERSION, OTHERS_VERSION = 2, 1  # raised when code or geometry change what comes out


@dataclass(frozen=True)
class Recipe:
    """A backbone that can be built as often as it is needed. `id`: the key of its features."""

    id: str
    input_size: tuple[int, int]
    pretrained: bool
    build: Callable[[], Network]


def find(name: str = LITE, weights: Path | None = None, size: tuple[int, int] | None = None) -> Recipe:
    """`weights`: a file instead of the packaged or cached ones; `size`: height, width instead of its own.

    Raises Problem, FileNotFoundError in words.
    """
    library, _, inner = name.rpartition(":")
    if name == LITE:
        return _lite(weights or efficientnet_lite.pretrained_path(), size or CATALOGUE_SIZE)
    if library == "torchvision":
        weights, make = weights or torchvision_cached(inner), torchvision_network
    elif library == "timm":
        make = timm_network
    else:
        raise Problem(f"no backbone is called '{name}': {LITE}, torchvision:<name> or timm:<name>")
    height, width = size = size or USUAL_SIZE
    of = "none" if weights is None else digest(weights)
    identity = f"{library}-{inner}-{height}x{width}-v{OTHERS_VERSION}-{of}"
    return Recipe(identity, size, weights is not None, lambda: make(inner, weights, size))


def _lite(source: Path, size: tuple[int, int]) -> Recipe:
    of = hashlib.sha256(read_weights(source) + PROJECTION.read_bytes()).hexdigest()[:10]
    identity = f"{LITE}-stages-{size[0]}x{size[1]}-v{LITE_VERSION}-{of}"

    def build() -> Network:
        with np.load(PROJECTION, allow_pickle=False) as file:
            weight, bias = (torch.from_numpy(file[n].astype(np.float32)) for n in ("weight", "bias"))
        return StageFeatures(efficientnet_lite.load_pretrained(source), weight, bias)

    return Recipe(identity, size, True, build)
