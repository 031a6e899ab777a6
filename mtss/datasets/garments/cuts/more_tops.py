"""Upper garments of the extended vocabulary: hoodie, cardigan, polo, waistcoat, jumpsuit."""

from random import Random

from mtss.datasets.garments.curves import closed_path, mirrored, open_path
from mtss.datasets.garments.cuts.assembly import assembled, fitted
from mtss.datasets.garments.cuts.details import (
    BRASS,
    STEEL,
    hem_stitch,
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
from mtss.datasets.garments.pieces import Fold, Line, Mark, Piece, Stud, both_sides, seam, stitch


def hoodie(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A hooded sweatshirt with a pouch, or a zip."""
    ease = rng.uniform(0, 10)
    torso = fitted(
        design,
        Torso(
            -150, 38, (110, -126), (102 + ease, -36), (100 + ease, 60), (104 + ease, 122), (98 + ease, 168), 6
        ),
    )
    front: list[Piece] = [ribbed_hem(torso.hem, torso.hem_drop, 22)]
    marks: list[Mark] = []
    if not back:
        front.insert(0, _pouch())
        if rng.random() < 0.4:
            marks = zip_marks([(0, -110), (0, 174)], STEEL)
    return assembled(
        design,
        torso,
        SleeveStyle(1.2, "rib", "second", soft=1.2),
        rng,
        band="rib",
        back=back,
        marks=marks,
        front=front,
    )


def _pouch() -> Piece:
    path = mirrored(
        [(0.0, 62.0), (38, 62)], [(38, 62), (72, 118)], [(72, 118), (72, 146)], [(72, 146), (0.0, 148)]
    )
    rim = both_sides([stitch((41, 66), (72, 122)), seam((40, 62), (74, 118), width=1.5)])
    return Piece(path, "main", puff=5, edge=2.2, drop=0.35, marks=rim)


def cardigan(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """Buttoned, ribbed at the edges."""
    torso = fitted(design, Torso(-176, 38, (106, -150), (98, -58), (96, 44), (100, 116), (97, 168), 5))
    deep = OPENINGS[design.neckline or "shawl"][1]
    front: list[Piece] = [ribbed_hem(torso.hem, torso.hem_drop, 22)]
    if not back:
        front.append(placket(torso.top + deep - 2, 172, 40, radius=5.0, width=9))
        right = patch_pocket(56, 66, 50, 58)
        front += [*right, *(p.flipped() for p in right)]
    return assembled(
        design, torso, SleeveStyle(1.12, "rib", "second"), rng, band="rib", back=back, front=front
    )


def polo(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A short placket under a soft collar."""
    torso = fitted(design, Torso(-178, 36, (102, -152), (94, -66), (90, 40), (92, 120), (93, 172), 6))
    marks = hem_stitch(torso.hem, torso.hem_drop)
    front = [] if back else [placket(torso.top + 22, 180, 26, half=torso.top + 112, width=10)]
    pieces = assembled(
        design,
        torso,
        SleeveStyle(1.0, "rib" if design.sleeve != "raglan" else "hem"),
        rng,
        band="rib",
        back=back,
        marks=marks,
        front=front,
    )
    if len(design.patterns) > 1:
        chest = closed_path(
            [(-torso.underarm[0] - 2, -40), (0, -34), (torso.underarm[0] + 2, -40)],
            [(torso.underarm[0] + 2, -40), (torso.waist[0] + 2, 30)],
            [(torso.waist[0] + 2, 30), (0, 36), (-torso.waist[0] - 2, 30)],
            [(-torso.waist[0] - 2, 30), (-torso.underarm[0] - 2, -40)],
        )
        pieces.append(Piece(chest, "second", puff=6, edge=0.6, drop=0.1))
    return pieces


def waistcoat(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """Sleeveless, buttoned, with a pointed hem."""
    torso = fitted(design, Torso(-170, 38, (100, -146), (90, -50), (80, 40), (86, 90), (88, 116), 30))
    low = torso.top + OPENINGS[design.neckline or "shawl"][1]
    marks: list[Mark] = list(both_sides([seam((54, -60), (46, 30), (52, 120), opacity=0.5)]))
    front: list[Piece] = []
    if not back:
        strip = closed_path([(-9, low - 3), (3, low - 3)], [(3, low - 3), (3, 146)], [(3, 146), (-9, 146)])
        studs = [Stud((-1, low + 12 + 30 * k), 3.8) for k in range(max(2, int((128 - low) / 30)))]
        edge = Line(open_path([(-8, low), (-8, 146)]), 1.4, -0.6)
        front = [Piece(strip, "main", puff=0.6, edge=0.8, drop=0.4, marks=(edge, *studs))]
        for x, y in ((38.0, 50.0), (34.0, -44.0)):
            welt = closed_path(
                [(x - 4, y + 3), (x + 38, y - 4)],
                [(x + 38, y - 4), (x + 39, y + 8)],
                [(x + 39, y + 8), (x - 3, y + 15)],
            )
            right = Piece(welt, "trim", puff=2, drop=0.4, marks=(stitch((x, y + 12), (x + 36, y + 5)),))
            front += [right, right.flipped()] if y > 0 else [right]
    return assembled(
        design, torso, SleeveStyle(), rng, band="stitch", back=back, marks=marks, front=front, soft=0.7
    )


def jumpsuit(design: Design, rng: Random, *, back: bool) -> list[Piece]:
    """A bodice that runs on into trousers."""
    torso = fitted(design, Torso(-262, 33, (84, -242), (72, -170), (58, -92), (60, -80), (59, -74), 3))
    bodice = assembled(design, torso, SleeveStyle(0.72), rng, band="facing", back=back, soft=0.7)
    flare = rng.choice((34.0, 44.0, 62.0))
    leg = closed_path(
        [(0, -80), (58, -80)],
        [(58, -80), (80, -10), (84, 60), (70 + flare * 0.6, 256)],
        [(70 + flare * 0.6, 256), (22 + flare * 0.1, 260)],
        [(22 + flare * 0.1, 260), (14, 120), (1, 42)],
        [(1, 42), (0, -80)],
    )
    folds = [
        Fold((40, 20), (52 + flare * 0.3, 290), 10, 4, 3),
        Fold((3, 30), (56, 12), 6, 2.6, 4),
        Fold((3, 44), (62, 60), 6, 2.6, -4),
        Fold((64, 120), (34, 150), 8, 3, 4),
    ]
    marks = (
        *slant_pocket(50, -64, 20, 50),
        seam((0.4, -80), (0.8, 42), width=1.6),
        stitch((10, 252), (130, 248)),
    )
    right = Piece(
        leg,
        "second" if len(design.patterns) > 1 else "main",
        folds=tuple(folds),
        marks=marks,
        puff=12,
        drop=0.25,
        origin=(40, 0),
    )
    belt = closed_path(
        [(-60, -90), (0, -87), (60, -90)],
        [(60, -90), (60, -76)],
        [(60, -76), (0, -73), (-60, -76)],
        [(-60, -76), (-60, -90)],
    )
    buckle = Line(
        open_path([(-8, -90), (8, -90)], [(8, -90), (8, -72)], [(8, -72), (-8, -72)], [(-8, -72), (-8, -90)]),
        2.4,
        0,
        None,
        BRASS,
        1.0,
    )
    return [right.flipped(), right, *bodice, Piece(belt, "trim", puff=3, drop=0.4, marks=(buckle,))]
