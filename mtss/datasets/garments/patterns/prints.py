"""Printed motifs: dots, stars, flowers, leaves, paisley."""

import math
from random import Random

import skia

from mtss.datasets.garments.curves import closed_path
from mtss.datasets.garments.palette import Inks, mix
from mtss.datasets.garments.patterns.tile import Tile, TileSheet, ink, scattered


def polka_dot(inks: Inks, rng: Random) -> Tile:
    """Dots in staggered rows."""
    pitch = rng.choice((18.0, 26.0, 36.0))
    radius = pitch * rng.uniform(0.19, 0.25)
    sheet = TileSheet(pitch, pitch * 1.0, inks.ground)
    for x, y in ((0.25, 0.25), (0.75, 0.75)):
        sheet.at(x * pitch, y * pitch, lambda c: c.drawCircle(0, 0, radius, ink(inks.first)))
    return sheet.tile()


def star(inks: Inks, rng: Random) -> Tile:
    """Five-pointed stars, two sizes."""
    side = rng.choice((44.0, 56.0))
    sheet = TileSheet(side, side, inks.ground)
    for x, y, r in ((0.25, 0.25, 0.16), (0.75, 0.75, 0.16), (0.75, 0.25, 0.07), (0.25, 0.75, 0.07)):
        path = skia.Path()
        points = [
            (
                math.sin(k * math.pi / 5) * r * side * (1 if k % 2 == 0 else 0.42),
                -math.cos(k * math.pi / 5) * r * side * (1 if k % 2 == 0 else 0.42),
            )
            for k in range(10)
        ]
        path.addPoly([skia.Point(*p) for p in points], True)
        sheet.at(x * side, y * side, lambda c, p=path: c.drawPath(p, ink(inks.first)), rng.uniform(-15, 15))
    return sheet.tile()


def _petals(canvas: skia.Canvas, radius: float, inks: Inks, petals: int) -> None:
    shade = mix(inks.first, inks.third, 0.35)
    for k in range(petals):
        canvas.save()
        canvas.rotate(k * 360 / petals)
        petal = closed_path(
            [(0, 0), (-radius * 0.42, -radius * 0.55), (0, -radius), (radius * 0.42, -radius * 0.55), (0, 0)]
        )
        canvas.drawPath(petal, ink(inks.first))
        canvas.drawLine(0, -radius * 0.2, 0, -radius * 0.6, ink(shade, 0.8, stroke=radius * 0.07))
        canvas.restore()
    canvas.drawCircle(0, 0, radius * 0.24, ink(inks.third))
    canvas.drawCircle(-radius * 0.06, -radius * 0.06, radius * 0.1, ink(mix(inks.third, inks.first, 0.6)))


def _leaf(canvas: skia.Canvas, length: float, inks: Inks) -> None:
    blade = closed_path(
        [(0, 0), (-length * 0.26, -length * 0.5), (0, -length)],
        [(0, -length), (length * 0.26, -length * 0.5), (0, 0)],
    )
    canvas.drawPath(blade, ink(inks.second))
    canvas.drawLine(0, 0, 0, -length * 0.85, ink(inks.ground, 0.6, stroke=length * 0.04))


def floral(inks: Inks, rng: Random) -> Tile:
    """Scattered blossoms with leaves and buds."""
    side = rng.choice((74.0, 96.0, 120.0))
    count = rng.choice((6, 7, 8))
    sheet = TileSheet(side, side, inks.ground)
    for x, y in scattered(rng, count, side, side * 0.29):
        radius, turn = side * rng.uniform(0.10, 0.145), rng.uniform(0, 360)
        petals = rng.choice((5, 5, 6))
        for k in range(2):
            lean = turn + 100 + k * rng.uniform(70, 140)
            sheet.at(x, y, lambda c, r=radius: _leaf(c, r * 1.75, inks), lean)
        sheet.at(x, y, lambda c, r=radius, p=petals: _petals(c, r, inks, p), turn)
    for x, y in scattered(rng, 10, side, side * 0.2):
        sheet.at(x, y, lambda c: c.drawCircle(0, 0, side * 0.014, ink(inks.first, 0.9)))
    return sheet.tile()


def leaf(inks: Inks, rng: Random) -> Tile:
    """Large fern and palm leaves, no blossoms."""
    side = rng.choice((110.0, 140.0))
    sheet = TileSheet(side, side, inks.ground)

    def frond(canvas: skia.Canvas, length: float, paint: skia.Paint) -> None:
        canvas.drawLine(0, 0, 0, -length, ink(inks.first, 0.9, stroke=1.2))
        for k in range(9):
            y, reach = -length * (0.12 + 0.1 * k), length * 0.42 * math.sin(math.pi * (0.18 + 0.085 * k))
            for way in (-1, 1):
                blade = closed_path(
                    [(0, y), (way * reach * 0.55, y - reach * 0.55), (way * reach, y - reach * 0.62)],
                    [
                        (way * reach, y - reach * 0.62),
                        (way * reach * 0.6, y - reach * 0.2),
                        (0, y + length * 0.05),
                    ],
                )
                canvas.drawPath(blade, paint)

    for i, (x, y) in enumerate(scattered(rng, 11, side, side * 0.22)):
        paint = ink((inks.first, inks.second)[i % 2])
        length = side * rng.uniform(0.26, 0.4)
        sheet.at(x, y, lambda c, n=length, p=paint: frond(c, n, p), rng.uniform(0, 360))
    return sheet.tile()


def paisley(inks: Inks, rng: Random) -> Tile:
    """Curled drops with inner outlines and a fringe of dots."""
    side = rng.choice((84.0, 104.0))
    sheet = TileSheet(side, side, inks.ground)

    def drop(size: float) -> skia.Path:
        s = size
        return closed_path(
            [
                (s * 0.42, -s),
                (-s * 0.1, -s * 0.62),
                (-s * 0.52, 0),
                (-s * 0.28, s * 0.52),
                (s * 0.24, s * 0.52),
                (s * 0.5, s * 0.1),
                (s * 0.24, -s * 0.3),
                (s * 0.2, -s * 0.66),
                (s * 0.42, -s),
            ]
        )

    def motif(canvas: skia.Canvas, size: float) -> None:
        canvas.drawPath(drop(size), ink(inks.first))
        canvas.drawPath(drop(size * 0.74), ink(inks.third))
        canvas.drawPath(drop(size * 0.5), ink(inks.first))
        canvas.drawCircle(-size * 0.02, size * 0.14, size * 0.11, ink(inks.third))
        for k in range(14):
            a = math.pi * (0.05 + 0.09 * k)
            canvas.drawCircle(
                math.cos(a) * size * 0.72,
                size * 0.02 + math.sin(a) * size * 0.72,
                size * 0.045,
                ink(inks.first),
            )

    for i, (x, y) in enumerate(((0.25, 0.25), (0.75, 0.75))):
        sheet.at(x * side, y * side, lambda c: motif(c, side * 0.25), 25 + 180 * i)
    for x, y in ((0.75, 0.25), (0.25, 0.75)):
        sheet.at(x * side, y * side, lambda c: _petals(c, side * 0.085, inks, 6), rng.uniform(0, 60))
    return sheet.tile()
