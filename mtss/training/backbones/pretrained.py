"""Networks of torchvision and timm as backbones: their last pooling, reduced to 512 features where wider."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mtss.problem import Problem
from mtss.training.backbones.network import MOST, Network
from mtss.training.backbones.weights import load_weights
from mtss.words import nearest

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Pooled(Network):
    """A network that ends at its last pooling [B, W]; wider ones behind fixed random orthonormal directions.

    Those depend on nothing, so that features of the same weights are the same in every run.
    """

    def __init__(self, network: nn.Module, width: int, mean: Sequence[float], deviation: Sequence[float]):
        """`mean`, `deviation`: of the channels, on the scale 0 … 1."""
        super().__init__([255 * m for m in mean], [255 * d for d in deviation])
        self.network = network
        self.projection: nn.Module = nn.Identity() if width <= MOST else _projection(width)
        self.tune("frozen")
        self.eval()

    def pooled(self, x: Tensor) -> Tensor:
        return self.projection(self.network(x))


def torchvision_network(name: str, weights: Path | None, size: tuple[int, int]) -> Network:
    """One of torchvision's classification networks without its last layer. Raises Problem."""
    models = _library("torchvision.models", "train")
    known = models.list_models(module=models)
    if name not in known:
        raise Problem(f"torchvision has no classification network '{name}'; it has {nearest(name, known)}")
    network = _untrained(lambda: models.get_model(name, weights=None, **_plain(name)))
    if weights is not None:
        load_weights(network, weights)
    _without_last_layer(network)
    return _measured(network, size, IMAGENET_MEAN, IMAGENET_DEVIATION)


def torchvision_cached(name: str) -> Path | None:
    """Where the user's cache has torchvision's own weights of a network, if it has."""
    models = _library("torchvision.models", "train")
    try:
        url = models.get_model_weights(name).DEFAULT.url
    except (ValueError, AttributeError):
        return None
    path = Path(torch.hub.get_dir(), "checkpoints", url.rsplit("/", 1)[1])
    return path if path.is_file() else None


def timm_network(name: str, weights: Path | None, size: tuple[int, int]) -> Network:
    """One of timm's networks without its classifier. Raises Problem."""
    timm = _library("timm", "timm")
    if name not in (known := timm.list_models()):
        raise Problem(f"timm has no network '{name}'; it has {nearest(name, known)}")
    network = _untrained(lambda: timm.create_model(name, pretrained=False, num_classes=0))
    if weights is not None:
        load_weights(network, weights)
    meant = timm.data.resolve_model_data_config(network)
    return _measured(network, size, meant["mean"], meant["std"])


def _measured(
    network: nn.Module, size: tuple[int, int], mean: Sequence[float], deviation: Sequence[float]
) -> Network:
    network.eval()
    try:
        with torch.no_grad():
            found = network(torch.zeros(1, 3, *size))
    except (RuntimeError, AssertionError, ValueError) as problem:
        words = f"the network cannot take pictures of {size[0]}×{size[1]} pixels: {problem}"
        raise Problem(words) from problem
    return Pooled(network, found.flatten(1).shape[1], mean, deviation)


def _plain(name: str) -> dict[str, Any]:
    """Two networks classify at their middle too, and warn unless they are told how to begin."""
    return {"init_weights": True} if name in ("inception_v3", "googlenet") else {}


def _without_last_layer(network: Any) -> None:
    """The last layer that has weights becomes an identity; so do classifiers half-way."""
    for name in ("AuxLogits", "aux1", "aux2"):
        if getattr(network, name, None) is not None:
            setattr(network, name, None)
    if hasattr(network, "aux_logits"):
        network.aux_logits = False
    last = [n for n, m in network.named_modules() if isinstance(m, nn.Linear | nn.Conv2d)][-1]
    parent, _, child = last.rpartition(".")
    setattr(network.get_submodule(parent), child, nn.Identity())


def _untrained(build: Callable[[], nn.Module]) -> nn.Module:
    """With weights that are the same each time: where a file follows they are replaced."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build()


def _projection(width: int) -> nn.Linear:
    gaussian = torch.randn(width, MOST, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    linear = nn.Linear(width, MOST)
    with torch.no_grad():
        linear.weight.copy_(torch.linalg.qr(gaussian)[0].T)
        linear.bias.zero_()
    return linear


def _library(name: str, extra: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as problem:
        raise Problem(f"that backbone needs the extra: pip install 'lapel[{extra}]' ({problem})") from problem
