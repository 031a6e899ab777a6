"""One reading of an image file yields everything: hash, size, health, thumbnail and the model's input."""

import hashlib
import io
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from app.domain.item import Item, ReadImage
from mtss.content import content_key
from mtss.images import (
    FILE_CAP,
    ORIENTATION,
    SWAPS_SIDES,
    ImageProblem,
    Use,
    decode_sized,
    model_input,
    thumbnail,
)

THUMBNAIL = 256


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes and what they are called; ``problem`` instead where they cannot be had."""

    item: Item
    bytes: bytes
    read: ReadImage

    @property
    def key(self) -> str:
        """The name under which features of this image, or of its box, are stored."""
        return content_key(self.read.content_hash, self.item.box)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came of decoding: uint8 [H, W, 3] for the model and a JPEG; both None where it failed."""

    read: ReadImage
    pixels: np.ndarray | None = None
    thumbnail: bytes | None = None


def load(item: Item, digest: str | None = None) -> Content:
    """Read the file and hash it. A file that is gone or cannot be opened is said in ``read``."""
    path = Path(item.path)
    try:
        size = path.stat().st_size
        if size > FILE_CAP:
            return Content(item, b"", _unread(item, f"Too large: {size / 1e9:.1f} GB."))
        content = path.read_bytes()
    except OSError as error:
        missing = not os.path.lexists(path)
        words = "The file is not there any more." if missing else f"Cannot be read: {error.strerror}."
        return Content(item, b"", replace(_unread(item, words), missing=missing))
    found = digest or _hash(content)
    return Content(item, content, ReadImage(item.id, found, 0, 0, stamp=item.stamp))


def _unread(item: Item, words: str) -> ReadImage:
    return ReadImage(item.id, "", 0, 0, words, stamp=item.stamp)


def decode(content: Content, size: tuple[int, int]) -> Decoded:
    """Decode once, at the smallest scale that serves both thumbnail and model (``size`` = height, width)."""
    use = Use(inside=(THUMBNAIL, THUMBNAIL), over=(size[1], size[0]))
    try:
        image, full = decode_sized(content.bytes, box=content.item.box, use=use)
    except ImageProblem as problem:
        return broken(content, problem)
    read = replace(content.read, width=full[0], height=full[1])
    return Decoded(read, model_input(image, size), thumbnail(image, THUMBNAIL))


def broken(content: Content, problem: ImageProblem) -> Decoded:
    """The reading of an image that cannot be used, with the reason as a sentence."""
    words = str(problem)
    return Decoded(replace(content.read, problem=words[:1].upper() + words[1:] + "."))


def measured(content: Content) -> ReadImage:
    """The reading with the picture's full size, upright, from the header of an image that can be decoded."""
    with Image.open(io.BytesIO(content.bytes)) as header:
        width, height = header.size
        if header.getexif().get(ORIENTATION, 1) in SWAPS_SIDES:
            width, height = height, width
    return replace(content.read, width=width, height=height)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
