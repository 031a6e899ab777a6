"""Progress as JSON lines, and the one question a long run asks itself: shall I go on?"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Listener = Callable[[dict[str, Any]], None]


class Cancelled(Exception):
    """The run was asked to end; what was finished before stays."""


@dataclass
class Control:
    """Cancellation by a signal or by a file that appears."""

    file: Path | None = None
    reason: str | None = None
    _looked: float = 0.0

    def cancel(self, reason: str) -> None:
        self.reason = reason

    def check(self) -> None:
        """Raise Cancelled when asked to. The file is looked for at most ten times a second."""
        now = time.monotonic()
        if self.file is not None and now - self._looked > 0.1:
            self._looked = now
            if self.file.exists():
                self.cancel("cancelled by the user")
        if self.reason is not None:
            raise Cancelled(self.reason)


@dataclass
class Run:
    """One training run: whom to tell, when to stop, and how far it is (0 … 1 over all stages)."""

    listeners: Sequence[Listener] = ()
    control: Control = field(default_factory=Control)
    started: float = field(default_factory=time.monotonic)
    stage: str = ""
    _before: float = 0.0  # share of the run that earlier stages make up
    _share: float = 0.0  # share of the current stage
    _fraction: float = 0.0  # how far the current stage is

    @property
    def progress(self) -> float:
        return min(1.0, self._before + self._share * self._fraction)

    def begin(self, stage: str, share: float) -> None:
        """Open the next stage, `share` of the whole run long; the one before counts as finished."""
        self.control.check()
        self._before, self._share, self._fraction = self._before + self._share, share, 0.0
        self.stage = stage
        self.tell("stage")

    def advance(self, fraction: float, kind: str | None = None, **fields: Any) -> None:
        """Move within the stage and look for cancellation; `kind` also sends an event."""
        self.control.check()
        self._fraction = fraction
        if kind is not None:
            self.tell(kind, **fields)

    def finish(self) -> None:
        """Everything is written: progress 1."""
        self._before, self._share = 1.0, 0.0
        self.stage = "finished"

    def tell(self, kind: str, **fields: Any) -> None:
        """Send one event: time, kind, stage, progress, eta_s beside what is given."""
        done, elapsed = self.progress, time.monotonic() - self.started
        eta = round(elapsed * (1 - done) / done, 1) if done > 0.02 else None
        event: dict[str, Any] = {"time": time.time(), "kind": kind, "stage": self.stage}
        event |= {"progress": round(done, 4), "eta_s": eta}
        for listener in self.listeners:
            listener(event | fields)


class EventLog:
    """A listener that appends one line an event, which a reader sees at once.

    A line for which there is no room is taken back whole. Raises OSError.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def __call__(self, event: dict[str, Any]) -> None:
        rest = memoryview((json.dumps(event) + "\n").encode())
        before = self._file.seek(0, os.SEEK_END) if self._file.seekable() else None
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            if before is not None:
                self._file.truncate(before)
            raise

    def __enter__(self) -> EventLog:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
