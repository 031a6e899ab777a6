"""Dropout that costs little beside what it is applied to."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """As torch's, with `p` rounded to a multiple of 1/256: one random byte a number instead of four.

    On a CPU it takes a quarter of the time, which was a fifth of a teacher's step on stored features.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.dropped = round(256 * p)  # of 256 values of a byte
        if not 0 <= self.dropped < 256:
            raise ValueError(f"dropout of {p} leaves nothing to learn from, or is no probability")

    def forward(self, inputs: Tensor) -> Tensor:
        if not self.training or not self.dropped:
            return inputs
        kept = _bytes(inputs) >= self.dropped
        return inputs * kept * (256 / (256 - self.dropped))


def _bytes(like: Tensor) -> Tensor:
    """Uniform random bytes, uint8 of the same shape, from torch's own generator."""
    words = torch.empty(-(-like.numel() // 8), dtype=torch.int64, device=like.device)
    return words.random_(-(2**63), None).view(torch.uint8)[: like.numel()].view(like.shape)
