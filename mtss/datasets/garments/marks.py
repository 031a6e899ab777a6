"""Seams, stitches, ribs, buttons."""

from collections.abc import Iterator

import skia

from mtss.datasets.garments.curves import open_path
from mtss.datasets.garments.palette import luminance, mix, toned
from mtss.datasets.garments.patterns.tile import ink
from mtss.datasets.garments.pieces import RGB, Line, Mark, Piece, Stud


def draw_mark(canvas: skia.Canvas, mark: Mark, cloth: RGB) -> None:
    """Draws a mark in design units on a cloth of that colour."""
    if isinstance(mark, Line):
        _draw_line(canvas, mark, cloth)
    else:
        _draw_stud(canvas, mark, cloth)


def _draw_line(canvas: skia.Canvas, line: Line, cloth: RGB) -> None:
    paint = ink(line.color or toned(cloth, line.tone), line.opacity, stroke=line.width)
    if line.dash:
        paint.setPathEffect(skia.DashPathEffect.Make(list(line.dash), 0))
        paint.setStrokeCap(skia.Paint.kButt_Cap)
    canvas.drawPath(line.path, paint)


def _draw_stud(canvas: skia.Canvas, stud: Stud, cloth: RGB) -> None:
    x, y = stud.at
    r = stud.radius
    color = stud.color or toned(cloth, -0.45 if luminance(cloth) > 0.3 else 0.3)
    canvas.drawCircle(x + r * 0.25, y + r * 0.4, r * 1.08, ink((0.0, 0.0, 0.0), 0.28))
    canvas.drawCircle(x, y, r, ink(mix(color, (0.0, 0.0, 0.0), 0.25)))
    canvas.drawCircle(x - r * 0.06, y - r * 0.08, r * 0.86, ink(color))
    canvas.drawCircle(x - r * 0.1, y - r * 0.12, r * 0.6, ink(mix(color, (1.0, 1.0, 1.0), 0.16)))
    if stud.holes:
        for k in range(stud.holes):
            dx, dy = ((-1, -1), (1, -1), (1, 1), (-1, 1))[k]
            canvas.drawCircle(x + dx * r * 0.24, y + dy * r * 0.24, r * 0.12, ink((0.05, 0.05, 0.06), 0.7))
    else:
        canvas.drawCircle(x - r * 0.3, y - r * 0.35, r * 0.25, ink((1.0, 1.0, 1.0), 0.7))


def rib_lines(piece: Piece) -> Iterator[Line]:
    """Ribbing: a dark and a light line every `rib` units along the piece's grain."""
    box = piece.path.computeTightBounds()
    turned = skia.Matrix.RotateDeg(piece.grain, skia.Point(box.centerX(), box.centerY()))
    reach = max(box.width(), box.height())
    count = int(reach / piece.rib) + 2
    for k in range(-count // 2, count // 2 + 1):
        for offset, tone, opacity in ((0.0, -0.5, 0.5), (piece.rib * 0.45, 0.25, 0.4)):
            x = box.centerX() + k * piece.rib + offset
            path = open_path([(x, box.centerY() - reach), (x, box.centerY() + reach)])
            path.transform(turned)
            yield Line(path, piece.rib * 0.34, tone, None, None, opacity)
