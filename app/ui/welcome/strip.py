"""A strip of pictures from the demo catalogue, each on its own white tile."""

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme.theme import Theme

TILES = 8
_TILE = QSize(100, 125)
_GAP = 12
_RATIO = 2
"""Pictures are read at twice their size, so that they are sharp on a dense screen."""


def pictures(folder: Path, count: int = TILES) -> list[QImage]:
    """Up to ``count`` pictures, spread evenly over the folder's images.

    Reads files: not for the window's thread.
    """
    found = sorted(
        Path(base, name)
        for base, _, names in os.walk(folder)
        for name in names
        if name.lower().endswith((".jpg", ".jpeg", ".png"))
    )
    step = max(1, len(found) // count)
    read = (_read(path) for path in found[step // 2 :: step][:count])
    return [image for image in read if not image.isNull()]


def _read(path: Path) -> QImage:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(_TILE * _RATIO, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class Strip(QWidget):
    """Paints the tiles in a row; empty tiles until the pictures are there."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pictures: tuple[QImage, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(TILES * _TILE.width() + (TILES - 1) * _GAP, _TILE.height())
        self.setAccessibleName(self.tr("Pictures from the demo catalogue"))
        theme.changed.connect(self.update)

    def show_pictures(self, pictures_: Sequence[QImage]) -> None:
        """Take the pictures; without any the strip goes away."""
        self._pictures = tuple(pictures_)
        self.setVisible(bool(pictures_))
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for place in range(TILES):
            left = place * (_TILE.width() + _GAP)
            tile = QRectF(left, 0, _TILE.width(), _TILE.height()).adjusted(0.5, 0.5, -0.5, -0.5)
            outline = QPainterPath()
            outline.addRoundedRect(tile, 8, 8)
            painter.fillPath(outline, self._theme.colour("tile"))
            if place < len(self._pictures):
                painter.save()
                painter.setClipPath(outline)
                _draw(painter, tile, self._pictures[place])
                painter.restore()
            painter.strokePath(outline, QPen(self._theme.colour("line"), 1))
        painter.end()


def _draw(painter: QPainter, tile: QRectF, image: QImage) -> None:
    size = image.size().scaled(tile.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    where = QRectF(0, 0, size.width(), size.height())
    where.moveCenter(tile.center())
    painter.drawImage(where, image)
