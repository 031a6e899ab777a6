"""Draws pieces in order into colour, weave and light buffers, then puts the light on."""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

from mtss.datasets.garments.cloth import Cloth
from mtss.datasets.garments.light import Field, box_blur, fold_height, lit, open_blur, shifted, undulation
from mtss.datasets.garments.marks import draw_mark, rib_lines
from mtss.datasets.garments.pieces import Line, Piece, Stud

_PAD = 40  # pixels round a piece that its shadow may reach


def surface_on(pixels: NDArray[np.uint8], color_type: skia.ColorType) -> skia.Canvas:
    """A canvas that draws into the array."""
    surface = skia.Surface(pixels, colorType=color_type, alphaType=skia.AlphaType.kPremul_AlphaType)
    return surface.getCanvas()


class Sheet:
    """One garment on nothing: colour and alpha at [height, width], seen through `view`
    (design units → pixels)."""

    def __init__(self, width: int, height: int, view: skia.Matrix, cloths: Mapping[str, Cloth]) -> None:
        self._shape = (height, width)
        self._view, self._cloths = view, cloths
        self._scale = float(
            np.sqrt(abs(view.getScaleX() * view.getScaleY() - view.getSkewX() * view.getSkewY()))
        )
        self._color = np.zeros((height, width, 4), np.uint8)
        self._weave = np.full((height, width, 4), 128, np.uint8)
        self._diffuse = np.ones((height, width), np.float32)
        self._shine = np.zeros((height, width), np.float32)
        self._grain = np.zeros((height, width), np.float32)
        self._level = np.full((height, width), 0.5, np.float32)
        inverse = skia.Matrix()
        view.invert(inverse)
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        self._u = inverse.getScaleX() * x + inverse.getSkewX() * y + inverse.getTranslateX()
        self._v = inverse.getSkewY() * x + inverse.getScaleY() * y + inverse.getTranslateY()

    def draw(self, pieces: Iterable[Piece], rng: Random) -> None:
        """Draws the pieces, the first one undermost."""
        color = surface_on(self._color, skia.ColorType.kRGBA_8888_ColorType)
        weave = surface_on(self._weave, skia.ColorType.kRGBA_8888_ColorType)
        for canvas in (color, weave):
            canvas.concat(self._view)
        for piece in pieces:
            self._draw_piece(piece, color, weave, rng)

    def _draw_piece(self, piece: Piece, color: skia.Canvas, weave: skia.Canvas, rng: Random) -> None:
        cloth = self._cloths[piece.cloth]
        phase = rng.uniform(0, 6)
        self._shade(piece, cloth, rng)
        color.drawPath(piece.path, skia.Paint(AntiAlias=True, Shader=cloth.print_shader(piece, phase)))
        weave.drawPath(piece.path, skia.Paint(AntiAlias=True, Shader=cloth.weave_shader(piece)))
        color.save()
        color.clipPath(piece.path, skia.ClipOp.kIntersect, True)
        if piece.rib:
            for line in rib_lines(piece):
                draw_mark(color, line, cloth.color)
        for mark in piece.marks:
            if isinstance(mark, Line):
                draw_mark(color, mark, cloth.color)
        color.restore()
        for mark in piece.marks:
            if isinstance(mark, Stud):
                draw_mark(color, mark, cloth.color)

    def _shade(self, piece: Piece, cloth: Cloth, rng: Random) -> None:
        window = self._window(piece.path)
        if window is None:
            return
        rows, columns = window
        mask = self._mask(piece.path, rows, columns)
        s, fabric = self._scale, cloth.fabric
        height = piece.puff * fabric.body * 0.95 * open_blur(mask, max(2, round(11 * s)))
        height += piece.puff * 0.30 * open_blur(mask, max(1, round(4 * s)))
        height += piece.edge * 0.9 * open_blur(mask, max(1, round(1.4 * s)))
        height += fabric.drape * undulation(
            self._u[rows, columns], self._v[rows, columns], rng, piece.puff * 0.11
        )
        for fold in piece.folds:
            height += fabric.drape * fold_height(fold, self._u[rows, columns], self._v[rows, columns])
        diffuse, align = lit(height, s)
        self._cast(mask, rows, columns, piece.drop)
        shine = fabric.gloss * align ** (fabric.sharpness * 6)
        for buffer, value in (
            (self._diffuse, diffuse * piece.dim),
            (self._shine, shine * piece.dim),
            (self._grain, np.float32(fabric.grain)),
            (self._level, np.float32(cloth.level)),
        ):
            part = buffer[rows, columns]
            part += (value - part) * mask

    def _cast(self, mask: Field, rows: slice, columns: slice, drop: float) -> None:
        """The shadow that a piece throws on what already lies there, down and to the right."""
        if drop <= 0:
            return
        step = max(1, round(2.2 * self._scale))
        shadow = shifted(box_blur(mask, max(1, round(3 * self._scale))), step // 2, step)
        self._diffuse[rows, columns] *= 1 - drop * shadow * (1 - mask)
        self._shine[rows, columns] *= 1 - drop * shadow * (1 - mask)

    def _window(self, path: skia.Path) -> tuple[slice, slice] | None:
        box = self._view.mapRect(path.computeTightBounds())
        top, bottom = max(0, int(box.top()) - _PAD), min(self._shape[0], int(box.bottom()) + _PAD)
        left, right = max(0, int(box.left()) - _PAD), min(self._shape[1], int(box.right()) + _PAD)
        if bottom - top < 4 or right - left < 4:
            return None
        return slice(top, bottom), slice(left, right)

    def _mask(self, path: skia.Path, rows: slice, columns: slice) -> Field:
        pixels = np.zeros((rows.stop - rows.start, columns.stop - columns.start, 4), np.uint8)
        canvas = surface_on(pixels, skia.ColorType.kRGBA_8888_ColorType)
        canvas.translate(-columns.start, -rows.start)
        canvas.concat(self._view)
        canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=skia.ColorWHITE))
        return pixels[..., 0].astype(np.float32) / 255

    def finished(self) -> tuple[NDArray[np.floating[Any]], Field]:
        """Lit colour [H, W, 3] in 0…1, not premultiplied, and alpha [H, W]."""
        alpha = self._color[..., 3].astype(np.float32) / 255
        color = self._color[..., :3].astype(np.float32) / (255 * np.maximum(alpha, 1e-3))[..., None]
        weave = (self._weave[..., 0].astype(np.float32) / 255 - self._level) * self._grain
        down = np.clip(1 + 0.62 * (np.minimum(self._diffuse, 1) - 1), 0.12, 1)
        up = np.clip(self._diffuse - 1, 0, 0.6)
        out = color * (down * (1 + 0.85 * weave))[..., None]
        # Dark cloth shows its folds by what it reflects, pale cloth by what it does not.
        room = 1 - out
        glow = 0.34 * up + 0.10 * weave + 0.75 * np.minimum(self._shine, 1)
        out += np.where(glow[..., None] > 0, room, 1 - 0.5 * room) * (glow * (0.35 + 0.65 * alpha))[..., None]
        return np.clip(out, 0, 1), alpha
