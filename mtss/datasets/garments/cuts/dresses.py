"""Dresses: A-line, fitted, shift, and with a waist seam."""

import math
from dataclasses import replace
from random import Random

from mtss.datasets.garments.curves import Point, mirrored
from mtss.datasets.garments.cuts.assembly import assembled, fitted
from mtss.datasets.garments.cuts.details import hem_stitch, placket
from mtss.datasets.garments.cuts.necklines import BARE_SHOULDERS, OPENINGS
from mtss.datasets.garments.cuts.sleeves import SleeveStyle
from mtss.datasets.garments.cuts.torso import Torso, skirt_folds
from mtss.datasets.garments.design import Design
from mtss.datasets.garments.pieces import Mark, Piece, seam

_HEMS: dict[str, tuple[float, float]] = {
    "a-line": (138.0, 226.0),
    "full": (172.0, 214.0),
    "pencil": (80.0, 222.0),
    "maxi": (118.0, 262.0),
}


def dress(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A bodice and, from the waist seam, a skirt."""
    form = rng.choice(("a-line", "a-line", "full", "pencil", "maxi"))
    wide, bottom = _HEMS[form]
    bottom += rng.uniform(-22, 14)
    waist: Point = (62.0 + rng.uniform(-3, 5), -42.0 + rng.uniform(-12, 8))
    torso = fitted(
        design,
        Torso(
            -238, 36, (93, -216), (79, -136), waist, (84, waist[1] + 70), (waist[0], waist[1] + 6), 4, True
        ),
    )
    skirt = _skirt(torso, (wide, bottom), form, rng)
    soft = 0.8 if form != "full" else 0.6
    front: list[Piece] = []
    marks: list[Mark] = []
    if design.neckline == "collar" and not back:
        front = [replace(placket(torso.top + 26, waist[1] + 2, 34, radius=2.8, half=waist[1] + 8))]
    elif design.neckline not in BARE_SHOULDERS and OPENINGS[design.neckline or "crew"][1] < 80:
        marks = [
            seam(
                (-torso.underarm[0] + 22, torso.underarm[1] + 10),
                (-38, waist[1] - 40),
                (-34, waist[1] + 8),
                opacity=0.45,
            ),
            seam(
                (torso.underarm[0] - 22, torso.underarm[1] + 10),
                (38, waist[1] - 40),
                (34, waist[1] + 8),
                opacity=0.45,
            ),
        ]
    bodice_cloth = "second"
    bodice = assembled(
        design,
        torso,
        SleeveStyle(0.92, "hem" if design.sleeve != "long" else "shirt", bodice_cloth),
        rng,
        band="facing",
        back=back,
        marks=marks,
        front=front,
        body_cloth=bodice_cloth,
        soft=soft,
    )
    return (
        [*bodice[:1], skirt, *bodice[1:], _belt(torso, rng)]
        if not back
        else [skirt, *bodice, _belt(torso, rng)]
    )


def _skirt(torso: Torso, hem: Point, form: str, rng: Random) -> Piece:
    wx, wy = torso.hem[0], torso.hem[1] - 4
    wide, bottom = hem
    hip: Point = (
        (max(88.0, wx + (wide - wx) * 0.42), wy + 78) if form != "full" else (wx + (wide - wx) * 0.5, wy + 70)
    )
    side = (
        [(wx, wy), hip, (wx + (wide - wx) * 0.8, wy + (bottom - wy) * 0.68), (wide, bottom)]
        if form != "pencil"
        else [(wx, wy), (86, wy + 74), (90, wy + 130), (wide, bottom)]
    )
    drop = {"full": 20.0, "a-line": 14.0, "pencil": 4.0, "maxi": 10.0}[form]
    path = mirrored([(0.0, wy), (wx, wy)], side, _wavy_hem(hem, drop, form, rng))
    flare = {"full": 0.0075, "a-line": 0.0045, "pencil": 0.0, "maxi": 0.0025}[form]
    depth = {"full": 8.5, "a-line": 5.5, "pencil": 1.6, "maxi": 5.0}[form]
    return Piece(
        path,
        "main",
        origin=(0.0, wy),
        flare=flare,
        sag=-0.00045 if form in ("full", "a-line") else 0.0,
        folds=skirt_folds((wx, wy), hem, rng, depth),
        marks=tuple(hem_stitch(hem, drop, 6)),
        puff=13,
        drop=0.2,
    )


def _wavy_hem(hem: Point, drop: float, form: str, rng: Random) -> list[Point]:
    x, y = hem
    wave = 0.0 if form == "pencil" else 2.2
    return [
        (x * (1 - k / 16), y + drop * (1 - (1 - k / 16) ** 2) + wave * math.sin(k * 1.15) * (0 < k < 16))
        for k in range(17)
    ]


def _belt(torso: Torso, rng: Random) -> Piece:
    x, y = torso.hem[0] + 1.0, torso.hem[1] - 4
    deep = rng.choice((3.0, 9.0, 13.0))
    path = mirrored(
        [(0.0, y + 3 - deep / 2), (x * 0.6, y + 2 - deep / 2), (x, y - deep / 2)],
        [(x, y - deep / 2), (x, y + deep / 2)],
        [(x, y + deep / 2), (x * 0.6, y + 2 + deep / 2), (0.0, y + 3 + deep / 2)],
    )
    return Piece(path, "trim", puff=2.5, edge=1.4, drop=0.4)
