"""State marks and confidence bars: state has a shape as well as a colour."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui.theme.theme import Theme

MARKS = ("unseen", "suggested", "labelled", "none", "na", "broken")
MARK_NAMES = {
    "unseen": "Unseen",
    "suggested": "Suggested",
    "labelled": "Labelled",
    "none": "None",
    "na": "Not applicable",
    "broken": "Cannot be read",
}


def paint_mark(painter: QPainter, centre: QPointF, mark: str, theme: Theme, size: float = 9.0) -> None:
    """Draw a mark: filled circle labelled, hollow unseen, dashed suggested, square none or not applicable."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = size / 2
    painter.setPen(Qt.PenStyle.NoPen)
    match mark:
        case "labelled":
            painter.setBrush(theme.colour("good"))
            painter.drawEllipse(centre, half, half)
        case "none" | "na":
            painter.setBrush(theme.colour("none"))
            painter.drawRoundedRect(QRectF(centre.x() - half, centre.y() - half, size, size), 1.5, 1.5)
        case "broken":
            painter.setPen(QPen(theme.colour("bad"), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            inner = half - 1
            painter.drawLine(centre + QPointF(-inner, -inner), centre + QPointF(inner, inner))
            painter.drawLine(centre + QPointF(-inner, inner), centre + QPointF(inner, -inner))
        case _:
            suggested = mark == "suggested"
            pen = QPen(theme.colour("accent" if suggested else "muted"), 1.3)
            if suggested:
                pen.setDashPattern([2.0, 1.6])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, half - 0.6, half - 0.6)
    painter.restore()


class Mark(QWidget):
    """A state mark in a layout."""

    def __init__(self, theme: Theme, mark: str = "unseen", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._mark = mark
        self.set_mark(mark)

    def set_mark(self, mark: str) -> None:
        """Show another state."""
        self._mark = mark
        self.setAccessibleName(MARK_NAMES[mark])
        self.setToolTip(MARK_NAMES[mark])
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(13, 13)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_mark(painter, QPointF(self.width() / 2, self.height() / 2), self._mark, self._theme)
        painter.end()


def paint_bar(painter: QPainter, where: QRectF, fraction: float, theme: Theme, *, strong: bool) -> None:
    """Draw a confidence bar: a track and its filled part."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("line"))
    radius = where.height() / 2
    painter.drawRoundedRect(where, radius, radius)
    if fraction > 0:
        filled = QRectF(where)
        filled.setWidth(max(where.height() / 2, where.width() * min(1.0, fraction)))
        painter.setBrush(theme.colour("accent" if strong else "none"))
        painter.drawRoundedRect(filled, radius, radius)
    painter.restore()
