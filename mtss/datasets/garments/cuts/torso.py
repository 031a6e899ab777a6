"""The body of an upper garment: shoulders, armholes, sides, hem; and its folds."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import skia

from mtss.datasets.garments.curves import Point, Run, mirrored
from mtss.datasets.garments.pieces import Fold


@dataclass(frozen=True, slots=True)
class Torso:
    """Half-widths and heights in design units, on the right side of the body."""

    top: float  # y of the neck's side
    neck: float  # half width of the neck opening
    shoulder: Point
    underarm: Point
    waist: Point
    hip: Point
    hem: Point
    hem_drop: float = 6.0  # how much lower the hem is at the centre
    flare: bool = False  # straight from waist to hem, as in a dress
    strap: float = 0.0  # > 0: no shoulders, straps of that width

    @property
    def neck_side(self) -> Point:
        """Where the neckline meets the shoulder."""
        return (self.neck, self.top)

    def side(self) -> list[Point]:
        """The side seam from underarm to hem."""
        middle = [] if self.flare else [self.hip]
        return [self.underarm, self.waist, *middle, self.hem]

    def hem_run(self) -> list[Point]:
        """The hem from the side to the centre."""
        x, y = self.hem
        return [(x, y), (x * 0.55, y + self.hem_drop * 0.8), (0.0, y + self.hem_drop)]

    def armhole(self) -> list[Point]:
        """From shoulder tip to underarm, hollowed towards the body."""
        (sx, sy), (ux, uy) = self.shoulder, self.underarm
        return [(sx, sy), (min(sx, ux) - 7, sy + (uy - sy) * 0.6), (ux, uy)]

    def outline(self, front: Sequence[Run], *, corner: bool) -> skia.Path:
        """The whole outline under a neckline given from the centre to the neck's side."""
        return mirrored(
            *front,
            [self.neck_side, self.shoulder],
            self.armhole(),
            self.side(),
            self.hem_run(),
            corner_top=corner,
        )


def body_folds(torso: Torso, rng: Random, *, soft: float = 1.0) -> tuple[Fold, ...]:
    """Hanging folds from the bust, pulls from the underarms, and some slack at the waist."""
    folds: list[Fold] = []
    bottom, wide = torso.hem[1] + torso.hem_drop, torso.hem[0]
    waist_x, waist_y = torso.waist
    for way in (-1.0, 1.0):
        ux, uy = torso.underarm
        for k in range(rng.choice((2, 3))):
            reach = rng.uniform(0.3, 0.6)
            end = (way * ux * (1 - reach), uy + rng.uniform(18, 70) + k * 14)
            start = (way * (ux - 3), uy - 14 + 9 * k)
            folds.append(
                Fold(start, end, rng.uniform(7, 12), soft * rng.uniform(2.0, 4.2), way * rng.uniform(-8, 4))
            )
        folds.append(
            Fold(
                (way * waist_x * 0.98, waist_y + rng.uniform(-16, 16)),
                (way * waist_x * rng.uniform(0.1, 0.5), waist_y + rng.uniform(-6, 34)),
                rng.uniform(8, 14),
                soft * rng.uniform(2.0, 4.0),
                rng.uniform(-6, 6),
            )
        )
    for _ in range(rng.choice((3, 4, 5))):
        x = rng.uniform(-0.8, 0.8) * wide
        high = waist_y + rng.uniform(-70, 30)
        folds.append(
            Fold(
                (x * 0.75, high),
                (x, bottom + 12),
                rng.uniform(9, 18),
                soft * rng.uniform(-4.5, 4.8),
                rng.uniform(-9, 9),
            )
        )
    return tuple(folds)


def skirt_folds(top: Point, hem: Point, rng: Random, depth: float = 6.0) -> tuple[Fold, ...]:
    """Flutes that spring from the waist and widen to the hem."""
    folds: list[Fold] = []
    count = rng.choice((6, 7, 8, 9))
    for k in range(count):
        t = (k + 0.5) / count * 2 - 1 + rng.uniform(-0.06, 0.06)
        start = (t * top[0] * 0.85, top[1] - 30)
        end = (t * hem[0], hem[1] + 90)
        way = 1 if k % 2 else -1
        folds.append(
            Fold(
                start,
                end,
                rng.uniform(0.055, 0.085) * hem[0],
                way * depth * rng.uniform(0.7, 1.1),
                rng.uniform(-5, 5),
            )
        )
    return tuple(folds)
