"""Reading one image for the screen, exactly as training and inference read it."""

import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from app.domain.item import Item
from mtss.images import ImageProblem, Use, open_image


@dataclass(frozen=True, slots=True)
class Picture:
    """RGB bytes, row by row, of ``width`` × ``height`` pixels.

    ``natural`` is the size of the whole picture, which may have been read at a reduced scale.
    """

    rgb: bytes
    width: int
    height: int
    natural: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a picture cannot be shown, in plain words."""

    reason: str


def read_picture(item: Item, longest: int | None = None) -> Picture | Unreadable:
    """Read an item's picture, at a reduced scale when ``longest`` (pixels) allows it."""
    path = Path(item.path)
    try:
        use = Use(inside=(longest, longest)) if longest else None
        image = open_image(path, box=item.box, use=use)
    except ImageProblem as problem:
        if not os.path.lexists(path):
            return Unreadable("The file is not there any more.")
        return Unreadable(str(problem)[:1].upper() + str(problem)[1:] + ".")
    natural = (item.width, item.height) if item.width and item.box is None else image.size
    if longest and max(image.size) > longest:
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Picture(image.tobytes(), image.width, image.height, natural)
