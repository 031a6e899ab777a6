"""Patterns grown from noise: leopard, zebra, camouflage, tie-dye."""

import math
from random import Random
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

from mtss.datasets.garments.curves import closed_path
from mtss.datasets.garments.palette import Inks, luminance, mix
from mtss.datasets.garments.patterns.tile import Tile, TileSheet, ink, ripple, scattered, tile_from_array
from mtss.datasets.garments.pieces import RGB

_SIDE = 384
_UNITS = 192.0


def _dark_on(ground: RGB) -> RGB:
    return (0.11, 0.085, 0.07) if luminance(ground) > 0.24 else mix(ground, (0.85, 0.78, 0.66), 0.75)


def leopard(inks: Inks, rng: Random) -> Tile:
    """Broken rosettes round a warmer heart."""
    side = rng.choice((84.0, 108.0))
    sheet = TileSheet(side, side, inks.ground)
    dark = _dark_on(inks.ground)
    heart = mix(inks.ground, dark, 0.34)
    for x, y in scattered(rng, 26, side, side * 0.155):
        size = side * rng.uniform(0.05, 0.07)
        sheet.at(x, y, _rosette(rng, size, heart, dark), rng.uniform(0, 360))
    for x, y in scattered(rng, 18, side, side * 0.2):
        r = side * rng.uniform(0.008, 0.016)
        sheet.at(x, y, lambda c, r=r: c.drawOval(skia.Rect.MakeXYWH(-r, -r * 1.4, 2 * r, 2.8 * r), ink(dark)))
    return sheet.tile()


def _rosette(rng: Random, size: float, heart: RGB, dark: RGB):
    blob = [
        (math.cos(a) * size * rng.uniform(0.75, 1.15), math.sin(a) * size * rng.uniform(0.75, 1.15))
        for a in (k * math.tau / 7 for k in range(7))
    ]
    arcs: list[tuple[float, float, float]] = []
    angle = rng.uniform(0, 90)
    while angle < 360:
        sweep = rng.uniform(55, 120)
        arcs.append((angle, min(sweep, 350 - angle), size * rng.uniform(0.4, 0.62)))
        angle += sweep + rng.uniform(28, 60)

    def draw(canvas: skia.Canvas) -> None:
        canvas.drawPath(closed_path([*blob, blob[0]]), ink(heart))
        for start, sweep, width in arcs:
            if sweep > 8:
                box = skia.Rect.MakeXYWH(-size, -size * 0.85, size * 2, size * 1.7)
                arc = skia.Path()
                arc.addArc(box, start, sweep)
                canvas.drawPath(arc, ink(dark, stroke=width))

    return draw


def _edge(field: NDArray[np.floating[Any]], level: float, softness: float) -> NDArray[np.floating[Any]]:
    return np.clip((field - level) / softness + 0.5, 0, 1)[..., None]


def zebra(inks: Inks, rng: Random) -> Tile:
    """Wavering stripes that fork."""
    grid = np.arange(_SIDE, dtype=np.float32) / _SIDE
    waves = rng.choice((8, 10))
    bend = ripple(rng, _SIDE, 1, 3)
    fork = ripple(rng, _SIDE, 2, 5)
    phase = math.tau * waves * grid[:, None] + 2.0 * bend + 0.9 * fork
    dark = _edge(np.sin(phase).astype(np.float32), 0.12, 0.14)
    color = np.asarray(_dark_on(inks.ground), np.float32)
    return tile_from_array(np.asarray(inks.ground, np.float32) * (1 - dark) + color * dark, _SIDE / _UNITS)


def camouflage(inks: Inks, rng: Random) -> Tile:
    """Three overlapping layers of blots in relatives of the ground colour."""
    light = luminance(inks.ground)
    deep = mix(inks.ground, (0.08, 0.08, 0.06), 0.5 if light > 0.2 else 0.65)
    pale = mix(inks.ground, (0.93, 0.88, 0.74), 0.42 if light < 0.75 else 0.1)
    mid = mix(inks.ground, (0.36, 0.29, 0.2), 0.45)
    if light <= 0.2:
        deep, mid = mix(inks.ground, (0.45, 0.44, 0.4), 0.75), mix(inks.ground, (0.3, 0.3, 0.28), 0.5)
        pale = (0.02, 0.02, 0.03)
    out = np.broadcast_to(np.asarray(inks.ground, np.float32), (_SIDE, _SIDE, 3))
    for color, level in ((pale, 0.62), (mid, 0.72), (deep, 0.95)):
        blot = _edge(ripple(rng, _SIDE, 2, 6) + 0.25 * ripple(rng, _SIDE, 8, 16), level, 0.08)
        out = out * (1 - blot) + np.asarray(color, np.float32) * blot
    return tile_from_array(out, _SIDE / (_UNITS * rng.choice((0.9, 1.2))))


def tie_dye(inks: Inks, rng: Random) -> Tile:
    """Soft bleeding rings of pale dye."""
    grid = np.arange(_SIDE, dtype=np.float32) / _SIDE - 0.5
    radius = np.hypot(grid[None, :], grid[:, None]) + 0.022 * ripple(rng, _SIDE, 1, 4)
    rings = 0.5 + 0.5 * np.sin(radius * math.tau * 5.0 + 0.35 * ripple(rng, _SIDE, 6, 14))
    fade = np.clip((0.54 - radius) / 0.2, 0, 1)
    pale = (rings**2.2 * fade * 0.8).astype(np.float32)[..., None]
    color = np.asarray(inks.first, np.float32)
    # The first ring is tied in the middle of the garment, which is where a piece's own origin lies.
    dyed = np.roll(np.asarray(inks.ground, np.float32) * (1 - pale) + color * pale, _SIDE // 2, (0, 1))
    return tile_from_array(dyed, _SIDE / 270.0)
