"""From the command line to the first window."""

import argparse
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from app.services import places
from app.ui.application import Application
from app.ui.event_log import EventLog
from app.ui.placing import Placing

NO_DISPLAY = (
    "Lapel needs a display and found none (DISPLAY and WAYLAND_DISPLAY are empty). "
    "`make demo` does the main job without one."
)


def start(arguments: Sequence[str]) -> int:
    """Run the application until its window closes; returns the exit status."""
    options = _parser().parse_args(list(arguments))
    if _no_display():
        sys.stderr.write(NO_DISPLAY + "\n")
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    qt = QApplication([sys.argv[0]])
    events = EventLog(options.events) if options.events else None
    application = Application(qt, events)
    wake = _SignalWake(application.window.close)
    Placing(application.window, places.config_folder() / "window.ini").restore()
    application.open(options.folder, options.template, demo=options.demo)
    try:
        return qt.exec()
    finally:
        wake.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lapel", description="Label the attributes of catalogue images.")
    parser.add_argument("folder", nargs="?", type=Path, help="a project, or a folder of images")
    parser.add_argument("--template", default="garments", help="attribute types a new project begins with")
    parser.add_argument("--demo", action="store_true", help="open the demo catalogue")
    parser.add_argument(
        "--events", type=Path, metavar="FILE", help="append what happens to FILE as JSON lines"
    )
    return parser


def _no_display() -> bool:
    """Whether Qt would end in a bare "Aborted" for want of a screen."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class _SignalWake:
    """Closes the window on Ctrl-C and SIGTERM: Python sees a signal only when Qt gives it a turn."""

    def __init__(self, window_closes: Callable[[], object]) -> None:
        self._ours, theirs = socket.socketpair()
        self._theirs = theirs
        theirs.setblocking(False)
        self._before = signal.set_wakeup_fd(theirs.fileno())
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(lambda: window_closes())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        self._ours.close()
        self._theirs.close()
