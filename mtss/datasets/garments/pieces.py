"""What a garment is made of: pieces of cloth with folds, and marks drawn on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import skia

from mtss.datasets.garments.curves import Point, mirror_path, open_path

RGB = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Fold:
    """A ridge (height > 0) or valley (height < 0) along a bent line, in design units."""

    start: Point
    end: Point
    width: float
    height: float
    bend: float = 0.0

    def flipped(self) -> "Fold":
        return replace(
            self, start=(-self.start[0], self.start[1]), end=(-self.end[0], self.end[1]), bend=-self.bend
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A stroke on a piece. tone is relative to the cloth: −1 darkest, +1 lightest; color overrides it."""

    path: skia.Path
    width: float = 1.0
    tone: float = -0.55
    dash: tuple[float, float] | None = None
    color: RGB | None = None
    opacity: float = 0.8

    def flipped(self) -> "Line":
        return replace(self, path=mirror_path(self.path))


@dataclass(frozen=True, slots=True)
class Stud:
    """A button, rivet or buckle dot; color None takes the cloth's own colour, darker."""

    at: Point
    radius: float
    color: RGB | None = None
    holes: int = 4

    def flipped(self) -> "Stud":
        return replace(self, at=(-self.at[0], self.at[1]))


Mark = Line | Stud


@dataclass(frozen=True, slots=True)
class Piece:
    """One panel. cloth names which material it is cut from; grain is the thread's angle in degrees.

    puff is how far the panel bulges, edge how thick its hem looks, drop how dark a shadow it throws on what
    lies beneath. sag bends horizontals (1/units), flare fans verticals out per unit below `origin`.
    rib draws vertical ribbing with that pitch over the cloth's own texture.
    """

    path: skia.Path
    cloth: str = "main"
    grain: float = 0.0
    origin: Point = (0.0, 0.0)
    sag: float = 0.0
    flare: float = 0.0
    folds: tuple[Fold, ...] = ()
    marks: tuple[Mark, ...] = ()
    puff: float = 9.0
    edge: float = 2.0
    drop: float = 0.35
    rib: float = 0.0
    dim: float = 1.0

    def flipped(self) -> "Piece":
        """The piece for the other side of the body."""
        return replace(
            self,
            path=mirror_path(self.path),
            grain=-self.grain,
            origin=(-self.origin[0], self.origin[1]),
            folds=tuple(fold.flipped() for fold in self.folds),
            marks=tuple(mark.flipped() for mark in self.marks),
        )


def seam(*points: Point, width: float = 1.1, tone: float = -0.5, opacity: float = 0.75) -> Line:
    """A seam line through the points."""
    return Line(open_path(points), width, tone, None, None, opacity)


def stitch(*points: Point, tone: float = 0.35, color: RGB | None = None) -> Line:
    """A row of stitches through the points."""
    return Line(open_path(points), 0.9, tone, (3.2, 2.2), color, 0.75)


def both_sides(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks and their mirror images."""
    return (*marks, *(mark.flipped() for mark in marks))
