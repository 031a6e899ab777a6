"""What networks are fed with: features held in memory, or pictures decoded when they are wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Protocol, TypeVar, cast

import torch
from torch import Tensor

A = TypeVar("A")
B = TypeVar("B")
CHUNK = 256  # rows taken at a time where there is no batch size to go by
OVERLAP = 2  # loads at once: while one waits for its last picture, the next begins


class Inputs(Protocol):
    """One row an image. `ahead`: how many batches are worth preparing while the network works."""

    @property
    def ahead(self) -> int: ...

    def __len__(self) -> int: ...

    def take(self, rows: Tensor) -> Tensor:
        """These rows (int64 [B], on the CPU or on the inputs' device) as a network takes them: [B, …]."""
        ...

    def part(self, rows: Tensor) -> Inputs:
        """The inputs of these rows, in their order."""
        ...

    def joined(self, others: Sequence[Inputs]) -> Inputs:
        """These and then the others, which are of the same kind."""
        ...

    def to(self, device: torch.device) -> Inputs:
        """The same, taken on that device."""
        ...


class Held:
    """Features [M, F] in memory, on one device."""

    ahead = 0

    def __init__(self, rows: Tensor) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, rows: Tensor) -> Tensor:
        return self.rows[rows.to(self.rows.device)]

    def part(self, rows: Tensor) -> Held:
        return Held(self.take(rows))

    def joined(self, others: Sequence[Inputs]) -> Held:
        return Held(torch.cat([self.rows, *(cast("Held", other).rows for other in others)]))

    def to(self, device: torch.device) -> Held:
        return Held(self.rows.to(device))


def in_parts(inputs: Inputs, size: int = CHUNK) -> Iterator[Tensor]:
    """All rows in order, `size` at a time; the next are prepared meanwhile."""
    return ahead(torch.arange(len(inputs)).split(size), inputs.take, inputs.ahead)


def ahead(items: Iterable[A], load: Callable[[A], B], depth: int) -> Generator[B, None, None]:
    """`load` of every item in order, up to `depth` of them early, on threads; 0: each when it is asked for.

    An error of `load` comes out where its item would. Closing the iterator drops what was prepared.
    """
    if not depth:
        yield from map(load, items)
        return
    queue, waiting = iter(items), deque[Future[B]]()
    pool = ThreadPoolExecutor(OVERLAP, thread_name_prefix="ahead")
    try:
        waiting.extend(pool.submit(load, item) for item in islice(queue, depth))
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(pool.submit(load, item) for item in islice(queue, 1))
            yield done
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
