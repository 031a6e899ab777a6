"""Where a data set's pictures are, and what their headers say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from PIL import Image, UnidentifiedImageError

from mtss.files import SUFFIXES
from mtss.images import DECODE_ERRORS, ORIENTATION, SWAPS_SIDES, ImageProblem


def inside(name: str) -> bool:
    """Whether a path named by a list stays in the folder that it starts from."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def first_file(folders: Sequence[Path], names: Sequence[str]) -> Path | None:
    """The first of folder/name that is a file and lies in its folder."""
    for folder in folders:
        for name in names:
            if inside(name) and (path := folder / name).is_file():
                return path
    return None


def pictures_by_stem(folders: Sequence[Path]) -> dict[str, Path]:
    """Image files right in these folders, under their names without suffix; the first one wins."""
    found: dict[str, Path] = {}
    for folder in folders:
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if path.suffix.lower() in SUFFIXES:
                    found.setdefault(path.stem, path)
    return found


def last_part(url: str) -> str:
    """The file name that a URL ends with, perhaps none."""
    path = url.strip().partition("?")[0].partition("#")[0]
    return unquote(path).rpartition("/")[2]


def upright_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels of the upright picture, from its header. Raises ImageProblem."""
    try:
        with Image.open(path) as opened:
            width, height = opened.size
            turned = opened.getexif().get(ORIENTATION) in SWAPS_SIDES
    except UnidentifiedImageError:
        raise ImageProblem("not an image in a known format") from None
    except Image.DecompressionBombError:
        raise ImageProblem("too many pixels, perhaps a decompression bomb") from None
    except DECODE_ERRORS as problem:
        raise ImageProblem(f"cannot be read ({problem})") from problem
    return (height, width) if turned else (width, height)
