"""Collars: shirt, lapel, shawl, polo, mandarin and hood."""

import skia

from mtss.datasets.garments.curves import Point, closed_path, mirrored
from mtss.datasets.garments.cuts.torso import Torso
from mtss.datasets.garments.pieces import Fold, Piece, seam, stitch


def collar_pieces(kind: str, torso: Torso, depth: float, *, back: bool) -> tuple[Piece, ...]:
    """The collar's pieces, undermost first."""
    if back:
        return (_nape(torso, 26.0 if kind != "mandarin" else 14.0),) if kind != "hood" else _hood_back(torso)
    builders = {
        "collar": _shirt_collar,
        "polo collar": _shirt_collar,
        "lapel": _lapels,
        "shawl": _shawl,
        "mandarin": _mandarin,
        "hood": _hood,
    }
    return builders[kind](torso, depth)


def _nape(torso: Torso, high: float) -> Piece:
    w, top = torso.neck + 2, torso.top
    path = mirrored(
        [(0.0, top - high * 0.55), (w * 0.6, top - high * 0.5), (w * 0.95, top - high * 0.2)],
        [(w * 0.95, top - high * 0.2), (w + 8, top + high * 0.42)],
        [(w + 8, top + high * 0.42), (w * 0.5, top + high * 0.72), (0.0, top + high * 0.78)],
    )
    return Piece(path, "trim", puff=5, drop=0.45)


def _stand(torso: Torso, high: float) -> Piece:
    """The inside of the collar at the nape."""
    w, top = torso.neck, torso.top
    path = mirrored(
        [(0.0, top - high * 0.75), (w * 0.6, top - high * 0.7), (w, top - high * 0.1)],
        [(w, top - high * 0.1), (w, top + 4)],
        [(w, top + 4), (w * 0.6, top + 11), (0.0, top + 13)],
    )
    return Piece(path, "lining", puff=3, drop=0.0, dim=0.8)


def _shirt_collar(torso: Torso, depth: float) -> tuple[Piece, ...]:
    w, top = torso.neck, torso.top
    low: Point = (0.5, top + depth - 2)
    tip: Point = (w * 0.98, top + depth + 25)
    leaf = closed_path(
        [(w * 0.78, top - 13), (w * 0.5, top + depth * 0.32), low],
        [low, tip],
        [tip, (w * 1.26, top + 18), (w * 1.2, top + 2), (w * 0.78, top - 13)],
    )
    stitched = stitch(
        (5.0, top + depth + 1), (w * 0.95, top + depth + 20.5), (w * 1.17, top + 18), (w * 1.13, top + 5)
    )
    right = Piece(leaf, "trim", grain=-28, origin=tip, puff=4.0, marks=(stitched,), drop=0.5)
    return (_stand(torso, 20), right, right.flipped())


def _mandarin(torso: Torso, depth: float) -> tuple[Piece, ...]:
    w, top = torso.neck, torso.top
    band = closed_path(
        [(1.5, top + depth - 13), (w * 0.55, top + depth * 0.4 - 12), (w * 0.96, top - 14)],
        [(w * 0.96, top - 14), (w + 3, top + 1)],
        [(w + 3, top + 1), (w * 0.62, top + depth * 0.72), (2.5, top + depth + 5)],
        [(2.5, top + depth + 5), (1.5, top + depth - 13)],
    )
    right = Piece(
        band,
        "trim",
        puff=3.5,
        drop=0.4,
        marks=(stitch((6, top + depth), (w * 0.6, top + depth * 0.6), (w, top - 2)),),
    )
    return (_stand(torso, 22), right, right.flipped())


