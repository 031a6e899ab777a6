"""Where the garment stands in the picture: fitted, cropped closer, turned."""

from collections.abc import Sequence

import skia

from mtss.datasets.garments.pieces import Piece

Size = tuple[int, int]
_MOST = 1.5  # a small article is not blown up beyond this


def bounds(pieces: Sequence[Piece]) -> skia.Rect:
    """The box round all pieces, in design units."""
    box = pieces[0].path.computeTightBounds()
    for piece in pieces[1:]:
        box.join(piece.path.computeTightBounds())
    return box


def fitted_view(pieces: Sequence[Piece], size: Size, fill: float) -> skia.Matrix:
    """Centres the article so that it takes up `fill` of the picture's width or height."""
    box = bounds(pieces)
    scale = min(fill * size[0] / box.width(), fill * size[1] / box.height())
    scale = min(scale, _MOST * min(size[0] / 480, size[1] / 600))
    view = skia.Matrix.Translate(size[0] / 2, size[1] / 2)
    view.preScale(scale, scale)
    view.preTranslate(-box.centerX(), -box.centerY())
    return view


def moved(
    view: skia.Matrix, size: Size, *, zoom: float, turn: float, shift: tuple[float, float]
) -> skia.Matrix:
    """The view zoomed and turned (degrees) about the centre, then shifted by fractions of the picture."""
    out = skia.Matrix.Translate(size[0] * (0.5 + shift[0]), size[1] * (0.5 + shift[1]))
    out.preRotate(turn)
    out.preScale(zoom, zoom)
    out.preTranslate(-size[0] / 2, -size[1] / 2)
    out.preConcat(view)
    return out
