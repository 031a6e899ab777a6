"""What all backbones have in common: pictures in, at most 512 features out, and which of its parts learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn

Tune = Literal["frozen", "last", "all"]
MOST = 512  # features an image: what the application keeps of every picture
LAST = 0.25  # of the layers, counted from the end, learn where only the last ones do


class Network(nn.Module):
    """images uint8 [B, H, W, 3] → features float32 [B, F ≤ 512], of the last pooling or several.

    Normalisation is part of it, so nobody can forget it. Nothing learns until `tune` says so.
    """

    def __init__(self, mean: Sequence[float], deviation: Sequence[float]) -> None:
        """`mean`, `deviation`: of the colour channels, on the scale 0 … 255."""
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(deviation).view(1, 3, 1, 1), persistent=False)
        self.reduced = False  # bfloat16 inside, float32 outside
        self._still: list[nn.Module] = []

    mean: Tensor
    deviation: Tensor

    def pooled(self, x: Tensor) -> Tensor:
        """Normalised images float [B, 3, H, W] → features [B, F]."""
        raise NotImplementedError

    def forward(self, images: Tensor) -> Tensor:
        # a view of NHWC as NCHW is "channels last" in memory: the layout that convolutions like best
        x = (images.to(torch.float32).permute(0, 3, 1, 2) - self.mean) / self.deviation
        if not self.reduced:
            return self.pooled(x)
        with torch.autocast(x.device.type, torch.bfloat16):
            return self.pooled(x).float()

    def tune(self, tune: Tune) -> None:
        """Which layers learn; the others keep their weights and their normalisations' statistics."""
        layers = [m for m in self.modules() if next(m.parameters(recurse=False), None) is not None]
        first = {"frozen": len(layers), "last": len(layers) - max(1, round(LAST * len(layers))), "all": 0}
        self._still = layers[: first[tune]]
        self.requires_grad_(requires_grad=True)
        for layer in self._still:
            for parameter in layer.parameters(recurse=False):
                parameter.requires_grad = False
        self.train(self.training)

    def train(self, mode: bool = True) -> Network:
        super().train(mode)
        for layer in self._still:
            layer.eval()
        return self
