"""Boots and socks: a pair, seen from the side."""

from dataclasses import replace
from random import Random

import skia

from mtss.datasets.garments.curves import closed_path
from mtss.datasets.garments.design import Design
from mtss.datasets.garments.pieces import Fold, Mark, Piece, Stud, seam, stitch


def _moved(pieces: list[Piece], dx: float, dy: float) -> list[Piece]:
    return [_shift(piece, dx, dy) for piece in pieces]


def _shift(piece: Piece, dx: float, dy: float) -> Piece:
    def path(old: skia.Path) -> skia.Path:
        new = skia.Path()
        old.transform(skia.Matrix.Translate(dx, dy), new)
        return new

    marks: list[Mark] = [
        replace(m, at=(m.at[0] + dx, m.at[1] + dy)) if isinstance(m, Stud) else replace(m, path=path(m.path))
        for m in piece.marks
    ]
    folds = tuple(
        replace(f, start=(f.start[0] + dx, f.start[1] + dy), end=(f.end[0] + dx, f.end[1] + dy))
        for f in piece.folds
    )
    return replace(
        piece,
        path=path(piece.path),
        marks=tuple(marks),
        folds=folds,
        origin=(piece.origin[0] + dx, piece.origin[1] + dy),
    )


def boots(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """Ankle to knee high, on a block heel."""
    high = rng.uniform(-190, -60)
    near = _boot(high, rng)
    return [*_moved(near, 74, -44), *_moved(near, -36, 0)]


def _boot(high: float, rng: Random) -> list[Piece]:
    shaft = closed_path(
        [(-62, high), (0, high + 5), (44, high)],
        [(44, high), (40, 0), (40, 52)],
        [(40, 52), (60, 84), (112, 106), (126, 136), (122, 152)],
        [(122, 152), (-66, 152)],
        [(-66, 152), (-70, 110), (-56, 40), (-62, high)],
    )
    sole = closed_path(
        [(-68, 148), (122, 148)],
        [(122, 148), (130, 158), (120, 166), (20, 166)],
        [(20, 166), (-10, 163)],
        [(-10, 163), (-14, 186)],
        [(-14, 186), (-66, 186)],
        [(-66, 186), (-68, 148)],
    )
    inside = closed_path([(-62, high), (-10, high - 9), (44, high)], [(44, high), (0, high + 6), (-62, high)])
    laces: list[Mark] = []
    for k in range(5):
        y = high + 20 + k * (40 - high) / 5
        laces += [
            seam((12, y), (39, y + 6), width=2.6, tone=0.7, opacity=0.9),
            Stud((12, y), 2.4, (0.75, 0.72, 0.65), 0),
        ]
    marks: list[Mark] = [
        seam((-66, 100), (-20, 92), (10, 120), (14, 150)),
        stitch((-66, 103), (-20, 95), (7, 121), (11, 150)),
        seam((40, 54), (64, 110), (70, 150)),
        stitch((-62, high + 7), (0, high + 12), (44, high + 7)),
    ]
    folds = (
        Fold((-60, 30), (46, 46), 8, 4, 6),
        Fold((-58, 56), (50, 66), 7, -4, 6),
        Fold((-30, high), (-24, 60), 20, 4, 4),
        Fold((60, 110), (112, 124), 10, 4, -5),
    )
    return [
        Piece(inside, "lining", dim=0.45, puff=0),
        Piece(sole, "sole", puff=6, drop=0.2),
        Piece(shaft, "main", puff=18, folds=folds, marks=(*marks, *laces), drop=0.4),
    ]


def socks(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A pair laid one over the other; ribbed top, turned heel."""
    high = rng.uniform(-200, -110)
    near = _sock(high)
    return [*_moved(near, 64, -34), *_moved(near, -36, 0)]


def _sock(high: float) -> list[Piece]:
    leg = closed_path(
        [(-54, high), (34, high)],
        [(34, high), (32, 0), (36, 50)],
        [(36, 50), (70, 96), (122, 124), (134, 156), (112, 178), (70, 180)],
        [(70, 180), (10, 168), (-44, 140), (-62, 96), (-50, 40), (-54, high)],
    )
    heel = closed_path(
        [(-50, 60), (-14, 92), (6, 130), (-4, 164)], [(-4, 164), (-44, 140), (-62, 96), (-57, 66), (-50, 60)]
    )
    toe = closed_path(
        [(98, 108), (92, 140), (96, 180)], [(96, 180), (118, 174), (134, 156), (122, 124), (98, 108)]
    )
    cuff = closed_path(
        [(-55, high - 2), (-10, high + 3), (35, high - 2)],
        [(35, high - 2), (34, high + 34)],
        [(34, high + 34), (-10, high + 38), (-54, high + 34)],
        [(-54, high + 34), (-55, high - 2)],
    )
    folds = (
        Fold((-50, 44), (36, 50), 8, 4, 7),
        Fold((-54, 70), (40, 62), 7, -3.5, 5),
        Fold((-10, high), (-8, 60), 18, 4, 5),
    )
    return [
        Piece(leg, "main", puff=14, folds=folds),
        Piece(
            heel,
            "plain",
            puff=8,
            edge=0.6,
            drop=0.1,
            marks=(seam((-50, 60), (-14, 92), (6, 130), (-4, 164)),),
        ),
        Piece(toe, "plain", puff=8, edge=0.6, drop=0.1, marks=(seam((98, 108), (92, 140), (96, 180)),)),
        Piece(cuff, "plain", puff=7, rib=5.0, drop=0.25),
    ]
