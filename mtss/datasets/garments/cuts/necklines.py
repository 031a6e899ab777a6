"""Necklines: the edge of the body at the neck, and the bands and collars that sit there."""

from dataclasses import dataclass

from mtss.datasets.garments.curves import Point, Run, between, closed_path, mirrored
from mtss.datasets.garments.cuts.collars import collar_pieces
from mtss.datasets.garments.cuts.torso import Torso
from mtss.datasets.garments.pieces import Fold, Piece, both_sides, seam, stitch

# Half width of the opening and its depth at the centre.
OPENINGS: dict[str, tuple[float, float]] = {
    "crew": (37.0, 25.0),
    "v-neck": (40.0, 86.0),
    "scoop": (50.0, 74.0),
    "boat": (74.0, 13.0),
    "square": (50.0, 56.0),
    "turtleneck": (32.0, 9.0),
    "collar": (35.0, 26.0),
    "lapel": (36.0, 150.0),
    "hood": (40.0, 40.0),
    "shawl": (37.0, 140.0),
    "polo collar": (36.0, 28.0),
    "mandarin": (33.0, 22.0),
    "halter": (30.0, 22.0),
    "sweetheart": (92.0, 30.0),
    "strapless": (92.0, 5.0),
    "off-shoulder": (96.0, 14.0),
    "henley": (37.0, 28.0),
}
BARE_SHOULDERS = frozenset({"strapless", "sweetheart", "off-shoulder"})
COLLARS = frozenset({"collar", "lapel", "hood", "shawl", "polo collar", "mandarin"})


@dataclass(frozen=True, slots=True)
class Neck:
    """runs lead from the centre to the neck's side; corner: they meet at an angle in the centre.

    over lies on the body, under beneath it (but above the inside of the back).
    """

    runs: tuple[tuple[Point, ...], ...]
    corner: bool
    over: tuple[Piece, ...] = ()


def back_runs(torso: Torso) -> tuple[tuple[Point, ...], ...]:
    """The higher edge at the nape, seen through the opening in front."""
    top = torso.top
    return (((0.0, top + 9.0), (torso.neck * 0.6, top + 7.0), (torso.neck, top)),)


def neckline(kind: str, torso: Torso, depth: float, *, band: str, back: bool) -> Neck:
    """The neckline of that kind; depth is at the centre. band finishes the edge: rib, stitch or facing."""
    if back:
        depth = min(depth * 0.35, 30.0) if kind not in COLLARS else 12.0
    runs, corner = _edge(kind, torso, depth)
    over: list[Piece] = []
    if kind == "turtleneck":
        over = _turtleneck(torso)
    elif kind in COLLARS:
        over = list(collar_pieces(kind, torso, depth, back=back))
    else:
        over = [_flounce(torso)] if kind == "off-shoulder" else [_band(runs, corner, torso, band)]
    return Neck(runs, corner, tuple(over))


def _edge(kind: str, torso: Torso, depth: float) -> tuple[tuple[tuple[Point, ...], ...], bool]:
    w, top = torso.neck, torso.top
    low = top + depth
    if kind in ("v-neck", "lapel", "shawl"):
        return (((0.0, low), (w * 0.42, top + depth * 0.52), (w * 0.86, top + depth * 0.13), (w, top)),), True
    if kind == "square":
        return (((0.0, low + 1), (w * 0.5, low + 0.6), (w * 0.9, low)), ((w * 0.9, low), (w, top))), False
    if kind == "scoop":
        return (((0.0, low), (w * 0.5, low - depth * 0.1), (w * 0.88, top + depth * 0.52), (w, top)),), False
    if kind == "sweetheart":
        return (((0.0, low), (w * 0.22, top - 6), (w * 0.52, top - 16), (w * 0.86, top - 2), (w, top)),), True
    if kind in ("boat", "strapless", "off-shoulder"):
        return (((0.0, low), (w * 0.55, top + depth * 0.72), (w, top)),), False
    return (((0.0, low), (w * 0.52, top + depth * 0.83), (w * 0.9, top + depth * 0.36), (w, top)),), False


def _inwards(
    runs: tuple[tuple[Point, ...], ...], torso: Torso, width: float, corner: bool
) -> list[list[Point]]:
    """The neck edge moved down into the cloth by the width of its band."""
    centre: Point = (0.0, torso.top - 40.0)
    out: list[list[Point]] = []
    for run in runs:
        moved: list[Point] = []
        for x, y in run:
            dx, dy = x - centre[0], y - centre[1]
            size = max(1.0, (dx * dx + dy * dy) ** 0.5)
            grow = width * (1.45 if corner and x == 0 else 1.0)
            moved.append((x if x == 0 else x + dx / size * grow, y + dy / size * grow))
        out.append(moved)
    return out


def _band(runs: tuple[tuple[Point, ...], ...], corner: bool, torso: Torso, band: str) -> Piece:
    """A strip along the neck edge: ribbed on knitwear, faced and top-stitched elsewhere."""
    width = {"rib": 10.0, "stitch": 8.0, "facing": 4.0}[band]
    inner = _inwards(runs, torso, width, corner)
    end = runs[-1][-1]
    tip = between(end, torso.shoulder, width * 0.95 / max(20.0, torso.shoulder[0] - end[0]))
    if torso.neck < torso.shoulder[0] - width * 2:
        inner[-1][-1] = tip
    ring: list[Run] = [*inner, [inner[-1][-1], end], *[list(reversed(run)) for run in reversed(runs)]]
    path = mirrored(*ring, corner_top=corner, corner_bottom=corner)
    marks = ()
    if band != "facing":
        line = [point for run in inner for point in run]
        marks = both_sides([seam(*line, width=1.6, opacity=0.5)])
    if band == "stitch":
        close = [point for run in _inwards(runs, torso, width * 0.8, corner) for point in run]
        marks = (*marks, *both_sides([stitch(*close)]))
    return Piece(path, "trim", puff=2.5, edge=2.4, drop=0.22, marks=marks)


def _flounce(torso: Torso) -> Piece:
    """The gathered frill that runs round the upper arms."""
    x, y = torso.underarm[0] + 26, torso.top - 8
    path = mirrored(
        [(0.0, y + 14), (x * 0.6, y + 8), (x, y - 4)], [(x, y - 4), (x + 14, y + 30), (x + 8, y + 62)],
        [(x + 8, y + 62), (x * 0.75, y + 60), (x * 0.5, y + 72), (x * 0.25, y + 66), (0.0, y + 74)],
    )  # fmt: skip
    folds = tuple(
        Fold((x * k / 5, y - 12), (x * k / 4.4, y + 90), 7, 4.5 * (1 if k % 2 else -1)) for k in range(-5, 6)
    )
    return Piece(path, "trim", folds=folds, puff=9, drop=0.5)


def _turtleneck(torso: Torso) -> list[Piece]:
    w, top = torso.neck, torso.top
    high = top - 44
    inside = closed_path(
        [(-w + 3, high + 3), (0.0, high - 4), (w - 3, high + 3)],
        [(w - 3, high + 3), (0.0, high + 12), (-w + 3, high + 3)],
    )
    roll = mirrored(
        [(0.0, high + 9), (w * 0.6, high + 7), (w - 1, high + 3)],
        [(w - 1, high + 3), (w + 3.5, high + 18), (w + 5, top + 4), (w + 2, top + 8)],
        [(w + 2, top + 8), (w * 0.55, top + 18), (0.0, top + 21)],
    )
    return [
        Piece(inside, "trim", dim=0.5, puff=0, edge=0, rib=3.6),
        Piece(roll, "trim", puff=10, rib=3.6, drop=0.5),
    ]
