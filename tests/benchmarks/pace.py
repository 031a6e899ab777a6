"""How fast this machine is right now, against two idle cores: absolute budgets are scaled by it."""

import io
import time
from pathlib import Path

import numpy as np
from PIL import Image

REFERENCE_MS = 0.62
"""One unit of work on an idle core of the machine that the budgets were measured on (x86-64, AVX-512).

It was 0.85 with a sort in it, a third of the whole. numpy's vectorised sort takes eight times as long on one
family of processors as on another, whatever else they do, and had made budgets there four times as wide.
"""
_UNITS = 400
_DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"


def slowness() -> float:
    """1 on the reference machine when idle, 2 at half its pace, be it old or busy. Takes half a second."""
    content = min(_DEMO.rglob("*.jpg")).read_bytes()
    numbers = np.arange(100_000, dtype=np.float32)
    began = time.perf_counter()
    for _ in range(_UNITS):
        _unit(content, numbers)
    return (time.perf_counter() - began) * 1000 / _UNITS / REFERENCE_MS


def _unit(content: bytes, numbers: np.ndarray) -> None:
    """Interpreter and JPEG decoding in about equal parts, and a little array arithmetic."""
    counts: dict[int, int] = {}
    for number in range(6_000):
        counts[number & 255] = counts.get(number & 255, 0) + number
    with Image.open(io.BytesIO(content)) as image:
        image.draft(None, (64, 64))
        image.load()
    np.sqrt(numbers).sum()
