"""Images to measure with, made from the demo catalogue: as many as needed."""

import io
import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "bench"
DEMO = ROOT / "resources" / "demo"
PHOTOGRAPH = (800, 1000)  # pixels of a shop's usual one


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on the checkout's own disk that is gone afterwards."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=KEPT) as folder:
        yield Path(folder)


def linked(folder: Path, count: int, a_folder: int = 100) -> Path:
    """``count`` files, ``a_folder`` in each directory and a hundred directories in each above it.

    All are hard links to copies of the demo's images: a few megabytes whatever the count.
    """
    originals = folder / "originals"
    originals.mkdir(parents=True)
    sources = [_write(originals / f"{n}.jpg", path.read_bytes()) for n, path in enumerate(_demo())]
    target = folder / "nested"
    for place, source in zip(range(count), itertools.cycle(sources), strict=False):
        directory, within = divmod(place, a_folder)
        inside = target / f"shop-{directory // 100:03d}" / f"article-{directory % 100:02d}"
        if not within:
            inside.mkdir(parents=True)
        os.link(source, inside / f"view-{within:03d}.jpg")
    return target


def distinct(folder: Path, count: int, size: tuple[int, int] | None = None) -> Path:
    """``count`` JPEGs of distinct content, enlarged to ``size`` = (width, height) where it is given."""
    folder.mkdir(parents=True)
    pictures = [_enlarged(path, size) for path in _demo()[: min(count, 160)]]
    for number in range(count):
        # What follows the end of a JPEG is no part of its picture, and makes its content another one.
        _write(folder / f"{number:05d}.jpg", pictures[number % len(pictures)] + f"{number:08d}".encode())
    return folder


def _demo() -> list[Path]:
    return sorted(DEMO.rglob("*.jpg"))


def _enlarged(path: Path, size: tuple[int, int] | None) -> bytes:
    if size is None:
        return path.read_bytes()
    out = io.BytesIO()
    with Image.open(path) as image:
        image.resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=90)
    return out.getvalue()


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
