"""Which files are images, by name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

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
                if Path(name).suffix.lower() in SUFFIXES:
                    yield Path(folder, name)
