"""Work in two halves: a slow one beside the serial writer, then a short one on it with what came of it.

Writes that are asked for during the slow half do not wait for it.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from app.domain.progress import Step
from app.ui.background import Background, Failed

A = TypeVar("A")
B = TypeVar("B")


class Halves(Generic[A, B]):
    """Under way from its making on. ``over`` comes last, on the window's thread, unless it was left."""

    def __init__(self, background: Background, slow: Callable[[], A], short: Callable[[A], B]) -> None:
        self._background = background
        self._slow = slow
        self._short = short
        self._made: list[A] = []
        self._left = False

    def begin(self, done: Callable[[B], None], failed: Failed, over: Callable[[], None]) -> None:
        """Do the slow half now. ``failed`` takes what either half raised."""

        def finished(value: B | None) -> None:
            over()
            if value is not None:
                done(value)

        def refused(error: BaseException) -> None:
            over()
            failed(error)

        def prepared(_: bool) -> None:
            if not self._left:
                self._background.write(self._finish, finished, refused)

        self._task = self._background.start(self._prepare, lambda _: None, prepared, refused)

    def leave(self) -> None:
        """Nobody waits for the answer any more; ``wait`` does what is left to be done."""
        self._left = True

    def wait(self) -> None:
        """Block until the slow half has ended, and do the short one: on the writer, before it lets go."""
        self._task.wait()
        self._finish()

    def _prepare(self) -> Iterator[Step]:
        self._made.append(self._slow())
        return iter(())

    def _finish(self) -> B | None:
        """On the writer alone, where nothing runs beside it: once, also when asked for twice."""
        return self._short(self._made.pop()) if self._made else None
