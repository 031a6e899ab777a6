"""T-shirts, tops, shirts, sweaters, jackets, coats, and what else covers the upper body."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from mtss.datasets.garments.curves import closed_path, open_path
from mtss.datasets.garments.cuts.details import (
    BRASS,
    STEEL,
    hem_stitch,
    neck_label,
    patch_pocket,
    placket,
    ribbed_hem,
    slant_pocket,
    zip_marks,
)
from mtss.datasets.garments.cuts.necklines import BARE_SHOULDERS, COLLARS, OPENINGS, Neck, back_runs, neckline
from mtss.datasets.garments.cuts.sleeves import SleeveStyle, sleeve_pieces
from mtss.datasets.garments.cuts.torso import Torso, body_folds
from mtss.datasets.garments.design import Design
from mtss.datasets.garments.pieces import Line, Mark, Piece, Stud, both_sides, seam, stitch


def fitted(design: Design, torso: Torso) -> Torso:
    """The torso with the neck opening, and the shoulders that the neckline and sleeve leave."""
    width, _ = OPENINGS[design.neckline or "crew"]
    torso = replace(torso, neck=width)
    if design.neckline in BARE_SHOULDERS:
        edge = torso.underarm[0] - 1
        top = torso.underarm[1] - 10
        return replace(torso, neck=edge - 6, top=top, shoulder=(edge, top + 1))
    if design.sleeve == "sleeveless":
        strap = {"boat": 16.0, "scoop": 19.0, "square": 17.0, "halter": 12.0}.get(design.neckline or "", 32.0)
        x = min(torso.shoulder[0] - 12, width + strap)
        y = torso.top + (x - width) * (torso.shoulder[1] - torso.top) / (torso.shoulder[0] - width)
        return replace(torso, shoulder=(x, y))
    return torso


def assembled(
    design: Design,
    torso: Torso,
    sleeve: SleeveStyle,
    rng: Random,
    *,
    band: str,
    back: bool,
    marks: Sequence[Mark] = (),
    front: Sequence[Piece] = (),
    body_cloth: str = "main",
    soft: float = 1.0,
) -> list[Piece]:
    """Inside of the back, sleeves, body, what lies on its front, neck finish."""
    kind = design.neckline or "crew"
    neck = neckline(kind, torso, OPENINGS[kind][1], band=band, back=back)
    pieces: list[Piece] = []
    if not back and kind not in BARE_SHOULDERS:
        pieces = [_inside(torso)]
    right = sleeve_pieces(design.sleeve or "long", torso, sleeve, rng)
    body = _body(torso, neck, rng, marks, body_cloth, soft, sleeved=bool(right))
    arms = [piece for pair in ((p.flipped(), p) for p in right) for piece in pair]
    over = [body, *front, *neck.over]
    return (
        [*pieces, *arms, *over] if design.sleeve != "raglan" else [*pieces, body, *arms, *front, *neck.over]
    )


def _inside(torso: Torso) -> Piece:
    return Piece(torso.outline(back_runs(torso), corner=False), "lining", dim=0.62, puff=2, edge=1, marks=())


def _body(
    torso: Torso, neck: Neck, rng: Random, marks: Sequence[Mark], cloth: str, soft: float, *, sleeved: bool
) -> Piece:
    armhole = torso.armhole()
    edge = [] if sleeved else [stitch(*[(x - 4, y) for x, y in armhole])]
    shoulder = seam(torso.neck_side, torso.shoulder, opacity=0.0)
    return Piece(
        torso.outline(neck.runs, corner=neck.corner),
        cloth,
        sag=0.00022,
        origin=(0.0, torso.top),
        folds=body_folds(torso, rng, soft=soft),
        marks=(*both_sides(edge), shoulder, *marks),
        puff=13,
        drop=0.42,
    )


def t_shirt(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A jersey T-shirt."""
    ease = rng.uniform(-4, 8)
    torso = fitted(
        design,
        Torso(
            -178,
            38,
            (104 + ease / 2, -152),
            (94 + ease, -66),
            (88 + ease, 40),
            (90 + ease, 120),
            (92 + ease, 172 + rng.uniform(-14, 12)),
            7,
        ),
    )
    front: list[Piece] = []
    if rng.random() < 0.25 and not back:
        front = patch_pocket(46, -62, 44, 48, cloth="second")
    pieces = assembled(
        design,
        torso,
        SleeveStyle(1.04, "hem", "second"),
        rng,
        band="stitch",
        back=back,
        marks=hem_stitch(torso.hem, torso.hem_drop),
        front=front,
    )
    return _labelled(pieces, design, torso, back)


