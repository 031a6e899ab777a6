"""What a fabric feels like: a grey tile that lightens and darkens the cloth, and how it takes light."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

from mtss.datasets.garments.patterns.tile import Tile, TileSheet, ink, ripple, tile_from_array

Grey = NDArray[np.floating[Any]]
_SIDE = 320  # pixels of a noise tile; 128 units


@dataclass(frozen=True, slots=True)
class Fabric:
    """weave draws the tile; grain is its contrast; gloss and sharpness describe the highlight;
    drape scales folds, body scales how far panels bulge."""

    weave: Callable[[Random], Tile]
    grain: float
    gloss: float = 0.0
    sharpness: float = 6.0
    drape: float = 1.0
    body: float = 1.0


def _noise_tile(values: NDArray[np.floating[Any]], resolution: float = 2.5) -> Tile:
    grey = np.clip(0.5 + values, 0, 1).astype(np.float32)
    return tile_from_array(np.repeat(grey[..., None], 3, axis=2), resolution)


def _grid() -> tuple[Grey, Grey]:
    steps = np.arange(_SIDE, dtype=np.float32) / _SIDE * np.float32(2 * np.pi)
    return steps[None, :], steps[:, None]


def cotton(rng: Random) -> Tile:
    """Plain weave, barely visible."""
    x, y = _grid()
    return _noise_tile(0.10 * ripple(rng, _SIDE, 60, 120) + 0.10 * np.sin(64 * x) * np.sin(64 * y))


def linen(rng: Random) -> Tile:
    """Uneven threads both ways."""
    down = ripple(rng, _SIDE, 34, 100, stretch=14.0)
    across = ripple(rng, _SIDE, 34, 100, stretch=14.0).T
    return _noise_tile(0.17 * down + 0.17 * across + 0.04 * ripple(rng, _SIDE, 60, 120))


def denim(rng: Random) -> Tile:
    """Twill diagonals, slubs and faded warp streaks."""
    x, y = _grid()
    twill = np.sin(44 * x + 44 * y + 0.5 * ripple(rng, _SIDE, 10, 40))
    return _noise_tile(
        0.17 * twill + 0.10 * ripple(rng, _SIDE, 20, 80, stretch=9.0) + 0.09 * ripple(rng, _SIDE, 50, 110)
    )


def wool(rng: Random) -> Tile:
    """Melange: soft flecks and stray fibres."""
    sheet = TileSheet(128, 128, (0.5, 0.5, 0.5))
    for _ in range(1500):
        x, y, tone = rng.uniform(0, 128), rng.uniform(0, 128), rng.choice((0.1, 0.2, 0.8, 0.95))
        length = rng.uniform(1.5, 5)
        line = ink((tone, tone, tone), 0.36, stroke=0.6)
        sheet.canvas.save()
        sheet.canvas.translate(x, y)
        sheet.canvas.rotate(rng.uniform(0, 180))
        sheet.canvas.drawLine(0, 0, length, rng.uniform(-1, 1), line)
        sheet.canvas.restore()
    fibres = sheet.tile().image.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType)[..., 0]
    return _noise_tile(fibres.astype(np.float32) / 255 - 0.5 + 0.09 * ripple(rng, _SIDE, 14, 50))


def knit(rng: Random) -> Tile:
    """Stocking stitch: columns of V."""
    wide, high = rng.choice(((7.2, 5.6), (9.0, 7.0)))
    sheet = TileSheet(wide * 4, high * 4, (0.34, 0.34, 0.34))
    for column in range(4):
        for row in range(4):
            tone = 0.68 + rng.uniform(-0.05, 0.05)
            for way in (-1, 1):
                x, y = (column + 0.5) * wide, (row + 0.5) * high
                sheet.at(x, y, lambda c, w=way, t=tone: _stitch_leg(c, w, t, wide, high))
    return sheet.tile()


def _stitch_leg(canvas: skia.Canvas, way: int, tone: float, wide: float, high: float) -> None:
    start, end = (way * wide * 0.38, -high * 0.62), (way * wide * 0.13, high * 0.40)
    canvas.drawLine(*start, *end, ink((tone, tone, tone), stroke=wide * 0.36))
    bright = min(1.0, tone + 0.16)
    canvas.drawLine(*start, *end, ink((bright, bright, bright), 0.8, stroke=wide * 0.12))


def satin(rng: Random) -> Tile:
    """No weave to see."""
    return _noise_tile(0.03 * ripple(rng, _SIDE, 40, 120, stretch=0.2))


def leather(rng: Random) -> Tile:
    """Pebbled grain with fine creases."""
    pebble = np.abs(ripple(rng, _SIDE, 26, 46))
    return _noise_tile(0.26 * np.clip(pebble, 0, 1.2) - 0.15 + 0.06 * ripple(rng, _SIDE, 4, 10))


def corduroy(rng: Random) -> Tile:
    """Raised wales."""
    x, _ = _grid()
    wale = np.sin((18 if rng.random() < 0.5 else 24) * x)
    return _noise_tile(0.34 * np.sign(wale) * np.abs(wale) ** 0.7 + 0.05 * ripple(rng, _SIDE, 40, 110))


def velvet(rng: Random) -> Tile:
    """Nap brushed this way and that."""
    return _noise_tile(0.16 * ripple(rng, _SIDE, 2, 6) + 0.05 * ripple(rng, _SIDE, 60, 130))


def quilted(rng: Random) -> Tile:
    """Padded diamonds with stitched valleys."""
    grid = np.linspace(0, 2, _SIDE, endpoint=False, dtype=np.float32)
    u, v = (grid[None, :] + grid[:, None]) % 1, (grid[None, :] - grid[:, None]) % 1
    hump = (np.sin(np.pi * u) * np.sin(np.pi * v)) ** 0.5
    lit = 0.30 * (np.cos(np.pi * u) + 0.5 * np.cos(np.pi * v)) * (1 - hump * 0.4)
    return _noise_tile(lit.astype(np.float32) + 0.42 * (hump - 0.72), resolution=_SIDE / 72.0)


def lace(rng: Random) -> Tile:
    """Net ground with corded flowers; the lining shows through."""
    sheet = TileSheet(56, 56, (0.2, 0.2, 0.2))
    thread = ink((0.6, 0.6, 0.6), stroke=0.7)
    for k in range(-14, 15):
        sheet.canvas.drawLine(k * 4, 0, k * 4 + 56, 56, thread)
        sheet.canvas.drawLine(k * 4 + 56, 0, k * 4, 56, thread)
    for x, y in ((14.0, 14.0), (42.0, 42.0)):
        sheet.at(x, y, _lace_flower, rng.uniform(0, 40))
    return sheet.tile()


def _lace_flower(canvas: skia.Canvas) -> None:
    for _ in range(7):
        canvas.rotate(360 / 7)
        canvas.drawOval(skia.Rect.MakeXYWH(-3.4, -15, 6.8, 12.5), ink((0.78, 0.78, 0.78)))
        canvas.drawOval(skia.Rect.MakeXYWH(-3.4, -15, 6.8, 12.5), ink((1, 1, 1), stroke=1.2))
    canvas.drawCircle(0, 0, 3, ink((1, 1, 1)))


def sequin(rng: Random) -> Tile:
    """Overlapping discs, each at its own tilt."""
    sheet = TileSheet(70, 70, (0.2, 0.2, 0.2))
    for row in range(14):
        for column in range(10):
            tone = min(1.0, 0.3 + rng.random() ** 2 * 0.75)
            x, y = (column + 0.5 * (row % 2)) * 7, row * 5.0
            sheet.at(x, y, lambda c, t=tone: _disc(c, t))
    return sheet.tile()


def _disc(canvas: skia.Canvas, tone: float) -> None:
    canvas.drawCircle(0, 0.6, 3.7, ink((0.1, 0.1, 0.1), 0.6))
    canvas.drawCircle(0, 0, 3.5, ink((tone, tone, tone)))
    canvas.drawCircle(-1, -1, 1.1, ink((1, 1, 1), tone * 0.8))


def fleece(rng: Random) -> Tile:
    """Curly pile."""
    return _noise_tile(0.20 * np.abs(ripple(rng, _SIDE, 10, 22)) - 0.16 + 0.12 * ripple(rng, _SIDE, 24, 50))


def mesh(rng: Random) -> Tile:
    """Staggered round holes."""
    pitch = rng.choice((6.0, 7.5))
    sheet = TileSheet(pitch, pitch * 1.7, (0.6, 0.6, 0.6))
    hole = skia.Rect.MakeXYWH(-pitch * 0.2, -pitch * 0.3, pitch * 0.4, pitch * 0.6)
    for x, y in ((0.25, 0.25), (0.75, 0.75)):
        sheet.at(x * pitch, y * pitch * 1.7, lambda c: c.drawOval(hole, ink((0.02, 0.02, 0.02))))
    return sheet.tile()


FABRICS: MappingProxyType[str, Fabric] = MappingProxyType(
    {
        "cotton": Fabric(cotton, 0.16),
        "linen": Fabric(linen, 0.42, drape=1.1),
        "denim": Fabric(denim, 0.62, drape=1.0, body=0.9),
        "wool": Fabric(wool, 0.55, drape=0.9, body=1.2),
        "knit": Fabric(knit, 0.55, drape=0.95, body=1.3),
        "satin": Fabric(satin, 0.2, gloss=0.42, sharpness=4.0, drape=1.9),
        "leather": Fabric(leather, 0.42, gloss=0.5, sharpness=9.0, drape=1.0, body=1.15),
        "corduroy": Fabric(corduroy, 0.55, drape=0.6),
        "velvet": Fabric(velvet, 0.42, gloss=0.22, sharpness=2.5, drape=1.4),
        "quilted": Fabric(quilted, 0.75, gloss=0.12, drape=0.35, body=1.4),
        "lace": Fabric(lace, 0.8, drape=0.6),
        "sequin": Fabric(sequin, 0.9, gloss=0.3, sharpness=8.0, drape=0.9),
        "fleece": Fabric(fleece, 0.95, drape=0.4, body=1.5),
        "mesh": Fabric(mesh, 0.8, drape=0.8),
    }
)
