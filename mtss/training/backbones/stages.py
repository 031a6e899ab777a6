"""Features of several stages: mean and deviation of six block outputs beside the last pooling.

Early stages hold colour and texture, late ones category and cut: the last pooling alone hardly knows colour.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from mtss.training.backbones.efficientnet_lite import EfficientNetLite0
from mtss.training.backbones.network import Network

POOLED_STAGES = 6  # of seven; the seventh feeds the last pooling directly
POOLED_DIM = 2 * (16 + 24 + 40 + 80 + 112 + 192) + 1280  # 2,208 numbers
BATCH = 16
MEAN, DEVIATION = (127.0, 127.0, 127.0), (128.0, 128.0, 128.0)


def pool(network: EfficientNetLite0, x: Tensor) -> Tensor:
    """Normalised images [B, 3, H, W] → [B, 2208]."""
    maps, last = network.stages(x)
    parts: list[Tensor] = []
    for stage in maps[:POOLED_STAGES]:
        mean = stage.mean(dim=(2, 3))
        centred = stage - mean[:, :, None, None]
        deviation = torch.sqrt((centred * centred).mean(dim=(2, 3)) + 1e-6)
        parts += [mean, deviation]
    return torch.cat([*parts, last], dim=1)


def pool_all(network: EfficientNetLite0, images: np.ndarray) -> np.ndarray:
    """images uint8 [N, H, W, 3] → float32 [N, 2208], without gradients, in small batches."""
    pooled = _Pooled(network).eval()
    with torch.no_grad():
        parts = [pooled(torch.from_numpy(images[i : i + BATCH])) for i in range(0, len(images), BATCH)]
    return torch.cat(parts).numpy() if parts else np.zeros((0, POOLED_DIM), np.float32)


class _Pooled(Network):
    def __init__(self, network: EfficientNetLite0) -> None:
        super().__init__(MEAN, DEVIATION)
        self.network = network

    def pooled(self, x: Tensor) -> Tensor:
        return pool(self.network, x)


class StageFeatures(Network):
    """Pooled stages, then a projection to F numbers, which is fixed unless it is tuned."""

    def __init__(self, network: EfficientNetLite0, weight: Tensor, bias: Tensor) -> None:
        """weight [F, 2208], bias [F]."""
        super().__init__(MEAN, DEVIATION)
        self.network = network
        self.projection = nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            self.projection.weight.copy_(weight)
            self.projection.bias.copy_(bias)
        self.tune("frozen")
        self.eval()

    def pooled(self, x: Tensor) -> Tensor:
        return self.projection(pool(self.network, x))
