"""Plackets, pockets, zips, hems and waistbands that many garments share."""

from collections.abc import Sequence

from mtss.datasets.garments.curves import Point, closed_path, mirrored
from mtss.datasets.garments.pieces import RGB, Line, Mark, Piece, Stud, seam, stitch

STEEL: RGB = (0.72, 0.73, 0.75)
BRASS: RGB = (0.78, 0.62, 0.32)


def placket(
    top: float, bottom: float, gap: float, *, radius: float = 3.1, width: float = 9.0, half: float = 0.0
) -> Piece:
    """A button band down the centre front; half > 0 ends it there (polo)."""
    end = half or bottom
    path = closed_path(
        [(-width, top), (width, top)], [(width, top), (width, end)], [(width, end), (-width, end)]
    )
    marks: list[Mark] = [
        stitch((width - 2.2, top), (width - 2.2, end)),
        stitch((-width + 2.2, top), (-width + 2.2, end)),
    ]
    y = top + gap * 0.5
    while y < (half or bottom) - gap * 0.3:
        marks.append(Stud((0.0, y), radius))
        y += gap
    return Piece(path, "main", puff=1.5, edge=1.6, drop=0.2, marks=tuple(marks))


def zip_marks(points: Sequence[Point], metal: RGB = STEEL) -> list[Mark]:
    """A metal zip along the line, with its tape and pull."""
    tape = Line(seam(*points).path, 7.0, -0.6, None, None, 0.7)
    teeth = Line(tape.path, 3.4, 0.0, (1.6, 1.3), metal, 1.0)
    x, y = points[0]
    pull = Line(seam((x, y + 2), (x + 0.6, y + 16)).path, 3.6, 0.0, None, metal, 1.0)
    return [tape, teeth, pull, Stud((x, y + 3), 3.2, metal, 0)]


def patch_pocket(
    x: float, y: float, width: float, height: float, *, cloth: str = "main", flap: bool = False
) -> list[Piece]:
    """A pocket sewn on, its lower corners cut off; a flap with a button if asked for."""
    w = width / 2
    path = closed_path(
        [(x - w, y), (x + w, y)],
        [(x + w, y), (x + w, y + height * 0.8)],
        [(x + w, y + height * 0.8), (x + w * 0.7, y + height * 0.96), (x, y + height)],
        [(x, y + height), (x - w * 0.7, y + height * 0.96), (x - w, y + height * 0.8)],
        [(x - w, y + height * 0.8), (x - w, y)],
    )
    hem = stitch((x - w, y + 5), (x + w, y + 5))
    rim = stitch(
        (x - w + 2.4, y),
        (x - w + 2.4, y + height * 0.78),
        (x, y + height - 3),
        (x + w - 2.4, y + height * 0.78),
        (x + w - 2.4, y),
    )
    pieces = [Piece(path, cloth, puff=2.0, edge=1.6, drop=0.3, marks=(hem, rim))]
    if flap:
        pieces.append(_flap(x, y, w, height * 0.36))
    return pieces


def _flap(x: float, y: float, w: float, deep: float) -> Piece:
    path = closed_path(
        [(x - w - 2, y - 3), (x + w + 2, y - 3)],
        [(x + w + 2, y - 3), (x + w + 1, y + deep * 0.6)],
        [(x + w + 1, y + deep * 0.6), (x, y + deep)],
        [(x, y + deep), (x - w - 1, y + deep * 0.6)],
        [(x - w - 1, y + deep * 0.6), (x - w - 2, y - 3)],
    )
    rim = stitch((x - w, y + deep * 0.52), (x, y + deep - 3), (x + w, y + deep * 0.52))
    return Piece(path, "main", puff=2.0, edge=1.6, drop=0.4, marks=(rim, Stud((x, y + deep - 7), 2.3)))


def slant_pocket(x: float, y: float, lean: float, length: float) -> list[Mark]:
    """A welt pocket: two lines and bar tacks."""
    end = (x + lean, y + length)
    return [
        seam((x, y), end, width=1.6),
        seam((x + 5, y), (end[0] + 5, end[1]), width=0.9, opacity=0.5),
        stitch((x + 7.5, y), (end[0] + 7.5, end[1])),
    ]


def hem_stitch(side: Point, drop: float, inset: float = 7.0) -> list[Mark]:
    """Stitches that follow the hem."""
    x, y = side
    line = [
        (-x, y - inset),
        (-x * 0.55, y - inset + drop * 0.8),
        (0.0, y - inset + drop),
        (x * 0.55, y - inset + drop * 0.8),
        (x, y - inset),
    ]
    return [stitch(*line), seam(*[(px, py - 2) for px, py in line], width=0.8, opacity=0.3)]


def ribbed_hem(side: Point, drop: float, deep: float, cloth: str = "trim") -> Piece:
    """A knitted welt at the hem, pulled in a little."""
    x, y = side
    path = mirrored(
        [(0.0, y + drop - deep), (x * 0.6, y + drop * 0.8 - deep), (x + 0.5, y - deep)],
        [(x + 0.5, y - deep), (x - 1, y - deep * 0.4), (x - 4, y + 1)],
        [(x - 4, y + 1), (x * 0.55, y + drop * 0.8 + 1), (0.0, y + drop + 1)],
    )
    return Piece(path, cloth, puff=7, rib=3.4, drop=0.3)


def waistband(
    half: float, top: float, deep: float, *, belt_loops: bool = False, cloth: str = "main"
) -> list[Piece]:
    """A band at the waist, with loops for a belt if asked for."""
    path = mirrored(
        [(0.0, top + 3), (half * 0.6, top + 2), (half, top)],
        [(half, top), (half + 1.5, top + deep)],
        [(half + 1.5, top + deep), (half * 0.6, top + deep + 3), (0.0, top + deep + 4)],
    )
    rim = (
        stitch((-half, top + 3), (0, top + 6.5), (half, top + 3)),
        stitch((-half, top + deep - 3), (0, top + deep + 1), (half, top + deep - 3)),
    )
    pieces = [Piece(path, cloth, puff=3.0, edge=1.5, drop=0.3, marks=rim)]
    if belt_loops:
        for t in (-0.62, 0.62):
            x = half * t
            loop = closed_path(
                [(x - 3, top - 2), (x + 3, top - 2)],
                [(x + 3, top - 2), (x + 3, top + deep + 4)],
                [(x + 3, top + deep + 4), (x - 3, top + deep + 4)],
            )
            pieces.append(
                Piece(
                    loop,
                    cloth,
                    puff=2,
                    drop=0.4,
                    marks=(
                        stitch((x - 1.6, top), (x - 1.6, top + deep)),
                        stitch((x + 1.6, top), (x + 1.6, top + deep)),
                    ),
                )
            )
    return pieces


def neck_label(y: float) -> Piece:
    """The maker's label inside the nape."""
    path = closed_path([(-9, y), (9, y)], [(9, y), (9, y + 8)], [(9, y + 8), (-9, y + 8)])
    lines = (
        Line(seam((-5, y + 3), (5, y + 3)).path, 1.1, 0, None, (0.45, 0.45, 0.47), 0.9),
        Line(seam((-3, y + 5.5), (3, y + 5.5)).path, 0.8, 0, None, (0.6, 0.6, 0.62), 0.9),
    )
    return Piece(path, "label", puff=0, edge=0.6, drop=0.3, marks=lines)
