"""The image, large, on its own white tile: fit, 100 %, zoom to the pointer, pan."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.ui.theme.theme import Theme

ZOOM_STEP = 1.25
SMALLEST, LARGEST = 0.02, 16.0
MARGIN = 24


class Viewer(QWidget):
    """Shows one picture. ``zoomed`` carries the scale as pictured pixels a screen pixel."""

    zoomed = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pixmap = QPixmap()
        self._natural = QSizeF()
        self._scale: float | None = None
        self._centre = QPointF(0.5, 0.5)
        self._grabbed: QPointF | None = None
        self._words = ""
        self.top_margin = 60
        self.setMinimumSize(200, 200)
        self.setAccessibleName(self.tr("Image"))
        theme.changed.connect(self.update)

    def show_image(self, image: QImage, natural: QSizeF) -> None:
        """Show a picture. ``natural`` is the file's own size; a preview may have fewer pixels than that."""
        same = self._refined(natural, image)
        self._pixmap = QPixmap.fromImage(image)
        self._natural = natural
        self._words = ""
        if not same:
            self._scale, self._centre = None, QPointF(0.5, 0.5)
        self.zoomed.emit(self.scale())
        self.update()

    @property
    def words(self) -> str:
        """What stands in the picture's place; empty while there is a picture."""
        return self._words

    def show_words(self, words: str) -> None:
        """Show words in the picture's place: loading, or why it cannot be read."""
        self._pixmap = QPixmap()
        self._natural = QSizeF()
        self._words = words
        self.update()

    def _refined(self, natural: QSizeF, image: QImage) -> bool:
        """Whether it is the same picture with more pixels: zoom and place stay then."""
        return natural == self._natural and image.width() > self._pixmap.width() > 0

    def has_image(self) -> bool:
        """Whether a picture is on screen."""
        return not self._pixmap.isNull()

    def wants_more(self) -> bool:
        """Whether the screen could show more pixels than the picture at hand has."""
        shown = self._natural.width() * self.scale() * self.devicePixelRatioF()
        return (
            self.has_image()
            and shown > self._pixmap.width() * 1.05
            and self._pixmap.width() < self._natural.width()
        )

    def scale(self) -> float:
        """Screen pixels a picture pixel."""
        return self._fitting() if self._scale is None else self._scale

    def fit(self) -> None:
        """Show the whole picture."""
        self._set_scale(None)

    def natural_size(self) -> None:
        """Show one picture pixel a screen pixel."""
        self._set_scale(1.0)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by a factor, keeping the point ``at`` (widget coordinates) where it is."""
        if not self.has_image():
            return
        at = at if at is not None else QPointF(self._field().center())
        before = self._where()
        inside = QPointF((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
        self._set_scale(min(LARGEST, max(SMALLEST, self.scale() * factor)))
        after = self._where()
        moved = QPointF(after.x() + inside.x() * after.width(), after.y() + inside.y() * after.height()) - at
        self._pan(-moved)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if steps:
            self.zoom(ZOOM_STEP**steps, event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None and self._scale is not None:
            self._pan(event.position() - self._grabbed)
            self._grabbed = event.position()

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        self._grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._scale is None:
            self.zoom(1.0 / self.scale(), event.position())
        else:
            self.fit()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.has_image():
            painter.setPen(self._theme.colour("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self._field(), flags, self._words)
            painter.end()
            return
        where = self._where()
        painter.setRenderHints(
            QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing, self.scale() < 3
        )
        painter.setPen(self._theme.colour("line"))
        painter.setBrush(self._theme.colour("tile"))
        painter.drawRoundedRect(where.adjusted(-1, -1, 1, 1), 4, 4)
        painter.drawPixmap(where, self._pixmap, QRectF(self._pixmap.rect()))
        painter.end()

    def _field(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, self.top_margin, -MARGIN, -MARGIN / 1.5)

    def _fitting(self) -> float:
        if self._natural.isEmpty():
            return 1.0
        field = self._field()
        fitted = min(field.width() / self._natural.width(), field.height() / self._natural.height())
        return min(2.0, max(SMALLEST, fitted))

    def _where(self) -> QRectF:
        field = self._field() if self._scale is None else QRectF(self.rect())
        size = self._natural * self.scale()
        left = field.center().x() - size.width() * self._centre.x()
        top = field.center().y() - size.height() * self._centre.y()
        return QRectF(QPointF(left, top), size)

    def _set_scale(self, scale: float | None) -> None:
        self._scale = scale
        if scale is None:
            self._centre = QPointF(0.5, 0.5)
        self.zoomed.emit(self.scale())
        self.update()

    def _pan(self, by: QPointF) -> None:
        size = self._natural * self.scale()
        x = self._centre.x() - by.x() / max(1.0, size.width())
        y = self._centre.y() - by.y() / max(1.0, size.height())
        self._centre = QPointF(min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))
        self.update()
