"""``mtss train`` on 2,000 labelled images, features computed on the way."""

import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks import catalogue
from tests.benchmarks.pace import slowness
from tests.benchmarks.report import Row, at_most

IMAGES = 2_000
BUDGET = 180.0  # seconds


def measure(images: int = IMAGES) -> list[Row]:
    """The command as the application starts it. The catalogue is drawn once and kept in build/bench."""
    manifest = _drawn(images)
    before = slowness()
    with catalogue.scratch() as folder:
        began = time.perf_counter()
        _mtss("train", "--manifest", str(manifest), "--out", str(folder / "model"), "--device", "cpu")
        taken = time.perf_counter() - began
        if not (folder / "model" / "model.onnx").is_file():
            raise RuntimeError("mtss train left no model")
    return [at_most(f"mtss train, {images:,} labelled images", taken, "s", BUDGET, (before + slowness()) / 2)]


def _drawn(images: int) -> Path:
    target = catalogue.KEPT / f"catalogue-{images}"
    manifest = target / "manifest.jsonl"
    if not manifest.is_file():
        with catalogue.scratch() as folder:  # moved when complete: what was interrupted is drawn again
            drawn = folder / "drawn"
            _mtss("prepare", "garments", "--images", str(images), "--seed", "11", "--out", str(drawn))
            drawn.rename(target)
    return manifest


def _mtss(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "mtss", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"mtss {arguments[0]}: {done.stderr[-2000:]}")
