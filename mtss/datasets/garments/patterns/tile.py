"""A seamless square of cloth: drawn once, repeated over the garment."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

from mtss.datasets.garments.palette import Inks
from mtss.datasets.garments.pieces import RGB

RESOLUTION = 2.5  # pixels of a tile per design unit: enough for the closest crop


@dataclass(frozen=True, slots=True)
class Tile:
    """An image that repeats, and how many of its pixels make one design unit."""

    image: skia.Image
    resolution: float

    def shader(self) -> skia.Shader:
        """The tile as an endless cloth in design units."""
        scale = 1 / self.resolution
        return self.image.makeShader(
            skia.TileMode.kRepeat,
            skia.TileMode.kRepeat,
            skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear),
            skia.Matrix.Scale(scale, scale),
        )


PatternDrawing = Callable[[Inks, Random], Tile]


def ink(color: RGB, alpha: float = 1.0, *, stroke: float = 0.0) -> skia.Paint:
    """An anti-aliased paint; stroke > 0 makes it an outline of that width with round ends."""
    r, g, b = (round(max(0.0, min(1.0, c)) * 255) for c in color)
    paint = skia.Paint(AntiAlias=True, Color=skia.ColorSetARGB(round(alpha * 255), r, g, b))
    if stroke > 0:
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(stroke)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        paint.setStrokeJoin(skia.Paint.kRound_Join)
    return paint


class TileSheet:
    """A canvas that wraps around: what leaves at one side comes in at the other."""

    def __init__(self, width: float, height: float, ground: RGB) -> None:
        self.width, self.height = width, height
        self._pixels = (max(1, round(width * RESOLUTION)), max(1, round(height * RESOLUTION)))
        self._surface = skia.Surface(*self._pixels)
        self.canvas = self._surface.getCanvas()
        self.canvas.scale(self._pixels[0] / width, self._pixels[1] / height)
        self.canvas.drawPaint(ink(ground))

    def at(self, x: float, y: float, draw: Callable[[skia.Canvas], None], turn: float = 0.0) -> None:
        """Draws a motif around (x, y), turned by degrees, and its copies across the borders."""
        for dx in (-self.width, 0.0, self.width):
            for dy in (-self.height, 0.0, self.height):
                self.canvas.save()
                self.canvas.translate(x + dx, y + dy)
                self.canvas.rotate(turn)
                draw(self.canvas)
                self.canvas.restore()

    def tile(self) -> Tile:
        """What has been drawn."""
        return Tile(self._surface.makeImageSnapshot(), self._pixels[0] / self.width)


def scattered(rng: Random, count: int, size: float, gap: float) -> list[tuple[float, float]]:
    """Up to count places on a torus of side `size`, at least `gap` apart (dart throwing)."""
    places: list[tuple[float, float]] = []
    for _ in range(count * 30):
        x, y = rng.uniform(0, size), rng.uniform(0, size)
        if all(_torus_gap(x - a, size) ** 2 + _torus_gap(y - b, size) ** 2 > gap * gap for a, b in places):
            places.append((x, y))
        if len(places) == count:
            break
    return places


def _torus_gap(difference: float, size: float) -> float:
    return min(abs(difference), size - abs(difference))


def tile_from_array(colors: NDArray[np.floating[Any]], resolution: float) -> Tile:
    """A tile from RGB values in 0…1, [H, W, 3]."""
    rgba = np.full((*colors.shape[:2], 4), 255, np.uint8)
    rgba[..., :3] = np.clip(colors * 255 + 0.5, 0, 255).astype(np.uint8)
    return Tile(skia.Image.fromarray(rgba, skia.ColorType.kRGBA_8888_ColorType), resolution)


def ripple(
    rng: Random, side: int, low: float, high: float, stretch: float = 1.0
) -> NDArray[np.floating[Any]]:
    """Seamless noise [side, side] of unit variance with `low` to `high` waves across the tile.

    stretch > 1 draws the blobs out vertically.
    """
    noise = np.random.default_rng(rng.getrandbits(63)).standard_normal((side, side))
    fy = np.fft.fftfreq(side)[:, None] * side * stretch
    fx = np.fft.rfftfreq(side)[None, :] * side
    radius = np.hypot(fy, fx)
    band = np.exp(-(((radius - (low + high) / 2) / ((high - low) / 2 + 0.5)) ** 2))
    field = np.fft.irfft2(np.fft.rfft2(noise) * band, s=(side, side))
    return ((field - field.mean()) / (field.std() + 1e-9)).astype(np.float32)
