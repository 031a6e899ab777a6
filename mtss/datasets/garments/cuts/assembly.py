"""Puts an upper garment together: inside of the back, sleeves, body, front, neck."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from mtss.datasets.garments.cuts.details import neck_label
from mtss.datasets.garments.cuts.necklines import BARE_SHOULDERS, COLLARS, OPENINGS, Neck, back_runs, neckline
from mtss.datasets.garments.cuts.sleeves import SleeveStyle, sleeve_pieces
from mtss.datasets.garments.cuts.torso import Torso, body_folds
from mtss.datasets.garments.design import Design
from mtss.datasets.garments.pieces import Mark, Piece, both_sides, seam, stitch


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


def labelled(pieces: list[Piece], design: Design, torso: Torso, back: bool) -> list[Piece]:
    """The pieces with the maker's label inside the nape, where it would be seen."""
    if back or design.neckline in BARE_SHOULDERS or design.neckline in ("turtleneck", "hood", "halter"):
        return pieces
    return [
        pieces[0],
        neck_label(torso.top + 12 if design.neckline not in COLLARS else torso.top - 6),
        *pieces[1:],
    ]
