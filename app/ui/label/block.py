"""One attribute type in the panel: a title line and its numbered rows, painted in one go."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.domain.decision import Decision, State
from app.domain.schema import AttributeType, Selection
from app.domain.suggestion import Outcome
from app.ui.label.rows import Row
from app.ui.theme.theme import Theme, figure_font, text_font
from app.ui.widgets.marks import paint_bar, paint_mark
from app.ui.widgets.swatches import paint_swatch, swatch_of

HEAD, ROW, FOOT, PAD = 30, 27, 28, 10
LEFT = 16


@dataclass(frozen=True, slots=True)
class BlockView:
    """All that a block paints."""

    type: AttributeType
    decision: Decision
    rows: tuple[Row, ...]
    names: dict[object, str]
    note: str
    mark: str
    focused: bool
    saving: bool


class Block(QWidget):
    """``picked`` carries the class or outcome clicked, ``entered`` says that the block took the focus,
    ``listed`` that all classes were asked for, ``left`` that enough classes are chosen."""

    picked = Signal(object)
    entered = Signal()
    listed = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: BlockView | None = None
        self._hovered: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def show_view(self, view: BlockView) -> None:
        """Show another state of the type."""
        if view == self._view:
            return
        grows = self._view is None or height_of(view) != height_of(self._view)
        self._view = view
        self.setAccessibleName(_spoken(view))
        if grows:
            self.setFixedHeight(height_of(view))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, height_of(self._view) if self._view else HEAD)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position())
        if row != self._hovered:
            self._hovered = row
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if row is not None else Qt.CursorShape.ArrowCursor
            )
            self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        view, row = self._view, self._row_at(event.position())
        if view is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if row is not None:
            self.picked.emit(view.rows[row].value)
        elif view.focused and event.position().y() > self._rows_end():
            self._press_foot(event.position().x())

    def _press_foot(self, x: float) -> None:
        words = self._foot_words()
        spans = zip(words, _foot_spans(words), strict=True)
        match next((key for (key, _), (start, end) in spans if start <= x <= end), None):
            case "0":
                self.picked.emit(Outcome.NONE)
            case "N":
                self.picked.emit(Outcome.NOT_APPLICABLE)
            case "/":
                self.listed.emit()
            case "↵":
                self.left.emit()
            case _:
                pass

    def paintEvent(self, _: QPaintEvent) -> None:
        view = self._view
        if view is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, view)
        self._paint_head(painter, view)
        for index, row in enumerate(view.rows):
            self._paint_row(painter, view, index, row)
        if view.focused:
            self._paint_foot(painter)
        painter.end()

    # Parts -----------------------------------------------------------------------------------------------

    def _paint_ground(self, painter: QPainter, view: BlockView) -> None:
        if view.focused:
            painter.fillRect(self.rect(), self._theme.colour("raised"))
            painter.fillRect(QRectF(0, 0, 3, self.height()), self._theme.colour("accent"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), self._theme.colour("line"))

    def _paint_head(self, painter: QPainter, view: BlockView) -> None:
        paint_mark(painter, QPointF(LEFT + 4.5, 18), view.mark, self._theme)
        painter.setFont(text_font(13, QFont.Weight.DemiBold))
        painter.setPen(self._theme.colour("text"))
        title = view.type.name[:1].upper() + view.type.name[1:]
        painter.drawText(QRectF(LEFT + 17, 6, 200, 24), Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(text_font(12))
        painter.setPen(self._theme.colour("warn" if view.saving else "muted"))
        where = QRectF(LEFT, 6, self.width() - 2 * LEFT, 24)
        words = self.tr("saving") if view.saving else view.note
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)

    def _paint_row(self, painter: QPainter, view: BlockView, index: int, row: Row) -> None:
        theme = self._theme
        where = QRectF(10, HEAD + 2 + index * ROW, self.width() - 20, ROW - 1)
        strong = row.chosen or row.offered
        if strong or index == self._hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("tint" if strong else "hover"))
            painter.drawRoundedRect(where, 5, 5)
        if row.key:
            _paint_key(painter, QRectF(LEFT, where.y() + 4, 18, 18), row.key, theme, filled=strong)
        left = LEFT + 28.0
        name = view.names[row.value]
        if swatch := swatch_of(view.type.name, name):
            paint_swatch(painter, QRectF(left, where.y() + 7.5, 11, 11), swatch, theme)
            left += 18
        painter.setFont(text_font(13))
        painter.setPen(theme.colour("text"))
        room = self.width() - 148 - left
        shown = QFontMetrics(painter.font()).elidedText(name, Qt.TextElideMode.ElideMiddle, int(room))
        painter.drawText(QRectF(left, where.y(), room, where.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        if row.chosen:
            x = left + QFontMetrics(painter.font()).horizontalAdvance(shown) + 6
            pixmap = theme.icons.pixmap("check", theme.tokens.good, 14, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(x, where.y() + 6), pixmap)
        self._paint_confidence(painter, where, row, strong=strong)

    def _paint_confidence(self, painter: QPainter, where: QRectF, row: Row, *, strong: bool) -> None:
        if row.confidence is None:
            return
        right = self.width() - LEFT
        bar = QRectF(right - 122, where.center().y() - 2, 74, 4)
        paint_bar(painter, bar, row.confidence, self._theme, strong=strong)
        painter.setFont(figure_font(12))
        painter.setPen(self._theme.colour("text" if strong else "muted"))
        text = self.tr("{} %").format(round(row.confidence * 100))
        painter.drawText(
            QRectF(right - 44, where.y(), 44, where.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            text,
        )

    def _paint_foot(self, painter: QPainter) -> None:
        top = self._rows_end()
        words = self._foot_words()
        for (key, text), (start, _) in zip(words, _foot_spans(words), strict=True):
            _paint_key(painter, QRectF(start, top + 5, 18, 18), key, self._theme, filled=False)
            painter.setFont(text_font(12))
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(QRectF(start + 23, top, 200, 28), Qt.AlignmentFlag.AlignVCenter, text)

    def _foot_words(self) -> tuple[tuple[str, str], ...]:
        view = self._view
        count = len(view.type.classes) if view else 0
        every = self.tr("all {} classes").format(count) if count else self.tr("create the first class")
        words = (("0", self.tr("none")), ("N", self.tr("not applicable")), ("/", every))
        if view is None or view.type.selection is Selection.SINGLE or not view.decision.classes:
            return words
        # More classes may follow, so the keys stay here: say what ends that.
        return (("↵", self.tr("go on")), *words[:2], ("/", self.tr("all {}").format(count)))

    def _rows_end(self) -> float:
        return HEAD + 4 + ROW * len(self._view.rows) if self._view else HEAD

    def _row_at(self, point: QPointF) -> int | None:
        index = int((point.y() - HEAD - 2) // ROW)
        inside = self._view is not None and 0 <= index < len(self._view.rows) and point.y() > HEAD
        return index if inside else None


def height_of(view: BlockView) -> int:
    """The height in pixels that a block needs to show a view."""
    return HEAD + ROW * len(view.rows) + PAD + (FOOT if view.focused else 0)


def _foot_spans(words: tuple[tuple[str, str], ...]) -> list[tuple[float, float]]:
    metrics = QFontMetrics(text_font(12))
    spans: list[tuple[float, float]] = []
    left = float(LEFT)
    for _, text in words:
        width = 23 + metrics.horizontalAdvance(text)
        spans.append((left, left + width))
        left += width + 14
    return spans


def _paint_key(painter: QPainter, where: QRectF, key: str, theme: Theme, *, filled: bool) -> None:
    painter.setPen(theme.colour("accent" if filled else "line"))
    painter.setBrush(theme.colour("accent" if filled else "raised"))
    painter.drawRoundedRect(where.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(text_font(11, QFont.Weight.Medium))
    painter.setPen(theme.colour("on_accent" if filled else "muted"))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, key)


def _spoken(view: BlockView) -> str:
    """What a screen reader says of the block."""
    if view.decision.state is not State.UNSEEN:
        chosen = ", ".join(view.names[r.value] for r in view.rows if r.chosen)
        return f"{view.type.name}: {chosen}"
    offered = ", ".join(
        f"{view.names[r.value]} {round((r.confidence or 0) * 100)} %" for r in view.rows if r.offered
    )
    return f"{view.type.name}: suggested {offered}" if offered else f"{view.type.name}: unseen"
