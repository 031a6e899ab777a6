"""The training curve, painted: training loss solid, F1@1 on validation images dashed."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.jobs import CurvePoint
from app.ui.theme.theme import Theme

_HEIGHT = 64


class Curve(QWidget):
    """Shows the newest part of a run, one teacher or the student: loss on its own scale, F1@1 from 0 to 1."""

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
    def score(self) -> float | None:
        """The newest F1@1 on validation images, or None."""
        return next((p.validation for p in reversed(self._points) if p.validation is not None), None)

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
            losses = [loss for _, loss in training]
            epochs = (training[0][0], training[-1][0])
            self._draw(painter, _Scale(area, epochs, (0, 1)), validation, "warn", dashed=True)
            scale = _Scale(area, epochs, (min(losses), max(losses)))
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
            words += self.tr(", validation F1@1 {}").format(f"{last.validation:.3f}")
        return words


class _Scale:
    """Maps (epoch, value) to the widget: the lowest value at the bottom, the highest at the top."""

    def __init__(self, area: QRectF, epochs: tuple[int, int], values: tuple[float, float]) -> None:
        self._area = area
        self._first, self._last = epochs
        self._low, self._high = values

    def place(self, epoch: int, value: float) -> QPointF:
        """Where a point stands; a flat curve stands in the middle, a single epoch at the left."""
        across = (epoch - self._first) / max(1, self._last - self._first)
        span = self._high - self._low
        up = (value - self._low) / span if span else 0.5
        area = self._area
        return QPointF(area.left() + across * area.width(), area.bottom() - 2 - up * (area.height() - 4))
