"""Paints one row of the sidebar."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.browse.facet_rows import Kind, Row
from app.ui.browse.sidebar_model import SidebarModel
from app.ui.browse.words import row_words
from app.ui.theme.theme import Theme, figure_font, text_font
from app.ui.widgets.marks import paint_mark
from app.ui.widgets.swatches import paint_swatch, swatch_of

ROW, TITLE = 25, 34
_PAD, _INDENT, _CHEVRON = 6, 14, 14


class SidebarPaint(QStyledItemDelegate):
    """Title, choice and "more" rows."""

    def __init__(self, theme: Theme, model: SidebarModel) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self._font = text_font(13)
        self._small = text_font(12)
        self._figures = figure_font(12)
        self._title = text_font(11, QFont.Weight.DemiBold)

    def sizeHint(self, _: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row = self._model.row(index)
        is_title = row is not None and row.kind in (Kind.TITLE, Kind.TYPES)
        return QSize(60, TITLE if is_title else ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = self._model.row(index)
        if row is None:
            return
        where = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.kind in (Kind.TITLE, Kind.TYPES):
            self._paint_title(painter, where, row, option.state)
        else:
            self._paint_choice(painter, where, row, option.state)
        painter.restore()

    def chevron(self, where: QRectF, row: Row) -> QRectF:
        """Where the sign that opens a folder stands, for painting and for clicks."""
        return QRectF(where.x() + _PAD + row.depth * _INDENT - 2, where.y(), _CHEVRON, where.height())

    def _paint_title(self, painter: QPainter, where: QRectF, row: Row, state: QStyle.StateFlag) -> None:
        line = where.adjusted(_PAD, 8, -_PAD, 0)
        painter.setFont(self._title)
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), row_words(row))
        if row.kind is Kind.TYPES:
            width = QFontMetrics(self._title).horizontalAdvance(row_words(row))
            self._paint_icon(painter, QPointF(line.x() + width + 9, line.center().y()), "chevron-down")
            self._paint_focus(painter, where.adjusted(0, 8, 0, 0), state)

    def _paint_choice(self, painter: QPainter, where: QRectF, row: Row, state: QStyle.StateFlag) -> None:
        ground = "tint" if row.checked else "hover" if state & QStyle.StateFlag.State_MouseOver else None
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour(ground))
            painter.drawRoundedRect(where, 5, 5)
        self._paint_focus(painter, where, state)
        left = self._paint_sign(painter, where, row)
        count = "" if row.count is None else f"{row.count:,}"
        painter.setFont(self._figures)
        painter.setPen(self._theme.colour("accent" if row.checked else "muted"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(where.adjusted(0, 0, -_PAD, 0), int(middle | Qt.AlignmentFlag.AlignRight), count)
        painter.setFont(self._small if row.kind is Kind.MORE else self._font)
        role = "accent" if row.checked else "muted" if row.kind is Kind.MORE or not row.count else "text"
        painter.setPen(self._theme.colour(role))
        used = QFontMetrics(self._figures).horizontalAdvance(count) + 8
        room = QRectF(left, where.y(), where.right() - _PAD - used - left, where.height())
        words = QFontMetrics(painter.font()).elidedText(
            row_words(row), Qt.TextElideMode.ElideMiddle, int(room.width())
        )
        painter.drawText(room, int(middle), words)

    def _paint_sign(self, painter: QPainter, where: QRectF, row: Row) -> float:
        """What stands before the words; returns where the words begin."""
        left = where.x() + _PAD + row.depth * _INDENT
        middle = where.center().y()
        if row.open is not None and row.kind is Kind.CHOICE:
            centre = self.chevron(where, row).center()
            self._paint_icon(painter, centre, "chevron-down" if row.open else "chevron-right")
            return left + _CHEVRON
        if row.key.startswith("folder:"):
            return left + _CHEVRON
        if row.mark:
            paint_mark(painter, QPointF(left + 4.5, middle), row.mark, self._theme)
            return left + 17
        if row.of and (swatch := swatch_of(row.of, row.text)) is not None:
            paint_swatch(painter, QRectF(left, middle - 5.5, 11, 11), swatch, self._theme)
            return left + 19
        return left

    def _paint_icon(self, painter: QPainter, centre: QPointF, name: str) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._theme.icons.pixmap(name, self._theme.tokens.muted, 12, ratio)
        painter.drawPixmap(centre - QPointF(6, 6), pixmap)

    def _paint_focus(self, painter: QPainter, where: QRectF, state: QStyle.StateFlag) -> None:
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.colour("accent"), 1))
            painter.drawRoundedRect(where.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
