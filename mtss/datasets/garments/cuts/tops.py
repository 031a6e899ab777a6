"""T-shirts, sleeveless tops, shirts and sweaters."""

from random import Random

from mtss.datasets.garments.cuts.assembly import assembled, fitted, labelled
from mtss.datasets.garments.cuts.details import hem_stitch, patch_pocket, placket, ribbed_hem
from mtss.datasets.garments.cuts.sleeves import SleeveStyle
from mtss.datasets.garments.cuts.torso import Torso
from mtss.datasets.garments.design import Design
from mtss.datasets.garments.pieces import Mark, Piece, seam


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
    return labelled(pieces, design, torso, back)


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
    return labelled(pieces, design, torso, back)


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
    return labelled(pieces, design, torso, back)
