"""Cap, beanie, scarf, tie and backpack."""

from math import cos, pi, sin
from random import Random

from mtss.datasets.garments.curves import closed_path, mirrored, open_path
from mtss.datasets.garments.cuts.bags import strap
from mtss.datasets.garments.cuts.details import STEEL, zip_marks
from mtss.datasets.garments.design import Design
from mtss.datasets.garments.pieces import Fold, Line, Mark, Piece, Stud, both_sides, seam, stitch


def cap(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A six-panel cap; its peak, or the strap at the back."""
    crown = mirrored([(0.0, -120.0), (70, -108), (126, -46), (138, 40)], [(138, 40), (70, 56), (0.0, 60)])
    ridges = both_sides(
        [seam((0, -118), (52, -70), (66, 54), width=1.4), stitch((4, -116), (57, -70), (71, 54))]
    )
    eyes = (Stud((38, -58), 3.2, None, 0), Stud((-38, -58), 3.2, None, 0))
    pieces = [
        Piece(crown, "main", puff=30, sag=0.0006, marks=(seam((0, -118), (0, 60), width=1.4), *ridges, *eyes))
    ]
    button = closed_path([(-9, -121), (0, -128), (9, -121), (0, -115), (-9, -121)])
    pieces.append(Piece(button, "trim", puff=5, drop=0.4))
    if back:
        gap = mirrored([(0.0, 4.0), (30, 12), (40, 62)], [(40, 62), (0.0, 64)])
        pieces.append(Piece(gap, "lining", dim=0.5, puff=0))
        pieces.append(strap([(-48, 50), (0, 56), (48, 50)], 15))
        return pieces
    peak = mirrored(
        [(0.0, 26.0), (66, 30), (118, 52)], [(118, 52), (122, 92), (88, 128), (40, 142), (0.0, 146)]
    )
    rows: list[Mark] = [
        stitch(
            (-124, 74 + k * 15), (-60, 46 + k * 18), (0, 38 + k * 19), (60, 46 + k * 18), (124, 74 + k * 15)
        )
        for k in range(5)
    ]
    return [*pieces, Piece(peak, "main", puff=7, drop=0.55, sag=0.001, origin=(0, 60), marks=tuple(rows))]


def beanie(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A knitted dome over a turned-up brim, perhaps with a pompom."""
    dome = mirrored([(0.0, -120.0), (64, -108), (112, -40), (118, 60)], [(118, 60), (0.0, 70)])
    folds = tuple(Fold((x * 0.25, -130), (x, 90), 12, 4) for x in (-90.0, -45.0, 0.0, 45.0, 90.0))
    brim = mirrored(
        [(0.0, 44.0), (70, 40), (122, 30)],
        [(122, 30), (128, 70), (122, 110)],
        [(122, 110), (70, 120), (0.0, 123)],
    )
    pieces = [
        Piece(dome, "main", puff=26, folds=folds),
        Piece(brim, "second" if len(design.patterns) > 1 else "trim", puff=14, rib=6.5, drop=0.5),
    ]
    if rng.random() < 0.5:
        points = [
            (
                36 * (1 + 0.06 * (k % 2)) * cos(k * pi / 10),
                -138 + 34 * (1 + 0.06 * (k % 2)) * sin(k * pi / 10),
            )
            for k in range(20)
        ]
        pom = closed_path([*points, points[0]])
        pieces.insert(
            0,
            Piece(
                pom,
                "trim",
                puff=22,
                folds=(Fold((-20, -150), (18, -120), 8, 4), Fold((20, -160), (-8, -130), 7, 4)),
            ),
        )
    return pieces


def scarf(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """Looped once, both ends hanging, with fringes."""
    loop = closed_path(
        [
            (-96, -180),
            (0, -226),
            (96, -180),
            (108, -110),
            (52, -56),
            (0, -44),
            (-52, -56),
            (-108, -110),
            (-96, -180),
        ]
    )
    hole = closed_path([(-50, -176), (0, -196), (50, -176), (44, -140), (0, -124), (-44, -140), (-50, -176)])
    around = tuple(
        Fold((-104, -150 + 16 * k), (104, -150 + 16 * k), 7, 4 * (1 if k % 2 else -1), 52 - 4 * k)
        for k in range(5)
    )
    pieces: list[Piece] = []
    for way, length in ((-1, rng.uniform(170, 215)), (1, rng.uniform(190, 235))):
        x = way * 30.0
        pieces += _tail(x, way * 15.0, length)
    return [
        *pieces,
        Piece(loop, "main", puff=22, folds=around, drop=0.5),
        Piece(hole, "lining", dim=0.45, puff=0, drop=0),
    ]


def _fringe(x: float, y: float) -> Piece:
    thread = closed_path(
        [(x, y - 6), (x + 4, y - 6)], [(x + 4, y - 6), (x + 3, y + 30)], [(x + 3, y + 30), (x - 1, y + 29)]
    )
    return Piece(thread, "trim", puff=2, drop=0.3)


def _tail(x: float, lean: float, length: float) -> list[Piece]:
    fringes = [_fringe(x + lean - 40 + 8 * k, length) for k in range(11)]
    path = closed_path(
        [(x - 30, -90), (x + 34, -90)],
        [(x + 34, -90), (x + 40 + lean * 0.4, 40), (x + 46 + lean, length)],
        [(x + 46 + lean, length), (x + lean - 44, length)],
        [(x + lean - 44, length), (x - 38 + lean * 0.4, 40), (x - 30, -90)],
    )
    folds = (
        Fold((x - 8, -100), (x + lean - 16, length + 30), 11, 4, 4),
        Fold((x + 18, -100), (x + lean + 20, length + 30), 9, -4, -3),
    )
    return [*fringes, Piece(path, "main", grain=-lean * 0.25, origin=(x, 0), folds=folds, puff=11, drop=0.4)]


def tie(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A knotted necktie."""
    wide = rng.uniform(33, 46)
    band = closed_path(
        [(-28, -206), (-64, -226), (-40, -244), (0, -250), (40, -244), (64, -226), (28, -206)],
        [(28, -206), (36, -222), (0, -232), (-36, -222), (-28, -206)],
    )
    narrow = closed_path(
        [(-8, -170), (12, -170)],
        [(12, -170), (26, 120)],
        [(26, 120), (10, 150)],
        [(10, 150), (-6, 122)],
        [(-6, 122), (-8, -170)],
    )
    blade = closed_path(
        [(-17, -176), (17, -176)],
        [(17, -176), (wide * 0.8, 20), (wide, 196)],
        [(wide, 196), (0, 250)],
        [(0, 250), (-wide, 196)],
        [(-wide, 196), (-wide * 0.8, 20), (-17, -176)],
    )
    knot = closed_path(
        [(-31, -214), (0, -220), (31, -214)],
        [(31, -214), (26, -186), (17, -166)],
        [(17, -166), (0, -162), (-17, -166)],
        [(-17, -166), (-26, -186), (-31, -214)],
    )
    folds = (Fold((0, -190), (wide * 0.3, 90), 7, 4.5, 4), Fold((-10, -180), (-14, -60), 6, -4, 2))
    return [
        Piece(band, "main", puff=7, dim=0.85), Piece(narrow, "main", puff=5, dim=0.8),
        Piece(blade, "main", puff=12, folds=folds, drop=0.5),
        Piece(knot, "main", puff=12, grain=24, drop=0.5, folds=(Fold((-24, -206), (12, -166), 6, 3.5, 3),)),
    ]  # fmt: skip


def backpack(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A rounded pack with a front pocket, or its shoulder straps."""
    body = mirrored(
        [(0.0, -190.0), (80, -182), (118, -118), (124, 20)],
        [(124, 20), (130, 120), (116, 172), (60, 182), (0.0, 184)],
    )
    arc = zip_marks(
        [(-112, 10), (-104, -120), (-64, -158), (0, -164), (64, -158), (104, -120), (112, 10)], STEEL
    )
    loop = strap([(-24, -184), (-22, -218), (0, -226), (22, -218), (24, -184)], 9)
    if back:
        right = strap([(34, -178), (76, -110), (84, 20), (108, 140)], 34)
        return [loop, Piece(body, "main", puff=22), right, right.flipped()]
    pocket = mirrored(
        [(0.0, 18.0), (70, 20), (92, 38)], [(92, 38), (100, 90), (96, 148), (72, 160), (0.0, 162)]
    )
    line = zip_marks([(-84, 40), (-40, 32), (0, 30), (40, 32), (84, 40)], STEEL)
    cloth = "second" if len(design.patterns) > 1 else "main"
    patch = closed_path(
        [(-22, -84), (22, -84)], [(22, -84), (22, -56)], [(22, -56), (-22, -56)], [(-22, -56), (-22, -84)]
    )
    mark = Line(open_path([(-12, -70), (12, -70)]), 2.0, 0.0, None, (0.4, 0.4, 0.42), 0.8)
    return [
        loop,
        Piece(body, "main", puff=24, marks=tuple(arc)),
        Piece(pocket, cloth, puff=13, drop=0.5, marks=tuple(line)),
        Piece(patch, "label", puff=1, drop=0.3, marks=(mark,)),
    ]
