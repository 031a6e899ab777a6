"""Icons of one outline family, coloured by the theme and drawn sharp at every scale."""

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.services.resources import locate


class Icons:
    """Makes icons by name. ``colours`` maps a role such as ``muted`` to ``#rrggbb``."""

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}

    def icon(self, name: str, colour: str, on: str | None = None, disabled: str | None = None) -> QIcon:
        """The icon in one colour, another while checked, and a third while disabled."""
        source = self._source(name)
        return QIcon(_SvgEngine(source, colour, on or colour, disabled or colour))

    def pixmap(self, name: str, colour: str, size: int, ratio: float) -> QPixmap:
        """The icon as a picture of ``size`` logical pixels at a screen's pixel ratio."""
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        _render(self._source(name), colour, painter, QRectF(0, 0, size, size))
        painter.end()
        return pixmap

    def _source(self, name: str) -> str:
        if name not in self._sources:
            self._sources[name] = locate("icons", f"{name}.svg").read_text("utf-8")
        return self._sources[name]


def _render(source: str, colour: str, painter: QPainter, where: QRectF) -> None:
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, where)


class _SvgEngine(QIconEngine):
    def __init__(self, source: str, colour: str, on: str, disabled: str) -> None:
        super().__init__()
        self._source = source
        self._colour = colour
        self._on = on
        self._disabled = disabled

    def _pick(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return self._disabled
        return self._on if state == QIcon.State.On else self._colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        _render(self._source, self._pick(mode, state), painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _SvgEngine(self._source, self._colour, self._on, self._disabled)