def _labelled(pieces: list[Piece], design: Design, torso: Torso, back: bool) -> list[Piece]:
    if back or design.neckline in BARE_SHOULDERS or design.neckline in ("turtleneck", "hood", "halter"):
        return pieces
    return [
        pieces[0],
        neck_label(torso.top + 12 if design.neckline not in COLLARS else torso.top - 6),
        *pieces[1:],
    ]


def top(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A sleeveless top: vest, camisole or shell."""
    flare = rng.uniform(-4, 16)
    torso = fitted(
        design,
        Torso(
            -168,
            38,
            (94, -146),
            (80, -62),
            (70, 22),
            (80 + flare, 96),
            (84 + flare, 138 + rng.uniform(-12, 16)),
            8,
        ),
    )
    pieces = assembled(
        design,
        torso,
        SleeveStyle(),
        rng,
        band="facing",
        back=back,
        marks=hem_stitch(torso.hem, torso.hem_drop, 6),
        soft=1.15,
    )
    return _labelled(pieces, design, torso, back)


def shirt(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A buttoned shirt with a collar, cuffs and perhaps pockets."""
    ease = rng.uniform(-4, 8)
    torso = fitted(
        design,
        Torso(
            -184, 35, (106, -160), (94 + ease, -72), (86 + ease, 36), (92 + ease, 122), (88 + ease, 166), 30
        ),
    )
    front: list[Piece] = []
    marks: list[Mark] = hem_stitch((torso.hem[0], torso.hem[1]), torso.hem_drop, 6)
    if back:
        marks += [
            seam((-112, -128), (0, -120), (112, -128)),
            seam((0, -120), (0, 40), width=1.4),
            seam((7, -120), (7, 10), opacity=0.4),
        ]
    else:
        front = [placket(torso.top + 24, 196, rng.uniform(38, 46))]
        if rng.random() < 0.6:
            right = patch_pocket(50, -84, 46, 52, flap=design.texture == "denim", cloth="second")
            front += right if rng.random() < 0.5 else [*right, *(p.flipped() for p in right)]
    cuff = "shirt" if design.sleeve in ("long",) else "turned" if design.sleeve == "three-quarter" else "hem"
    return assembled(
        design,
        torso,
        SleeveStyle(1.05, cuff, "second"),
        rng,
        band="stitch",
        back=back,
        marks=marks,
        front=front,
    )


def sweater(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A pullover with ribbed cuffs and welt."""
    ease = rng.uniform(0, 12)
    torso = fitted(
        design,
        Torso(
            -172, 38, (108, -146), (100 + ease, -52), (98 + ease, 50), (100 + ease, 116), (95 + ease, 158), 7
        ),
    )
    welt = ribbed_hem(torso.hem, torso.hem_drop, 24)
    pieces = assembled(
        design,
        torso,
        SleeveStyle(1.16, "rib", "second", "trim", soft=1.3),
        rng,
        band="rib",
        back=back,
        front=[welt],
        soft=1.1,
    )
    return _labelled(pieces, design, torso, back)


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
        x = 0.0 if design.texture != "leather" else 0.0
        marks += zip_marks([(x, start), (x, bottom)], metal)
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
