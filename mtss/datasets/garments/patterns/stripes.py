"""Stripes: across, down, aslant and zigzag."""

from random import Random

import skia

from mtss.datasets.garments.palette import Inks
from mtss.datasets.garments.patterns.tile import Tile, TileSheet, ink


def horizontal_stripe(inks: Inks, rng: Random) -> Tile:
    """Breton and rugby stripes; the ground stays the wider part."""
    pitch = rng.choice((15.0, 20.0, 28.0, 38.0))
    band = pitch * rng.uniform(0.26, 0.42)
    sheet = TileSheet(pitch, pitch, inks.ground)
    sheet.canvas.drawRect(skia.Rect.MakeXYWH(0, pitch * 0.3, pitch, band), ink(inks.first))
    if pitch > 25 and rng.random() < 0.5:
        sheet.canvas.drawRect(skia.Rect.MakeXYWH(0, pitch * 0.86, pitch, pitch * 0.05), ink(inks.first))
    return sheet.tile()


def vertical_stripe(inks: Inks, rng: Random) -> Tile:
    """Pinstripes to deckchair stripes."""
    pitch = rng.choice((10.0, 14.0, 20.0, 28.0))
    band = pitch * rng.uniform(0.15, 0.34)
    sheet = TileSheet(pitch, pitch, inks.ground)
    sheet.canvas.drawRect(skia.Rect.MakeXYWH(pitch * 0.3, 0, band, pitch), ink(inks.first))
    if pitch > 15 and rng.random() < 0.4:
        sheet.canvas.drawRect(skia.Rect.MakeXYWH(pitch * 0.86, 0, pitch * 0.06, pitch), ink(inks.third))
    return sheet.tile()


def diagonal_stripe(inks: Inks, rng: Random) -> Tile:
    """Regimental stripes at 45 degrees."""
    pitch = rng.choice((22.0, 30.0, 40.0))
    sheet = TileSheet(pitch, pitch, inks.ground)
    for offset in (-1.0, 0.0, 1.0):
        start = offset * pitch + pitch * 0.25
        sheet.canvas.drawLine(
            start - pitch, 2 * pitch, start + 2 * pitch, -pitch, ink(inks.first, stroke=pitch * 0.24)
        )
    return sheet.tile()


def chevron(inks: Inks, rng: Random) -> Tile:
    """A bold zigzag."""
    wide, high = rng.choice(((34.0, 24.0), (44.0, 30.0)))
    sheet = TileSheet(wide, high, inks.ground)
    for k in (-1, 0, 1, 2):
        path = skia.Path()
        path.moveTo(-wide, k * high)
        for i in range(-1, 5):
            path.lineTo(i * wide / 2, k * high + (0 if i % 2 else high * 0.55))
        sheet.canvas.drawPath(path, ink(inks.first, stroke=high * 0.26))
    return sheet.tile()
