"""Trousers, shorts and skirts."""

import math
from random import Random

from mtss.datasets.garments.curves import Point, closed_path, mirrored
from mtss.datasets.garments.cuts.details import BRASS, hem_stitch, patch_pocket, slant_pocket, waistband
from mtss.datasets.garments.cuts.torso import skirt_folds
from mtss.datasets.garments.design import Design
from mtss.datasets.garments.pieces import RGB, Fold, Mark, Piece, Stud, both_sides, seam, stitch

DENIM_THREAD = (0.80, 0.55, 0.25)


def trousers(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """Jeans, chinos or pleated trousers; straight, slim or wide."""
    knee, ankle = rng.choice(((58.0, 40.0), (64.0, 52.0), (74.0, 74.0), (60.0, 34.0)))
    return _legs(design, rng, -254, 252, knee, ankle, back=back)


def shorts(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """The same block, cut above the knee and drawn larger."""
    wide = rng.uniform(98, 116)
    return _legs(design, rng, -150, rng.uniform(70, 116), wide, wide, back=back, size=1.32)


def _legs(
    design: Design,
    rng: Random,
    top: float,
    bottom: float,
    knee: float,
    ankle: float,
    *,
    back: bool,
    size: float = 1.0,
) -> list[Piece]:
    waist, hip = 70.0 * size, 98.0 * size
    crotch: Point = (2.0, top + 168 * size)
    outer, inner = _leg_lines(waist, hip, top, bottom, knee, ankle, crotch, size)
    path = closed_path(
        [(0, top + 16), (waist, top + 12)], outer, [outer[-1], inner[0]], inner, [crotch, (0, top + 16)]
    )
    leg = Piece(
        path,
        "main",
        origin=(hip * 0.5, top),
        grain=-1.5,
        folds=_leg_folds(crotch, outer[-1], inner[0], rng, size),
        marks=tuple(_leg_marks(design, top, crotch, outer, inner, size, back=back)),
        puff=15,
        drop=0.25,
    )
    pieces = [leg.flipped(), leg]
    if back:
        right = patch_pocket(46 * size, top + 62 * size, 46 * size, 52 * size, cloth="main")
        pieces += [*right, *(p.flipped() for p in right)]
    else:
        pieces.append(_fly(design, top, crotch, size))
    band = waistband(waist + 1, top, 17.0 * size, belt_loops=True)
    pieces += band
    if not back:
        pieces.append(_closing(design, top, size))
    return pieces


def _leg_lines(
    waist: float, hip: float, top: float, bottom: float, knee: float, ankle: float, crotch: Point, size: float
) -> tuple[list[Point], list[Point]]:
    """The outer seam downwards and the inner seam upwards."""
    gap = 7.0 * size
    middle = (crotch[1] + bottom) / 2
    lean = 10.0 * size
    outer: list[Point] = [
        (waist, top + 12),
        (hip, top + 100 * size),
        (hip + lean * 0.6, crotch[1] + 10),
        (hip * 0.96 + lean + (knee - 64) * 0.4, middle),
        (gap + lean + ankle * 1.62, bottom),
    ]
    inner: list[Point] = [
        (gap + lean + ankle * 0.2, bottom + 3),
        (gap + lean * 0.5 + max(0.0, (64 - knee) * 0.3), middle),
        crotch,
    ]
    if size > 1:
        outer = [(waist, top + 12), (hip, top + 100 * size), (hip + 16, bottom)]
        inner = [(14, bottom + 5), crotch]
    return outer, inner


def _closing(design: Design, top: float, size: float) -> Piece:
    """The overlapping end of the waistband with its button."""
    button = Stud((2.0, top + 11 * size), 4.0, *_button(design))
    low = top + 17 * size
    path = closed_path([(-6, top + 4), (10, top + 4)], [(10, top + 4), (10, low)], [(10, low), (-6, low)])
    return Piece(path, "main", puff=1, edge=0.8, drop=0.3, marks=(button,))


def _button(design: Design) -> tuple[RGB | None, int]:
    """Colour and holes: a brass stud on denim, else a button of the cloth's colour."""
    return (BRASS, 0) if design.texture == "denim" else (None, 4)


def _fly(design: Design, top: float, crotch: Point, size: float) -> Piece:
    path = closed_path(
        [(-1, top + 15), (15 * size, top + 15)],
        [(15 * size, top + 15), (14 * size, crotch[1] - 66 * size), (1, crotch[1] - 36 * size)],
        [(1, crotch[1] - 36 * size), (-1, top + 15)],
    )
    color = DENIM_THREAD if design.texture == "denim" else None
    return Piece(
        path,
        "main",
        puff=1.0,
        edge=0.6,
        drop=0.15,
        marks=(
            stitch(
                (12.5 * size, top + 15),
                (11.5 * size, crotch[1] - 68 * size),
                (1, crotch[1] - 40 * size),
                color=color,
            ),
            seam((0, top), (0, crotch[1]), width=1.6),
        ),
    )


def _leg_marks(
    design: Design,
    top: float,
    crotch: Point,
    outer: list[Point],
    inner: list[Point],
    size: float,
    *,
    back: bool,
) -> list[Mark]:
    color = DENIM_THREAD if design.texture == "denim" else None
    marks: list[Mark] = [seam((0.5, top), (0.5, crotch[1]), crotch, width=1.8)]
    (ox, oy), (ix, iy) = outer[-1], inner[0]
    marks.append(stitch((ox + 5, oy - 8), (ix - 5, iy - 8), color=color))
    if not back and design.texture == "denim":
        scoop = [
            (34 * size, top + 10),
            (48 * size, top + 48 * size),
            (86 * size, top + 58 * size),
            (110 * size, top + 56 * size),
        ]
        marks += [seam(*scoop, width=1.8), stitch(*[(x + 1, y + 4) for x, y in scoop], color=color)]
        marks.append(Stud((40 * size, top + 30 * size), 1.6, BRASS, 0))
    elif not back:
        marks += slant_pocket(54 * size, top + 14, 26 * size, 62 * size)
    else:
        marks += [seam((0, top + 52 * size), (100 * size, top + 40 * size), width=1.4)]
    if design.texture in ("wool", "cotton") and not back and size == 1.0:
        fx = (ox + ix) / 2
        marks += [
            seam(
                (36, top + 18),
                (44, crotch[1]),
                (fx, (crotch[1] + oy) / 2),
                (fx, oy),
                opacity=0.4,
                tone=0.3,
                width=1.2,
            )
        ]
    return marks


def _leg_folds(crotch: Point, outer: Point, inner: Point, rng: Random, size: float) -> tuple[Fold, ...]:
    folds = [
        Fold(
            (4, crotch[1] - 12 * k - 4),
            (rng.uniform(34, 74) * size, crotch[1] - 12 + 18 * k),
            5,
            rng.uniform(1.8, 3.4),
            rng.uniform(-6, 6),
        )
        for k in range(4)
    ]
    centre = (outer[0] + inner[0]) / 2
    folds.append(
        Fold(
            (46 * size, crotch[1] - 70 * size),
            (centre, outer[1] + 40),
            11,
            rng.uniform(2.0, 4.2),
            rng.uniform(-4, 4),
        )
    )
    for _ in range(5):
        y = rng.uniform(crotch[1] + 20, outer[1])
        way = rng.choice((-1, 1))
        start = (centre + way * rng.uniform(24, 40) * size, y)
        folds.append(
            Fold(
                start,
                (centre - way * rng.uniform(-6, 22) * size, y + rng.uniform(6, 24)),
                rng.uniform(5, 8),
                rng.uniform(1.4, 3.2),
                rng.uniform(-5, 5),
            )
        )
    return tuple(folds)


def skirt(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A-line, pencil, full or pleated skirts of any length."""
    form = (
        rng.choice(("a-line", "pencil", "full", "pleated"))
        if design.texture not in ("leather", "denim", "corduroy")
        else rng.choice(("a-line", "pencil"))
    )
    length = {"a-line": 250.0, "pencil": 310.0, "full": 290.0, "pleated": 270.0}[form] + rng.uniform(-40, 40)
    top, waist = -length / 2 - 10, 76.0
    wide = {"a-line": 158.0, "pencil": 96.0, "full": 208.0, "pleated": 178.0}[form]
    bottom = top + length
    hip = (max(106.0, waist + (wide - waist) * 0.46), top + 96) if form != "full" else (142.0, top + 96)
    drop = {"a-line": 13.0, "pencil": 4.0, "full": 24.0, "pleated": 12.0}[form]
    path = mirrored(
        [(0.0, top + 8), (waist, top + 8)],
        [
            (waist, top + 8),
            hip,
            (waist + (wide - waist) * (0.82 if form != "pencil" else 1.5), top + length * 0.66),
            (wide, bottom),
        ],
        _hem((wide, bottom), drop, form),
    )
    marks = [*hem_stitch((wide, bottom), drop, 8)]
    folds = skirt_folds(
        (waist, top), (wide, bottom), rng, {"a-line": 4.5, "pencil": 1.6, "full": 8.5, "pleated": 0.5}[form]
    )
    if form == "pleated":
        pleats, folds = _pleats(waist, top, wide, bottom + drop)
        marks += pleats
    elif design.texture == "denim" or (rng.random() < 0.3 and not back):
        marks += [
            seam((0, top), (0, bottom + drop), width=1.4),
            *(
                Stud(
                    (5.0, top + 40 + 44 * k),
                    4.0,
                    BRASS if design.texture == "denim" else None,
                    0 if design.texture == "denim" else 4,
                )
                for k in range(int((length - 50) / 44))
            ),
        ]
        marks += both_sides(slant_pocket(58, top + 26, 28, 50))
    body = Piece(
        path,
        "main",
        origin=(0.0, top),
        flare={"a-line": 0.0045, "pencil": 0.0005, "full": 0.0065, "pleated": 0.0048}[form],
        sag=-0.0004 if form in ("full", "a-line") else 0.0,
        folds=folds,
        marks=tuple(marks),
        puff=14,
    )
    pieces = [body]
    if len(design.patterns) > 1:
        pieces.append(_panel(wide, waist, top, bottom, drop, form))
    return [*pieces, *waistband(waist + 1, top, rng.choice((13.0, 19.0, 26.0)), cloth="trim")]


def _hem(hem: Point, drop: float, form: str) -> list[Point]:
    x, y = hem
    wave = 2.4 if form in ("full", "a-line") else 0.0
    count = 20
    return [
        (
            x * (1 - k / count),
            y + drop * (1 - (1 - k / count) ** 2) + wave * math.sin(k * 1.1) * (0 < k < count),
        )
        for k in range(count + 1)
    ]


def _pleats(waist: float, top: float, wide: float, bottom: float) -> tuple[list[Mark], tuple[Fold, ...]]:
    marks: list[Mark] = []
    folds: list[Fold] = []
    for k in range(-6, 7):
        a, b = k / 6.5 * waist, k / 6.5 * wide * 1.02
        marks.append(seam((a, top), (b, bottom), width=1.6, opacity=0.6))
        folds.append(Fold((a - 3, top - 60), (b - 9, bottom + 90), 9, 4.2))
    return marks, tuple(folds)


def _panel(wide: float, waist: float, top: float, bottom: float, drop: float, form: str) -> Piece:
    """A band of the second cloth along the hem."""
    rise = (bottom - top) * 0.34
    y = bottom - rise
    side = waist + (wide - waist) * (0.80 if form != "pencil" else 1.35)
    path = mirrored(
        [(0.0, y + drop), (side * 0.55, y + drop * 0.75), (side + 3, y)],
        [(side + 3, y), (wide, bottom)],
        _hem((wide, bottom), drop, form),
    )
    return Piece(
        path,
        "second",
        origin=(0.0, y),
        puff=8,
        flare=0.002,
        sag=-0.0004,
        drop=0.15,
        marks=(seam((-side, y), (0, y + drop), (side, y)), *hem_stitch((wide, bottom), drop, 8)),
    )
