"""Sleeves: cut for the right arm; the left one is its mirror image."""

from dataclasses import dataclass
from random import Random

from mtss.datasets.garments.curves import Point, along, between, closed_path
from mtss.datasets.garments.cuts.torso import Torso
from mtss.datasets.garments.pieces import Fold, Line, Mark, Piece, Stud, seam, stitch

LENGTHS = {
    "short": 88.0,
    "three-quarter": 186.0,
    "long": 292.0,
    "puff": 92.0,
    "bell": 250.0,
    "raglan": 288.0,
    "cap": 42.0,
}
_LEAN = {
    "short": 33.0,
    "three-quarter": 21.0,
    "long": 13.0,
    "puff": 33.0,
    "bell": 19.0,
    "raglan": 14.0,
    "cap": 52.0,
}


@dataclass(frozen=True, slots=True)
class SleeveStyle:
    """wide scales the arm's width; cuff: none, hem, rib, shirt or turned; cloth names the material."""

    wide: float = 1.0
    cuff: str = "hem"
    cloth: str = "main"
    trim: str = "main"
    soft: float = 1.0


def sleeve_pieces(kind: str, torso: Torso, style: SleeveStyle, rng: Random) -> list[Piece]:
    """The right sleeve, undermost first; nothing for a sleeveless body."""
    if kind == "sleeveless":
        return []
    lean, length = _LEAN[kind] + rng.uniform(-2, 2), LENGTHS[kind] * rng.uniform(0.96, 1.04)
    arm = _Arm(torso.shoulder, torso.underarm, lean, length, _cuff_width(kind) * style.wide, torso.neck_side)
    cuff = (
        style.cuff
        if kind not in ("puff", "bell", "cap")
        else {"puff": "rib", "bell": "hem", "cap": "hem"}[kind]
    )
    pieces = [_tube(arm, kind, style, rng, cuff)]
    if cuff == "rib":
        pieces.append(_cuff(arm, 17.0 if kind != "puff" else 9.0, 0.9, style.trim, rib=3.2))
    elif cuff == "shirt":
        button: tuple[Mark, ...] = (Stud(arm.at(length - 9, 0.72), 2.5),)
        pieces.append(_cuff(arm, 20.0, 1.04, style.trim, marks=button))
    elif cuff == "turned":
        pieces.append(_cuff(arm, 24.0, 1.08, style.trim))
    return pieces


def _cuff_width(kind: str) -> float:
    return {
        "short": 55.0,
        "three-quarter": 47.0,
        "long": 39.0,
        "puff": 44.0,
        "bell": 98.0,
        "raglan": 40.0,
        "cap": 62.0,
    }[kind]


@dataclass(frozen=True, slots=True)
class _Arm:
    shoulder: Point
    underarm: Point
    lean: float
    length: float
    cuff: float
    neck: Point

    def outer(self, length: float, bulge: float = 0.0) -> Point:
        return along(self.shoulder, self.lean, length, -bulge)

    def inner(self, length: float, bulge: float = 0.0) -> Point:
        end = along(self.outer(self.length), self.lean, 0, self.cuff)
        point = between(self.underarm, end, length / self.length)
        return along(point, self.lean, 0, bulge)

    def at(self, length: float, aside: float) -> Point:
        """A point on the sleeve: aside 0 is the outer line, 1 the inner."""
        return between(self.outer(length), self.inner(length), aside)


