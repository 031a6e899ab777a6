"""Pictures as inputs: decoded on threads at the network's size, kept in memory as far as it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import numpy as np
import torch
from torch import Tensor

from mtss.cores import usable_cores
from mtss.images import ImageProblem
from mtss.problem import Problem
from mtss.training.features import Wanted
from mtss.training.inputs import Inputs

KEPT = 2 << 30  # bytes of decoded pictures: 15,000 of 240×192
AHEAD = 3  # batches


class PictureProblem(Problem):
    """A picture that could be read when training began, and cannot any more."""


class Decoder:
    """Decodes at one size, (height, width), and keeps up to `kept` bytes of what it has decoded."""

    def __init__(self, size: tuple[int, int], threads: int | None = None, kept: int = KEPT) -> None:
        self.size = size
        self._threads = threads or usable_cores()
        self._room = kept // (3 * size[0] * size[1])
        self._kept: dict[Wanted, np.ndarray] = {}

    def decode(self, wanted: Sequence[Wanted]) -> np.ndarray:
        """uint8 [B, H, W, 3]. Raises PictureProblem.

        Threads live as long as the batch: starting them costs a thousandth of what they decode.
        """
        known = {one: self._kept[one] for one in wanted if one in self._kept}
        missing = list(dict.fromkeys(one for one in wanted if one not in known))
        if missing:
            with ThreadPoolExecutor(self._threads, thread_name_prefix="decode") as pool:
                known.update(zip(missing, pool.map(self._anew, missing), strict=True))
        return np.stack([known[one] for one in wanted])

    def _anew(self, wanted: Wanted) -> np.ndarray:
        try:
            pixels = wanted.pixels(self.size)
        except ImageProblem as problem:
            raise PictureProblem(f"{wanted.path}: {problem}") from problem
        if len(self._kept) < self._room:
            self._kept[wanted] = pixels
        return pixels


class Pictures:
    """What is wanted, in order; taken as uint8 [B, H, W, 3] on a device."""

    ahead = AHEAD

    def __init__(
        self, decoder: Decoder, wanted: Sequence[Wanted], device: torch.device | None = None
    ) -> None:
        self._decoder, self._wanted = decoder, tuple(wanted)
        self._device = device or torch.device("cpu")

    def __len__(self) -> int:
        return len(self._wanted)

    def take(self, rows: Tensor) -> Tensor:
        pixels = torch.from_numpy(self._decoder.decode([self._wanted[row] for row in rows.tolist()]))
        if self._device.type == "cuda":
            return pixels.pin_memory().to(self._device, non_blocking=True)
        return pixels

    def part(self, rows: Tensor) -> Pictures:
        return Pictures(self._decoder, [self._wanted[row] for row in rows.tolist()], self._device)

    def joined(self, others: Sequence[Inputs]) -> Pictures:
        further = [w for other in others for w in cast("Pictures", other)._wanted]
        return Pictures(self._decoder, [*self._wanted, *further], self._device)

    def to(self, device: torch.device) -> Pictures:
        return Pictures(self._decoder, self._wanted, device)
