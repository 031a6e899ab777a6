"""Woven geometry: tartan, gingham, argyle, houndstooth, herringbone."""

from random import Random

import skia

from mtss.datasets.garments.palette import Inks, mix
from mtss.datasets.garments.patterns.tile import Tile, TileSheet, ink


def _bars(sheet: TileSheet, at: float, width: float, paint: skia.Paint) -> None:
    sheet.canvas.drawRect(skia.Rect.MakeXYWH(at, 0, width, sheet.height), paint)
    sheet.canvas.drawRect(skia.Rect.MakeXYWH(0, at, sheet.width, width), paint)


def check(inks: Inks, rng: Random) -> Tile:
    """Tartan: broad translucent bands crossed by fine overcheck lines."""
    pitch = rng.choice((46.0, 58.0, 72.0))
    sheet = TileSheet(pitch, pitch, inks.ground)
    _bars(sheet, pitch * 0.08, pitch * 0.3, ink(inks.third, 0.55))
    _bars(sheet, pitch * 0.14, pitch * 0.07, ink(inks.third, 0.6))
    _bars(sheet, pitch * 0.27, pitch * 0.05, ink(inks.third, 0.5))
    _bars(sheet, pitch * 0.66, pitch * 0.05, ink(inks.first, 0.85))
    _bars(sheet, pitch * 0.80, pitch * 0.03, ink(inks.first, 0.6))
    return sheet.tile()


def gingham(inks: Inks, rng: Random) -> Tile:
    """Even two-colour check: white, half-tone, full colour."""
    pitch = rng.choice((16.0, 22.0, 30.0))
    pale = inks.first if min(inks.ground) > 0.6 else (0.97, 0.965, 0.95)
    sheet = TileSheet(pitch, pitch, inks.ground)
    half = pitch / 2
    sheet.canvas.drawRect(skia.Rect.MakeXYWH(0, 0, half, half), ink(mix(inks.ground, pale, 0.5)))
    sheet.canvas.drawRect(skia.Rect.MakeXYWH(half, half, half, half), ink(mix(inks.ground, pale, 0.5)))
    sheet.canvas.drawRect(skia.Rect.MakeXYWH(half, 0, half, half), ink(pale))
    return sheet.tile()


def argyle(inks: Inks, rng: Random) -> Tile:
    """Diamonds under a fine diagonal line."""
    wide, high = rng.choice(((50.0, 68.0), (62.0, 86.0)))
    sheet = TileSheet(wide, high, inks.ground)
    diamond = skia.Path()
    corners = ((0, -high / 2), (wide / 2, 0), (0, high / 2), (-wide / 2, 0))
    diamond.addPoly([skia.Point(x * 0.94, y * 0.94) for x, y in corners], True)
    sheet.at(wide / 2, high / 2, lambda canvas: canvas.drawPath(diamond, ink(inks.first)))
    line = ink(inks.second, 0.95, stroke=1.5)
    for k in (-1, 0, 1):
        sheet.canvas.drawLine((k - 0.5) * wide, -high / 2, (k + 1.5) * wide, high * 1.5, line)
        sheet.canvas.drawLine((k + 1.5) * wide, -high / 2, (k - 0.5) * wide, high * 1.5, line)
    return sheet.tile()


def houndstooth(inks: Inks, rng: Random) -> Tile:
    """Four dark and four light threads both ways in a 2/2 twill: the teeth weave themselves."""
    thread = rng.choice((1.7, 2.3, 3.0))
    sheet = TileSheet(thread * 8, thread * 8, inks.ground)
    dark = ink(inks.first)
    dark.setAntiAlias(False)
    for x in range(8):
        for y in range(8):
            if (x if (x - y) % 4 < 2 else y) % 8 < 4:
                sheet.canvas.drawRect(skia.Rect.MakeXYWH(x * thread, y * thread, thread, thread), dark)
    return sheet.tile()


def herringbone(inks: Inks, rng: Random) -> Tile:
    """Columns of short slanting lines that turn at each column."""
    column, pitch = rng.choice(((13.0, 6.5), (17.0, 8.0), (21.0, 9.0)))
    sheet = TileSheet(column * 2, pitch, inks.ground)
    line = ink(mix(inks.ground, inks.first, 0.55), stroke=pitch * 0.3)
    line.setStrokeCap(skia.Paint.kButt_Cap)
    for k in range(-4, 5):
        y = k * pitch
        sheet.canvas.drawLine(0, y, column, y + column * 0.9, line)
        sheet.canvas.drawLine(column, y + pitch / 2 + column * 0.9, column * 2, y + pitch / 2, line)
    return sheet.tile()