def _tube(arm: _Arm, kind: str, style: SleeveStyle, rng: Random, cuff: str) -> Piece:
    n = arm.length
    swell = {"puff": 24.0, "bell": -6.0}.get(kind, 3.5)
    gather = 8.0 if cuff in ("rib", "shirt") and kind != "puff" else 0.0
    tuck = (arm.shoulder[0] - 26, arm.shoulder[1] + 12)
    outer = [
        arm.outer(0),
        arm.outer(n * 0.3, swell),
        arm.outer(n * 0.75, swell * 0.6 + gather * 0.5),
        arm.outer(n),
    ]
    inner = [
        arm.inner(n),
        arm.inner(n * 0.7, gather * 0.6 + swell * 0.3),
        arm.inner(n * 0.3, -2),
        arm.inner(0),
    ]
    if kind == "raglan":
        tuck = (arm.neck[0] + 1, arm.neck[1] + 5)
    hidden = (arm.underarm[0] - 26, arm.underarm[1] - 6)
    path = closed_path(
        [tuck, arm.outer(0)],
        outer,
        [outer[-1], arm.at(n + 2.5, 0.5), inner[0]],
        inner,
        [inner[-1], (arm.underarm[0] - 4, arm.underarm[1] - 1) if kind == "raglan" else hidden],
    )
    marks: list[Mark] = []
    if kind == "raglan":
        marks.append(stitch((tuck[0] + 5, tuck[1]), (arm.underarm[0] + 2, arm.underarm[1] - 4)))
    if cuff == "hem":
        marks.append(stitch(arm.at(n - 8, -0.1), arm.at(n - 7, 0.5), arm.at(n - 8, 1.1)))
        marks.append(
            seam(arm.at(n - 10, -0.1), arm.at(n - 9, 0.5), arm.at(n - 10, 1.1), opacity=0.4, width=0.8)
        )
    return Piece(
        path,
        style.cloth,
        grain=-arm.lean,
        origin=arm.shoulder,
        folds=_sleeve_folds(arm, kind, style, rng),
        marks=tuple(marks),
        puff=11.0,
        drop=0.3,
    )


def _sleeve_folds(arm: _Arm, kind: str, style: SleeveStyle, rng: Random) -> tuple[Fold, ...]:
    folds: list[Fold] = []
    n = arm.length
    if kind in ("puff", "bell"):
        for k in range(6):
            aside = (k + 0.5) / 6
            start, end = (arm.at(-10, aside), arm.at(n + 20, aside))
            folds.append(
                Fold(start, end, 5.5, rng.uniform(2.5, 4.5) * (1 if k % 2 else -1), rng.uniform(-3, 3))
            )
        return tuple(folds)
    for _ in range(max(2, int(n / 42))):
        at = rng.uniform(0.12, 0.92) * n
        way = rng.choice((-1, 1))
        start = arm.at(at, 1.15 if way > 0 else -0.15)
        end = arm.at(at + rng.uniform(24, 62), rng.uniform(-0.15, 0.3) if way > 0 else rng.uniform(0.7, 1.15))
        folds.append(
            Fold(start, end, rng.uniform(6, 10), style.soft * rng.uniform(1.8, 3.8), rng.uniform(-4, 4))
        )
    folds.append(
        Fold(arm.at(-10, 0.62), arm.at(n, 0.6), 9, style.soft * rng.uniform(-2.5, 2.0), rng.uniform(-4, 4))
    )
    folds.append(Fold(arm.at(5, 0.95), arm.at(n * 0.4, 0.6), 6, style.soft * 2.6, 3))
    return tuple(folds)


def _cuff(
    arm: _Arm, deep: float, spread: float, cloth: str, rib: float = 0.0, marks: tuple[Mark, ...] = ()
) -> Piece:
    n = arm.length
    rim = (1 - spread) / 2
    a, b = arm.at(n - deep, rim - 0.03), arm.at(n - deep, 1.03 - rim)
    c, d = arm.at(n + 2, 1 - rim), arm.at(n + 2, rim)
    path = closed_path([a, arm.at(n - deep + 2, 0.5), b], [b, c], [c, arm.at(n + 4, 0.5), d], [d, a])
    lines: list[Line] = (
        []
        if rib
        else [
            stitch(arm.at(n - deep + 3, -0.1), arm.at(n - deep + 5, 0.5), arm.at(n - deep + 3, 1.1)),
            stitch(arm.at(n - 2, -0.1), arm.at(n, 0.5), arm.at(n - 2, 1.1)),
        ]
    )
    return Piece(
        path, cloth, grain=-arm.lean, origin=arm.shoulder, marks=(*lines, *marks), puff=5, rib=rib, drop=0.4
    )
