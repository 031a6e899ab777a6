"""From the command to the first window, as a process on an X server of its own."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.report import Row
from tests.end_to_end.window import Window, x_server

RUNS = 5
BUDGET = 0.7  # seconds
BARE_REFERENCE = 0.14
"""Seconds to a bare PySide6 window, the fastest seen on the two cores that the budget was set on."""

_BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

class Bare(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, lambda: (print(time.time(), flush=True), app.quit()))

app = QApplication(sys.argv)
bare = Bare()
bare.resize(1280, 800)
bare.show()
app.exec()
"""


def measure() -> list[Row]:
    """Median of five, after one that fills the disk's cache."""
    with tempfile.TemporaryDirectory() as folder, x_server() as display:
        places = [Path(folder) / str(number) for number in range(RUNS + 2)]
        for place in places:
            place.mkdir()
        _lapel(display, places[0])
        bare, ours = [], []
        for place in places[1:-1]:
            bare.append(_bare(display))
            ours.append(_lapel(display, place))
        loaded = _loaded_before_first_frame(display, places[-1])
    slow = median(bare) / BARE_REFERENCE
    allowed = BUDGET * max(1.0, slow)
    return [
        Row("command to first window", median(ours), "s", median(bare), "bare window", BUDGET, allowed),
        Row("torch or onnxruntime loaded by then", len(loaded), "modules", budget=0),
    ]


def _lapel(display: str, home: Path) -> float:
    began = time.time()
    window = Window(display, home, home / "events")
    shown = window.wait_for("shown")
    window.kill()
    return shown["time"] - began


def _bare(display: str) -> float:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    began = time.time()
    command = [sys.executable, "-P", "-c", _BARE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[0]) - began


def _loaded_before_first_frame(display: str, home: Path) -> set[str]:
    """Which of the heavy packages the interpreter had imported, by its own log of imports."""
    os.environ["PYTHONPROFILEIMPORTTIME"] = "1"
    window = Window(display, home, home / "events")
    window.wait_for("shown")
    window.kill()
    del os.environ["PYTHONPROFILEIMPORTTIME"]
    lines = (home / "events.log").read_text().splitlines()
    imported = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    if "app.ui.main_window" not in imported:
        raise RuntimeError("the interpreter told nothing of its imports")
    return imported & {"torch", "onnxruntime"}
