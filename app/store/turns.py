"""First come, first served: who waits to write is never overtaken by a bulk writer's next batch."""

import threading
from collections.abc import Generator
from contextlib import contextmanager


class Turns:
    """A fair lock. ``threading.Lock`` lets a loop that releases and re-acquires starve everybody else."""

    def __init__(self) -> None:
        self._gate = threading.Condition()
        self._next = 0
        self._serving = 0
        self._owner: int | None = None

    @property
    def waiting(self) -> int:
        """How many have asked for a turn and not got it yet."""
        with self._gate:
            return max(0, self._next - self._serving - (self._owner is not None))

    @contextmanager
    def mine(self) -> Generator[None]:
        """Wait for one's turn and hold it. Raises RuntimeError when this thread holds it already."""
        me = threading.get_ident()
        with self._gate:
            if self._owner == me:
                raise RuntimeError("A write was begun inside another write of the same thread.")
            ticket = self._next
            self._next += 1
            self._gate.wait_for(lambda: self._serving == ticket)
            self._owner = me
        try:
            yield
        finally:
            with self._gate:
                self._owner = None
                self._serving += 1
                self._gate.notify_all()
