"""The application in this process, without a screen, and its event loop watched."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.ui.application import Application

PATIENCE = 300
"""Seconds after which a benchmark gives up waiting: a bound, never a pace."""


@contextmanager
def application(home: Path) -> Iterator[Application]:
    """Lapel with settings and data under ``home``, its window shown, no project open."""
    os.environ.update(LAPEL_HOME=str(home), QT_QPA_PLATFORM="offscreen")
    qt = QApplication([])
    running = Application(qt)
    failures: list[BaseException] = []
    running.background.unexpected.connect(failures.append)
    running.open(None, "garments", demo=False)
    running.window.activateWindow()
    try:
        yield running
    finally:
        running.window.close()
    if failures:
        raise failures[0]


def wait_until(reached: Callable[[], bool], what: str) -> None:
    """Run the event loop, sleeping between events, until ``reached``. Raises TimeoutError."""
    loop, deadline = QEventLoop(), QTimer(singleShot=True)
    deadline.start(PATIENCE * 1000)
    flags = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    while not reached():
        if not deadline.isActive():
            raise TimeoutError(f"never saw {what}")
        loop.processEvents(flags)


class Heartbeat:
    """Beats every millisecond; ``longest`` is the longest wait between two beats, in milliseconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=1)
        self._timer.timeout.connect(self._beat)

    def restart(self) -> float:
        """Begin anew; returns the longest wait so far."""
        before, self.longest = self.longest, 0.0
        self._last = time.perf_counter()
        self._timer.start()
        return before

    def stop(self) -> float:
        """Returns the longest wait since the start."""
        self._beat()
        self._timer.stop()
        return self.longest

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, (now - self._last) * 1000)
        self._last = now
