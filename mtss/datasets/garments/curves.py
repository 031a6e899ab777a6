"""Smooth outlines: Catmull-Rom runs joined at corners, in design units (480 × 600, origin at the centre)."""

import math
from collections.abc import Sequence

import skia

Point = tuple[float, float]
Run = Sequence[Point]


def smooth_path(runs: Sequence[Run], *, closed: bool) -> skia.Path:
    """Joins runs into one path. Inside a run the curve is smooth; where two runs meet is a corner.

    Each run begins where the one before it ended; a run of two points is a straight line.
    """
    path = skia.Path()
    path.moveTo(*runs[0][0])
    for run in runs:
        _append_run(path, run)
    if closed:
        path.close()
    return path


def _append_run(path: skia.Path, run: Run) -> None:
    if len(run) == 2:
        path.lineTo(*run[1])
        return
    loop = len(run) > 3 and math.dist(run[0], run[-1]) < 1e-6
    for i in range(len(run) - 1):
        before = run[i - 1] if i > 0 else (run[-2] if loop else run[0])
        start, end = run[i], run[i + 1]
        after = run[i + 2] if i + 2 < len(run) else (run[1] if loop else run[-1])
        path.cubicTo(
            start[0] + (end[0] - before[0]) / 6,
            start[1] + (end[1] - before[1]) / 6,
            end[0] - (after[0] - start[0]) / 6,
            end[1] - (after[1] - start[1]) / 6,
            end[0],
            end[1],
        )


def open_path(*runs: Run) -> skia.Path:
    """An open line for seams and strokes."""
    return smooth_path(runs, closed=False)


def closed_path(*runs: Run) -> skia.Path:
    """A closed outline; the last point is joined to the first."""
    return smooth_path(runs, closed=True)


def flipped(points: Run) -> list[Point]:
    """The points mirrored left to right, in reverse order."""
    return [(-x, y) for x, y in reversed(points)]


def mirrored(*runs: Run, corner_top: bool = False, corner_bottom: bool = False) -> skia.Path:
    """A symmetric outline from its right half, given clockwise from the top centre to the bottom centre.

    The curve passes smoothly through the centre line unless a corner is asked for there.
    """
    right = [list(run) for run in runs]
    left = [flipped(run) for run in reversed(right)]
    if not corner_bottom:
        right[-1] = right[-1] + left.pop(0)[1:]
    if not corner_top and left:
        right[0] = left.pop()[:-1] + right[0]
    return smooth_path([*right, *left], closed=True)


def mirror_path(path: skia.Path) -> skia.Path:
    """The path mirrored left to right."""
    copy = skia.Path()
    path.transform(skia.Matrix.Scale(-1, 1), copy)
    return copy


def along(start: Point, angle: float, length: float, aside: float = 0.0) -> Point:
    """The point `length` from start in the direction `angle` (degrees from straight down, positive to the
    right), moved `aside` to the left of that direction as seen on screen."""
    a = math.radians(angle)
    return (
        start[0] + math.sin(a) * length - math.cos(a) * aside,
        start[1] + math.cos(a) * length + math.sin(a) * aside,
    )


def between(a: Point, b: Point, t: float) -> Point:
    """The point a fraction t of the way from a to b."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
