"""The training curve, painted: training loss solid, validation loss dashed."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.jobs import CurvePoint
from app.ui.theme.theme import Theme

_HEIGHT = 64


class Curve(QWidget):
    """Shows the newest part of a run (one teacher, or the student), scaled to what it has seen so far."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._points: tuple[CurvePoint, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Training curve"))
        theme.changed.connect(self.update)

    @property
    def part(self) -> str:
        """The part of the run on show, e.g. "student"; empty without points."""
        return self._points[-1].part if self._points else ""

    @property
    def has_validation(self) -> bool:
        """Whether any point carries a validation loss."""
        return any(p.validation is not None for p in self._points)

    def show_points(self, points: Sequence[CurvePoint]) -> None:
        """Take the whole run's points; the last part of them is drawn."""
        newest = points[-1].part if points else ""
        self._points = tuple(p for p in points if p.part == newest)
        self.setAccessibleDescription(self._spoken())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 3, -1, -3)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        training = [(p.epoch, p.training) for p in self._points]
        validation = [(p.epoch, p.validation) for p in self._points if p.validation is not None]
        if training:
            scale = _Scale(area, training + validation)
            self._draw(painter, scale, validation, "warn", dashed=True)
            self._draw(painter, scale, training, "accent", dashed=False)
        painter.end()

    def _draw(
        self,
        painter: QPainter,
        scale: "_Scale",
        values: Sequence[tuple[int, float]],
        role: str,
        *,
        dashed: bool,
    ) -> None:
        pen = QPen(self._theme.colour(role), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if dashed:
            pen.setDashPattern([2.0, 1.6])
        painter.setPen(pen)
        places = [scale.place(*v) for v in values]
        if len(places) == 1:
            painter.setBrush(self._theme.colour(role))
            painter.drawEllipse(places[0], 1.5, 1.5)
        painter.drawPolyline(QPolygonF(places))

    def _spoken(self) -> str:
        if not self._points:
            return self.tr("No epoch is finished yet.")
        last = self._points[-1]
        words = self.tr("{part}, epoch {epoch}: training loss {loss}").format(
            part=last.part, epoch=last.epoch, loss=f"{last.training:.4g}"
        )
        if last.validation is not None:
            words += self.tr(", validation loss {}").format(f"{last.validation:.4g}")
        return words


class _Scale:
    """Maps (epoch, loss) to the widget: the smallest loss at the bottom, the largest at the top."""

    def __init__(self, area: QRectF, values: Sequence[tuple[int, float]]) -> None:
        self._area = area
        epochs, losses = zip(*values, strict=True)
        self._first, self._last = min(epochs), max(epochs)
        self._low, self._high = min(losses), max(losses)

    def place(self, epoch: int, loss: float) -> QPointF:
        """Where a point stands; a flat curve stands in the middle, a single epoch at the left."""
        across = (epoch - self._first) / max(1, self._last - self._first)
        span = self._high - self._low
        up = (loss - self._low) / span if span else 0.5
        area = self._area
        return QPointF(area.left() + across * area.width(), area.bottom() - 2 - up * (area.height() - 4))
