"""What is trained, apart from how: a task gives batches, named parts of its loss, and a score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from torch import Tensor, nn

Parts = dict[str, Tensor]


class Task(Protocol):
    """The loop knows this and nothing of losses: the total stands under "loss".

    `random` is all that an epoch of `batches` depends on: the same state gives the same batches. They are
    mere numbers; `load` fetches what they stand for, up to `ahead` batches early and on another thread.
    """

    @property
    def module(self) -> nn.Module: ...

    @property
    def random(self) -> np.random.Generator: ...

    @property
    def ahead(self) -> int: ...

    def batches(self) -> Iterator[Any]: ...

    def load(self, batch: Any) -> Any: ...

    def step(self, batch: Any) -> Parts: ...

    def score(self) -> float | None: ...
