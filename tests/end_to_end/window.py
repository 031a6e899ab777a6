"""The real application as a process on an X server of its own, driven by keys, followed by its events."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Event = dict[str, Any]
UNUSUAL = ("WAYLAND_DISPLAY", "PYTHONDONTWRITEBYTECODE")
"""What a user's environment has not: with the second, every start compiles all of Lapel again."""
PATIENCE = 120
"""Seconds without the event waited for after which a test gives up: a bound, never a pace."""


@contextmanager
def x_server() -> Iterator[str]:
    """An Xvfb on a free display; yields its DISPLAY."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


class Window:
    """One run of Lapel."""

    def __init__(
        self, display: str, home: Path, events: Path, *arguments: str, python: Path = Path(sys.executable)
    ) -> None:
        self._display = display
        self._log = events.with_suffix(".log")
        os.mkfifo(events)
        self._reading = os.open(events, os.O_RDONLY | os.O_NONBLOCK)
        self._rest = b""
        self.events: list[Event] = []
        self._seen = 0
        environment = {
            **{k: v for k, v in os.environ.items() if k not in UNUSUAL},
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "LAPEL_HOME": str(home),
            "PYTHONFAULTHANDLER": "1",
        }
        command = [str(python), "-P", "-m", "app", *arguments, "--events", str(events)]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def wait(self, wanted: Callable[[Event], bool], what: str, patience: float = PATIENCE) -> Event:
        """The next event that fits, read in order. Raises AssertionError with what was seen instead."""
        deadline = time.monotonic() + patience
        while True:
            while self._seen < len(self.events):
                event = self.events[self._seen]
                self._seen += 1
                if wanted(event):
                    return event
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"never saw {what}; last: {self._told()}\n{self._log_end()}")

    def wait_for(self, event: str, patience: float = PATIENCE, **values: object) -> Event:
        """The next event of that name with these values."""

        def fits(found: Event) -> bool:
            return found["event"] == event and all(found.get(k) == v for k, v in values.items())

        return self.wait(fits, f"{event} {values}", patience)

    def wait_for_dialog(self, title: str) -> None:
        """Until the dialog has the keyboard and its primary button can be pressed, in whichever order."""
        missing = {"ready", "focus"}
        while missing:
            found = self.wait(
                lambda e: e["event"] in missing and e["title"] == title, f"{missing} of {title}"
            )
            missing.discard(found["event"])

    def _told(self) -> str:
        """The newest events, and everything that was said to the user."""
        said = [e["words"] for e in self.events if e["event"] == "said"]
        return f"{self.events[-12:]}\nsaid: {said}"

    def _log_end(self) -> str:
        return self._log.read_text()[-3000:]

    def focus(self) -> None:
        """Give the window the keyboard, as a window manager would.

        xdotool gives up when any window of the screen closes while it looks: then it looks again.
        """
        search = ["search", "--onlyvisible", "--pid", str(self.process.pid), "--name", "Lapel"]
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                found = self._xdotool(*search).split()
                self._xdotool("windowfocus", "--sync", found[0])
            except subprocess.CalledProcessError:
                assert time.monotonic() < deadline, "the window never came to the screen"
            else:
                return

    def key(self, *keys: str) -> None:
        """Press keys in X's notation, such as ``ctrl+Return``."""
        self._xdotool("key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        """Type text."""
        self._xdotool("type", "--clearmodifiers", text)

    def kill(self) -> None:
        """End it the hard way, if it has not ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> int:
        """Wait until it has ended; returns its exit status."""
        status = self.process.wait(PATIENCE)
        if self._reading >= 0:
            os.close(self._reading)
            self._reading = -1
        return status

    def _xdotool(self, *arguments: str) -> str:
        environment = {**os.environ, "DISPLAY": self._display}
        done = subprocess.run(
            ["xdotool", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        return done.stdout

    def _read(self, patience: float) -> bool:
        """Take in what has been written; False when nothing came or the process has ended."""
        ready, _, _ = select.select([self._reading], [], [], min(patience, 1.0))
        if ready:
            chunk = os.read(self._reading, 1 << 16)
            lines = (self._rest + chunk).split(b"\n")
            self._rest = lines.pop()
            self.events += [json.loads(line) for line in lines if line]
            if not chunk:
                # Before the application has opened its end, or after it has closed it, reading never blocks.
                status = self.process.poll()
                assert status is None, f"Lapel ended early with {status}: {self._told()}\n{self._log_end()}"
                select.select([], [], [], 0.02)
        return True
