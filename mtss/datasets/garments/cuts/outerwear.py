"""Jackets and coats."""

from random import Random

from mtss.datasets.garments.curves import closed_path, open_path
from mtss.datasets.garments.cuts.assembly import assembled, fitted
from mtss.datasets.garments.cuts.details import (
    BRASS,
    STEEL,
    patch_pocket,
    placket,
    ribbed_hem,
    slant_pocket,
    zip_marks,
)
from mtss.datasets.garments.cuts.necklines import OPENINGS
from mtss.datasets.garments.cuts.sleeves import SleeveStyle
from mtss.datasets.garments.cuts.torso import Torso
from mtss.datasets.garments.design import Design
from mtss.datasets.garments.pieces import Line, Mark, Piece, Stud, both_sides, seam, stitch


def jacket(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A hip-length jacket: blazer, trucker, biker or bomber, as neckline and fabric suggest."""
    ease = rng.uniform(0, 8)
    torso = fitted(
        design,
        Torso(
            -184, 38, (112, -160), (102 + ease, -66), (94 + ease, 44), (98 + ease, 100), (98 + ease, 136), 8
        ),
    )
    blazer = design.neckline == "lapel"
    front: list[Piece] = []
    marks: list[Mark] = []
    if back:
        marks = (
            [seam((0, -170), (0, 150), opacity=0.6), seam((-112, -112), (0, -104), (112, -112))]
            if not blazer
            else [seam((0, -170), (0, 150))]
        )
    elif blazer:
        front = [
            _front_edge(torso, torso.top + OPENINGS["lapel"][1]),
            *patch_pocket(56, 56, 58, 56, flap=True),
            *(p.flipped() for p in patch_pocket(56, 56, 58, 56, flap=True)),
        ]
        marks = list(both_sides([seam((70, -60), (62, 30), (64, 140), opacity=0.5)]))
    else:
        marks = _casual_marks(design, torso, rng)
        if design.texture in ("denim", "cotton", "corduroy"):
            right = patch_pocket(52, -74, 46, 50, flap=True)
            front = [
                placket(torso.top + 14, 144, 40, radius=4.0, width=10),
                *right,
                *(p.flipped() for p in right),
            ]
    if not blazer:
        deep = 22.0
        front = (
            [*front, ribbed_hem(torso.hem, torso.hem_drop, deep)]
            if design.texture in ("satin", "wool", "leather")
            else front
        )
    cuff = "none" if blazer else "rib" if design.texture in ("satin", "wool", "leather") else "shirt"
    return assembled(
        design,
        torso,
        SleeveStyle(1.22, cuff, "second"),
        rng,
        band="rib",
        back=back,
        marks=marks,
        front=front,
        soft=0.8,
    )


def _front_edge(torso: Torso, y: float) -> Piece:
    """The overlapping right front of a buttoned jacket, with two buttons."""

    bottom = torso.hem[1] + torso.hem_drop + 2
    strip = closed_path([(-11, y - 2), (3, y - 2)], [(3, y - 2), (3, bottom)], [(3, bottom), (-11, bottom)])
    line = Line(open_path([(-10, y), (-10, bottom)]), 1.4, -0.6)
    return Piece(
        strip,
        "main",
        puff=0.6,
        edge=0.8,
        drop=0.45,
        marks=(line, Stud((-1, y + 10), 4.2), Stud((-1, y + 54), 4.2)),
    )


def _casual_marks(design: Design, torso: Torso, rng: Random) -> list[Mark]:
    bottom = torso.hem[1] + torso.hem_drop
    metal = BRASS if rng.random() < 0.35 else STEEL
    start = torso.top + OPENINGS[design.neckline or "crew"][1] - 2
    marks: list[Mark] = list(
        both_sides(
            [
                *slant_pocket(58, 30, 14, 54),
                seam((-4 + torso.shoulder[0], -118), (40, -106), (0, -104), opacity=0.4),
            ]
        )
    )
    if design.texture not in ("denim", "cotton", "corduroy"):
        marks += zip_marks([(0.0, start), (0.0, bottom)], metal)
    return marks


def coat(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A knee-length coat, single or double breasted, sometimes belted."""

    ease = rng.uniform(0, 10)
    torso = fitted(
        design,
        Torso(
            -238, 38, (108, -214), (98 + ease, -122), (88 + ease, -16), (100 + ease, 90), (112 + ease, 236), 6
        ),
    )
    belted = rng.random() < 0.4
    front: list[Piece] = []
    marks: list[Mark] = []
    if back:
        marks = [seam((0, -220), (0, 242))]
    else:
        low = torso.top + OPENINGS[design.neckline or "lapel"][1]
        double = rng.random() < 0.5
        edge_x = -30.0 if double else -11.0
        strip = closed_path(
            [(edge_x - 1, low - 6), (4, low - 6)], [(4, low - 6), (4, 242)], [(4, 242), (edge_x - 1, 242)]
        )
        studs = [
            Stud((x, low + 14 + 52 * k), 5.0)
            for k in range(3 if belted else 4)
            for x in ((-22.0, 22.0) if double else (-3.0,))
        ]
        line = Line(open_path([(edge_x, low), (edge_x, 242)]), 1.5, -0.6)
        front = [Piece(strip, "main", puff=0.6, edge=0.8, drop=0.45, marks=(line, *studs))]
        marks = list(both_sides(slant_pocket(58, 30, 12, 58)))
    if belted:
        front += _belt(torso)
    return assembled(
        design,
        torso,
        SleeveStyle(1.24, "turned" if rng.random() < 0.4 else "none", "second"),
        rng,
        band="stitch",
        back=back,
        marks=marks,
        front=front,
        soft=0.9,
    )


def _belt(torso: Torso) -> list[Piece]:

    x, y = torso.waist[0] + 2, torso.waist[1]
    band = closed_path(
        [(-x, y - 9), (0, y - 5), (x, y - 9)],
        [(x, y - 9), (x, y + 11)],
        [(x, y + 11), (0, y + 15), (-x, y + 11)],
        [(-x, y + 11), (-x, y - 9)],
    )
    tail = closed_path(
        [(16, y - 2), (30, y - 3)],
        [(30, y - 3), (38, y + 78)],
        [(38, y + 78), (24, y + 82)],
        [(24, y + 82), (16, y - 2)],
    )
    buckle = Line(
        open_path(
            [(-13, y - 9), (13, y - 9)],
            [(13, y - 9), (13, y + 19)],
            [(13, y + 19), (-13, y + 19)],
            [(-13, y + 19), (-13, y - 9)],
        ),
        3.4,
        -0.5,
    )
    return [
        Piece(tail, "main", puff=3, drop=0.45, marks=(stitch((27, y), (34, y + 76)),)),
        Piece(
            band,
            "main",
            puff=4,
            drop=0.45,
            marks=(
                stitch((-x, y - 5), (0, y - 1), (x, y - 5)),
                stitch((-x, y + 7), (0, y + 11), (x, y + 7)),
                buckle,
            ),
        ),
    ]
