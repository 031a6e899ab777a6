"""The 15 corruptions of Hendrycks & Dietterich (2019) in 5 severities, with their original constants.

They come from the package `imagecorruptions-imaug` (Apache-2.0), in the extra "experiments".
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import numpy as np

from mtss.problem import Problem

NOISE = ("gaussian_noise", "shot_noise", "impulse_noise")
BLUR = ("defocus_blur", "glass_blur", "motion_blur", "zoom_blur")
WEATHER = ("snow", "frost", "fog", "brightness")
DIGITAL = ("contrast", "elastic_transform", "pixelate", "jpeg_compression")
NAMES = (*NOISE, *BLUR, *WEATHER, *DIGITAL)
SEVERITIES = (1, 2, 3, 4, 5)
LEAST_SIDE = 32  # pixels: the library's own limit

# Seven draw from numpy's one global stream; two take a seed; the rest leave nothing to chance.
FROM_GLOBAL_STREAM = frozenset(
    {"gaussian_noise", "shot_noise", "motion_blur", "snow", "frost", "fog", "elastic_transform"}
)
SEEDED = frozenset({"impulse_noise", "glass_blur"})

# Guards what the process has once: numpy's global stream, and the environment while OpenCV is imported.
_PROCESS_WIDE = Lock()


def corrupt(image: np.ndarray, name: str, severity: int, seed: int | np.random.Generator) -> np.ndarray:
    """A corrupted copy of a picture, uint8 [H, W, 3] → uint8 [H, W, 3]; H and W at least 32 pixels.

    The same image, name, severity and seed give the same bytes, from whichever thread; a Generator is asked
    for one number. The seed decides the noise: give every image its own. numpy's own stream stays as it was.
    Raises ValueError for arguments that fit nothing, Problem when the library is not installed.
    """
    if image.dtype != np.uint8 or image.shape[2:] != (3,) or min(image.shape[:2]) < LEAST_SIDE:
        found = f"{image.dtype} {image.shape}"
        raise ValueError(f"uint8 [H, W, 3] of at least {LEAST_SIDE} pixels a side, not {found}")
    if name not in NAMES or severity not in SEVERITIES:
        raise ValueError(f"there is no corruption '{name}' of severity {severity}")
    drawn = int(seed.integers(2**32)) if isinstance(seed, np.random.Generator) else seed % 2**32
    with _PROCESS_WIDE:
        library = _library()
        if name in FROM_GLOBAL_STREAM:
            with _global_stream(drawn):
                return library.corrupt(image, severity=severity, corruption_name=name)
    options = {"seed": drawn} if name in SEEDED else {}
    return library.corrupt(image, severity=severity, corruption_name=name, **options)


@contextmanager
def _global_stream(seed: int) -> Generator[None, None, None]:
    state = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(state)


@cache
def _library() -> Any:
    """The library, without what OpenCV's import does to the environment (it points Qt to its own plugins)."""
    before = dict(os.environ)
    try:
        return importlib.import_module("imagecorruptions")
    except ImportError as problem:
        words = f"corruptions need the extra: pip install 'lapel[experiments]' ({problem})"
        raise Problem(words) from problem
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update(before)
