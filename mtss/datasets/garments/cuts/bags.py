"""Bags: tote, satchel, shoulder bag and bucket."""

from random import Random

import skia

from mtss.datasets.garments.curves import Point, closed_path, mirrored, open_path
from mtss.datasets.garments.cuts.details import BRASS, STEEL
from mtss.datasets.garments.design import Design
from mtss.datasets.garments.pieces import Fold, Line, Piece, Stud, seam, stitch


def bag(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """One of four forms; the back shows no flap."""
    form = rng.choice((_tote, _satchel, _bucket, _crescent))
    metal = BRASS if rng.random() < 0.6 else STEEL
    return form(design, rng, metal, back)


def strap(points: list[Point], width: float, *, dim: float = 1.0) -> Piece:
    """A strap or handle: a band along the line."""
    outline = Line(open_path(points), width).path
    band = ink_outline(outline, width)
    middle = Line(open_path(points), 0.9, 0.35, (3.2, 2.2), None, 0.6)
    return Piece(band, "trim", puff=5, edge=2.4, drop=0.35, dim=dim, marks=(middle,))


def ink_outline(path: skia.Path, width: float) -> skia.Path:
    """The area that a stroke of that width covers."""
    paint = skia.Paint(
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
        StrokeJoin=skia.Paint.kRound_Join,
    )
    filled = skia.Path()
    paint.getFillPath(path, filled)
    return filled


def _loop(half: float, foot: float, high: float) -> list[Point]:
    return [
        (-half, foot),
        (-half * 0.96, foot - high * 0.55),
        (-half * 0.55, foot - high * 0.93),
        (0, foot - high),
        (half * 0.55, foot - high * 0.93),
        (half * 0.96, foot - high * 0.55),
        (half, foot),
    ]


def _second(design: Design) -> str:
    return "second" if len(design.patterns) > 1 else "main"


def _tote(design: Design, rng: Random, metal: tuple[float, float, float], back: bool) -> list[Piece]:
    top, bottom, wide, low = -50.0, 190.0, 150.0 + rng.uniform(-14, 10), 128.0
    body = mirrored(
        [(0.0, top + 6), (wide * 0.5, top + 4), (wide, top)],
        [(wide, top), (wide - 8, 70), (low + 3, bottom - 14)],
        [(low + 3, bottom - 14), (low - 12, bottom), (low * 0.5, bottom + 3), (0.0, bottom + 4)],
    )
    handles = [strap(_loop(62, top + 30, 150 + 6 * k), 10.5, dim=0.72 if k else 1.0) for k in (1, 0)]
    folds = (
        Fold((-90, top), (-70, bottom), 16, 3, 8),
        Fold((80, top), (64, bottom), 18, -3, -6),
        Fold((10, 40), (20, bottom), 20, 2.5, 6),
    )
    rim = stitch((-wide, top + 15), (0, top + 20), (wide, top + 15))
    tabs = [
        Piece(
            closed_path(
                [(x - 9, top + 12), (x + 9, top + 12)],
                [(x + 9, top + 12), (x + 9, top + 46), (x, top + 54), (x - 9, top + 46), (x - 9, top + 12)],
            ),
            "trim",
            puff=3,
            drop=0.4,
            marks=(Stud((x, top + 40), 3, metal, 0),),
        )
        for x in (-62.0, 62.0)
    ]
    inside = mirrored(
        [(0.0, top - 8), (wide * 0.6, top - 6), (wide - 4, top)],
        [(wide - 4, top), (wide * 0.5, top + 8), (0.0, top + 12)],
    )
    base = mirrored(
        [(0.0, bottom - 66), (low + 14, bottom - 70)],
        [(low + 14, bottom - 70), (low + 3, bottom - 14)],
        [(low + 3, bottom - 14), (low - 12, bottom), (low * 0.5, bottom + 3), (0.0, bottom + 4)],
    )
    pieces = [
        handles[0],
        Piece(inside, "lining", dim=0.5, puff=0),
        Piece(
            body,
            "main",
            folds=folds,
            puff=15,
            marks=(rim, seam((-wide, top + 17), (0, top + 22), (wide, top + 17), opacity=0.4)),
        ),
    ]
    if len(design.patterns) > 1 or rng.random() < 0.4:
        pieces.append(
            Piece(
                base,
                _second(design) if len(design.patterns) > 1 else "trim",
                puff=8,
                drop=0.2,
                marks=(stitch((-wide, bottom - 63), (0, bottom - 60), (wide, bottom - 63)),),
            )
        )
    return [*pieces, handles[1], *tabs]


def _satchel(design: Design, rng: Random, metal: tuple[float, float, float], back: bool) -> list[Piece]:
    top, bottom, wide = -62.0, 150.0, 156.0 + rng.uniform(-12, 10)
    body = mirrored(
        [(0.0, top), (wide - 22, top), (wide - 4, top + 10)],
        [(wide - 4, top + 10), (wide + 2, 60), (wide, bottom - 22)],
        [(wide, bottom - 22), (wide - 8, bottom - 4), (wide - 30, bottom), (0.0, bottom + 1)],
    )
    pieces = [
        strap(_loop(66, top + 12, 96), 12.0),
        Piece(
            body,
            "main",
            puff=17,
            folds=(Fold((-120, 100), (120, 108), 24, 2.5, 10),),
            marks=(stitch((-wide + 8, bottom - 12), (0, bottom - 8), (wide - 8, bottom - 12)),),
        ),
    ]
    if not back:
        flap = mirrored(
            [(0.0, top - 4), (wide - 20, top - 4), (wide, top + 8)],
            [(wide, top + 8), (wide - 2, 20), (wide - 18, 52)],
            [(wide - 18, 52), (wide * 0.5, 66), (0.0, 70)],
        )
        rim = stitch(
            (-wide + 7, top + 4),
            (-wide + 8, 18),
            (-wide + 22, 46),
            (-wide * 0.5, 60),
            (0, 64),
            (wide * 0.5, 60),
            (wide - 22, 46),
            (wide - 8, 18),
            (wide - 7, top + 4),
        )
        pieces.append(Piece(flap, _second(design), puff=10, drop=0.5, marks=(rim,)))
        for x in (-78.0, 78.0) if rng.random() < 0.5 else (0.0,):
            tongue = closed_path(
                [(x - 10, 26), (x + 10, 26)],
                [(x + 10, 26), (x + 10, 82), (x, 92), (x - 10, 82), (x - 10, 26)],
            )
            pieces.append(
                Piece(
                    tongue,
                    "trim",
                    puff=3,
                    drop=0.45,
                    marks=(stitch((x, 30), (x, 84)), Stud((x, 76), 5, metal, 0)),
                )
            )
    return pieces


def _bucket(design: Design, rng: Random, metal: tuple[float, float, float], back: bool) -> list[Piece]:
    top, bottom, wide, low = -66.0, 180.0, 104.0, 122.0
    body = mirrored(
        [(0.0, top + 5), (wide * 0.6, top + 2), (wide - 2, top - 6)],
        [(wide - 2, top - 6), (wide + 1, top + 34), (low + 8, 80), (low + 4, bottom - 20)],
        [(low + 4, bottom - 20), (low - 10, bottom - 2), (low * 0.5, bottom + 4), (0.0, bottom + 6)],
    )
    folds = tuple(
        Fold((x, top - 30), (x * 1.2, top + 120), 8, 4.0 * (1 if k % 2 else -1), 0)
        for k, x in enumerate((-88, -62, -36, -12, 12, 36, 62, 88))
    )
    shoulder = strap(
        [(-wide + 12, top + 20), (-84, -170), (-20, -244), (36, -236), (86, -160), (wide - 12, top + 20)], 9.0
    )
    base = mirrored(
        [(0.0, bottom - 44), (low + 9, bottom - 52)],
        [(low + 9, bottom - 52), (low + 4, bottom - 20)],
        [(low + 4, bottom - 20), (low - 10, bottom - 2), (low * 0.5, bottom + 4), (0.0, bottom + 6)],
    )
    cord = Line(open_path([(-wide, top + 32), (0, top + 40), (wide, top + 32)]), 4.0, -0.5, (14.0, 12.0))
    eyes = tuple(Stud((x, top + 36), 4.2, metal, 0) for x in (-74.0, -25.0, 25.0, 74.0))
    return [
        shoulder,
        Piece(body, "main", folds=folds, puff=18, marks=(cord, *eyes)),
        Piece(
            base,
            "second" if len(design.patterns) > 1 else "trim",
            puff=9,
            drop=0.25,
            marks=(stitch((-low, bottom - 46), (0, bottom - 38), (low, bottom - 46)),),
        ),
    ]


def _crescent(design: Design, rng: Random, metal: tuple[float, float, float], back: bool) -> list[Piece]:
    body = mirrored(
        [(0.0, 2.0), (70.0, -8.0), (128.0, -44.0)],
        [(128.0, -44.0), (150, -10), (142, 60), (96, 122), (40, 142), (0.0, 146)],
    )
    shoulder = strap(
        [(-124, -30), (-112, -130), (-50, -206), (0, -220), (50, -206), (112, -130), (124, -30)], 15.0
    )
    rings = tuple(Stud((x, -34), 6, metal, 0) for x in (-124.0, 124.0))
    folds = (
        Fold((-118, -30), (-30, 90), 14, 5, 16),
        Fold((118, -30), (30, 90), 14, 5, -16),
        Fold((-20, 20), (16, 140), 18, 3, 6),
    )
    zip_line = stitch((-112, -24), (-60, 8), (0, 16), (60, 8), (112, -24))
    yoke = mirrored(
        [(0.0, 2.0), (70.0, -8.0), (128.0, -44.0)],
        [(128.0, -44.0), (147, -16)],
        [(147, -16), (80, 40), (0.0, 52)],
    )
    pieces = [
        shoulder,
        Piece(
            body,
            "main",
            folds=folds,
            puff=19,
            marks=(zip_line, seam((-112, -27), (-60, 5), (0, 13), (60, 5), (112, -27)), *rings),
        ),
    ]
    if len(design.patterns) > 1:
        pieces.append(Piece(yoke, "second", puff=10, drop=0.3))
    return pieces
