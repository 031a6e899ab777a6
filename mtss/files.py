"""Which files are images, by name, and what can be a folder for results."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from mtss.problem import Problem

RASTER = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "avif")
RARE = ("ppm", "pgm", "pnm", "tga", "ico", "jp2")
SUFFIXES = frozenset(f".{suffix}" for suffix in (*RASTER, *RARE))


def find_images(paths: Sequence[Path]) -> Iterator[Path]:
    """Files as given; folders recursively, in name order, by suffix. Links to folders are not followed."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, inner, files in os.walk(path):
            inner.sort()
            for name in sorted(files):
                file = Path(folder, name)
                if file.suffix.lower() in SUFFIXES and not is_endless(file):
                    yield file


def check_folder(path: Path, words: str = "--out is the folder for the result") -> None:
    """Raises Problem where what is to be a folder is a file. `words`: whose, and for what."""
    if path.exists() and not path.is_dir():
        raise Problem(f"{path} is a file: {words}")


def is_endless(path: Path) -> bool:
    """A FIFO, socket or device: reading one may wait for ever."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False  # whoever reads it says why it cannot be read
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
