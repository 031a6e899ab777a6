"""What is read again and again for the screen: at most once at a time, and the last asking is answered."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.ui.background import Failed

Run = Callable[[Callable[[], Any], Callable[[Any], None], Failed], None]
"""`Background.read` or `Background.aside`."""


class OneReading(QObject):
    """Lives on the window's thread, and not longer than ``parent``: an answer that comes later is dropped."""

    def __init__(
        self,
        parent: QObject,
        run: Run,
        begin: Callable[[], Callable[[], Any]],
        came: Callable[[Any], None],
        failed: Failed,
    ) -> None:
        """``begin`` gives the work of the reading that starts now; ``came`` gets what it found."""
        super().__init__(parent)
        self._run, self._begin, self._came, self._failed = run, begin, came, failed
        self._reading = self._again = self._stopped = False

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is read any more."""
        return self._stopped

    def ask(self) -> None:
        """Read now, or as soon as the reading under way has ended."""
        self._again = self._reading
        if not self._reading and not self._stopped:
            self._reading = True
            self._run(self._begin(), self._on_came, self._on_failed)

    def stop(self) -> None:
        """Read nothing any more, and drop the answer under way: what is read is being closed."""
        self._stopped = True

    def _on_came(self, found: Any) -> None:
        self._end(self._came, found)

    def _on_failed(self, error: BaseException) -> None:
        self._end(self._failed, error)

    def _end(self, tell: Callable[[Any], None], answer: Any) -> None:
        try:
            if not self._stopped:
                tell(answer)
        finally:
            self._reading = False
            if self._again:
                self.ask()
