"""Opening images: one definition for thumbnails, training and inference.

Everything comes out as 8-bit sRGB, upright, on white, from a single decode that is done at a reduced
scale where the format allows it (JPEG: 1/2, 1/4, 1/8).
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from mtss.content import Box
from mtss.pixels import to_srgb
from mtss.problem import Problem

FILE_CAP = 1_000_000_000  # bytes: no picture within the pixel cap needs more, and memory is shared
PIXEL_CAP = 200_000_000  # 200 megapixels: above any camera, below what exhausts a small machine
# A decode down to 0.75 of the wanted size is enlarged: it halves the time, and cost no accuracy measurable
# beside the seed's spread on drawn garments.
ENOUGH = 0.75
ORIENTATION = 0x0112
SWAPS_SIDES = (5, 6, 7, 8)

# What Pillow and its codecs raise on malformed files; everything else is a bug of ours.
DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    IndexError,
    KeyError,
    OverflowError,
)


class ImageProblem(Problem):
    """An image that cannot be shown or learned from; the message is the reason in the user's words."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a picture will be made into: allows decoding at a reduced scale.

    `inside`: (width, height) it is fitted into, its aspect kept; `over`: (width, height) it is stretched to.
    """

    inside: tuple[int, int] | None = None
    over: tuple[int, int] | None = None

    def scale(self, part: tuple[float, float]) -> float:
        """How much of `part` (width, height in pixels) is needed, as a factor."""
        scales = [1e-6]
        if self.inside is not None:
            scales.append(min(self.inside[0] / part[0], self.inside[1] / part[1]))
        if self.over is not None:
            scales.append(max(self.over[0] / part[0], self.over[1] / part[1]))
        return max(scales)


def open_image(path: Path, *, box: Box | None = None, use: Use | None = None) -> Image.Image:
    """Decode a file to an upright 8-bit sRGB image on white, at full size or what `use` needs.

    `box`: x, y, width, height in pixels of the full upright image. Animations give their first frame.
    Raises ImageProblem.
    """
    try:
        if (size := path.stat().st_size) > FILE_CAP:
            raise ImageProblem(f"too large: {size / 1e9:.1f} GB")
        with path.open("rb") as file:
            content = file.read()
    except OSError as problem:
        raise ImageProblem(f"cannot be read: {problem.strerror or problem}") from problem
    return decode_image(content, box=box, use=use)


def decode_image(content: bytes, *, box: Box | None = None, use: Use | None = None) -> Image.Image:
    """As `open_image`, from the file's bytes."""
    return decode_sized(content, box=box, use=use)[0]


def decode_sized(
    content: bytes, *, box: Box | None = None, use: Use | None = None
) -> tuple[Image.Image, tuple[int, int]]:
    """As `decode_image`, and the (width, height) of the whole upright picture as the file's header has it."""
    if not content:
        raise ImageProblem("the file is empty")
    try:
        with Image.open(io.BytesIO(content)) as opened:
            return _upright(opened, box, use)
    except UnidentifiedImageError:
        raise ImageProblem("not an image in a known format") from None
    except Image.DecompressionBombError:
        raise ImageProblem("too many pixels, perhaps a decompression bomb") from None
    except MemoryError:
        raise ImageProblem("too large for this machine's memory") from None
    except DECODE_ERRORS as problem:
        raise ImageProblem(_reason(problem)) from problem


def thumbnail(image: Image.Image, side: int = 256, quality: int = 85) -> bytes:
    """A JPEG of an already decoded image whose longer side is at most `side` pixels."""
    if max(image.size) > side:
        image = image.copy()
        image.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def model_input(image: Image.Image, size: tuple[int, int]) -> np.ndarray:
    """uint8 [H, W, 3]: the image stretched to `size` = (H, W).

    Measured (experiments/input-geometry): 1.9 points of F1@1 better than padding to keep the aspect.
    """
    small = image.resize((size[1], size[0]), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(small)


def load_model_input(path: Path, size: tuple[int, int], box: Box | None = None) -> np.ndarray:
    """Open and stretch in one go; uint8 [H, W, 3]. Raises ImageProblem."""
    return model_input(open_image(path, box=box, use=Use(over=(size[1], size[0]))), size)


def _upright(opened: Image.Image, box: Box | None, use: Use | None) -> tuple[Image.Image, tuple[int, int]]:
    full = opened.size
    if full[0] * full[1] > PIXEL_CAP:
        raise ImageProblem(f"too large: {full[0]}×{full[1]} pixels")
    orientation = cast("int", opened.getexif().get(ORIENTATION, 1))
    turned = orientation in SWAPS_SIDES
    if use is not None:
        _decode_smaller(opened, box, use, turned=turned)
    opened.load()  # finds truncation, which verify() does not
    upright = ImageOps.exif_transpose(opened) if orientation != 1 else opened
    sides = (full[1], full[0]) if turned else full
    if box is not None:
        upright = _crop(upright, box, sides)
    try:
        return to_srgb(upright), sides
    except ImageCms.PyCMSError as problem:
        raise ImageProblem(f"its colour profile cannot be used: {problem}") from problem


def _decode_smaller(opened: Image.Image, box: Box | None, use: Use, *, turned: bool) -> None:
    """Ask the codec for the smallest scale that still gives the wanted number of pixels (JPEG only)."""
    if opened.format != "JPEG" or opened.mode not in ("RGB", "L"):
        return
    sides = (opened.size[1], opened.size[0]) if turned else opened.size
    part = sides if box is None else (box[2], box[3])
    scale = ENOUGH * use.scale(part)
    wanted = (max(1, int(opened.size[0] * scale)), max(1, int(opened.size[1] * scale)))
    opened.draft(None, wanted)


def _crop(image: Image.Image, box: Box, full: tuple[int, int]) -> Image.Image:
    """Cut the box out, in the pixels of the (possibly reduced) image; it is clipped to the picture."""
    across, down = image.width / full[0], image.height / full[1]
    left, top = max(0, round(box[0] * across)), max(0, round(box[1] * down))
    right = min(image.width, round((box[0] + box[2]) * across))
    bottom = min(image.height, round((box[1] + box[3]) * down))
    if right <= left or bottom <= top:
        raise ImageProblem("the box lies outside the image")
    return image.crop((left, top, right, bottom))


def _reason(problem: BaseException) -> str:
    text = str(problem)
    if "truncated" in text.lower() or "broken data stream" in text or "unexpected end" in text.lower():
        return "truncated: the end of the file is missing"
    return f"damaged: {text or type(problem).__name__}"