def _lapels(torso: Torso, depth: float) -> tuple[Piece, ...]:
    w, top = torso.neck, torso.top
    low: Point = (0.0, top + depth)
    notch: Point = (w * 1.42, top + depth * 0.36)
    lapel = closed_path(
        [low, (w * 0.44, top + depth * 0.52), (w * 0.72, top + depth * 0.2)],
        [(w * 0.72, top + depth * 0.2), notch],
        [notch, (w * 1.78, top + depth * 0.335)],
        [(w * 1.78, top + depth * 0.335), (w * 1.18, top + depth * 0.68), low],
    )
    collar = closed_path(
        [(w * 0.82, top - 14), (w * 0.66, top + depth * 0.1), (w * 0.7, top + depth * 0.215)],
        [(w * 0.7, top + depth * 0.215), (w * 1.46, top + depth * 0.375)],
        [(w * 1.46, top + depth * 0.375), (w * 1.72, top + depth * 0.25)],
        [(w * 1.72, top + depth * 0.25), (w * 1.4, top + 6), (w * 0.82, top - 14)],
    )
    line = stitch((w * 1.7, top + depth * 0.36), (w * 1.14, top + depth * 0.67), (4, top + depth - 4))
    right = Piece(lapel, "trim", grain=14, puff=4, drop=0.5, marks=(line,))
    upper = Piece(collar, "trim", grain=-30, puff=4, drop=0.5)
    return (_stand(torso, 22), right.flipped(), right, upper.flipped(), upper)


def _shawl(torso: Torso, depth: float) -> tuple[Piece, ...]:
    w, top = torso.neck, torso.top
    low: Point = (0.0, top + depth)
    roll = closed_path(
        [(w * 0.8, top - 14), (w * 0.62, top + depth * 0.3), low],
        [
            low,
            (w * 1.1, top + depth * 0.66),
            (w * 1.58, top + depth * 0.28),
            (w * 1.36, top + 2),
            (w * 0.8, top - 14),
        ],
    )
    right = Piece(roll, "trim", grain=-12, puff=8, drop=0.5)
    return (_stand(torso, 22), right.flipped(), right)


def _hood(torso: Torso, depth: float) -> tuple[Piece, ...]:
    w, top = torso.neck, torso.top
    inside = mirrored(
        [(0.0, top - 62), (w * 0.9, top - 50), (w * 1.16, top - 8)],
        [(w * 1.16, top - 8), (w * 0.7, top + depth * 0.75), (0.0, top + depth)],
    )
    side = closed_path(
        [
            (0.0, top - 76),
            (w * 1.1, top - 66),
            (w * 1.66, top - 22),
            (w * 1.5, top + 12),
            (w * 0.8, top + depth + 10),
            (0.0, top + depth + 14),
        ],
        [(0.0, top + depth + 14), (w * 0.12, top + depth - 2)],
        [
            (w * 0.12, top + depth - 2),
            (w * 0.86, top + depth * 0.3),
            (w * 1.0, top - 18),
            (w * 0.72, top - 48),
            (0.0, top - 60),
        ],
        [(0.0, top - 60), (0.0, top - 76)],
    )
    edge = stitch(
        (w * 0.2, top + depth + 2),
        (w * 0.98, top + depth * 0.3),
        (w * 1.12, top - 20),
        (w * 0.8, top - 54),
        (0.0, top - 67),
    )
    folds = (
        Fold((w * 1.5, top - 20), (w * 0.9, top + depth), 7, 4, 4),
        Fold((w * 1.3, top - 50), (w * 1.3, top + 6), 6, -3, 5),
    )
    right = Piece(side, "main", grain=-18, puff=10, drop=0.5, marks=(edge,), folds=folds)
    cords = [
        Piece(_cord(way * w * 0.3, top + depth + 4, 62 + 9 * way), "cord", puff=3, edge=1, drop=0.5)
        for way in (-1, 1)
    ]
    return (Piece(inside, "lining", dim=0.62, puff=4, drop=0), right.flipped(), right, *cords)


def _cord(x: float, y: float, length: float) -> skia.Path:
    return closed_path(
        [(x - 1.7, y), (x - 2.6, y + length * 0.5), (x - 1.7, y + length)],
        [(x - 1.7, y + length), (x + 1.7, y + length)],
        [(x + 1.7, y + length), (x + 0.8, y + length * 0.5), (x + 1.7, y)],
    )


def _hood_back(torso: Torso) -> tuple[Piece, ...]:
    w, top = torso.neck, torso.top
    path = mirrored(
        [(0.0, top - 40), (w * 0.9, top - 32), (w * 1.5, top + 4)],
        [(w * 1.5, top + 4), (w * 1.3, top + 46), (w * 0.6, top + 76), (0.0, top + 88)],
    )
    fold = Fold((0.0, top - 40), (0.0, top + 80), 4, -3)
    return (
        Piece(
            path, "main", puff=13, drop=0.5, folds=(fold,), marks=(seam((0.0, top - 40), (0.0, top + 88)),)
        ),
    )
