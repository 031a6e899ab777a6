"""A row of the command palette: the command at the left, its keys in a column at the right."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.actions import key_name
from app.ui.theme.theme import Theme, text_font

ROW = 32
_CAP, _PAD = 18, 10


class CommandDelegate(QStyledItemDelegate):
    """Paints items whose UserRole holds a QAction."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        where = QRectF(option.rect)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("tint" if selected else "hover"))
            painter.drawRoundedRect(where.adjusted(0, 1, 0, -1), 6, 6)
        painter.setFont(text_font(13, QFont.Weight.Medium if selected else QFont.Weight.Normal))
        painter.setPen(self._theme.colour("text"))
        inside = where.adjusted(_PAD, 0, -_PAD, 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, index.data(Qt.ItemDataRole.DisplayRole))
        right = inside.right()
        for key in reversed(keys_of(index.data(Qt.ItemDataRole.UserRole))):
            right = self._paint_cap(painter, right, where.center().y(), key) - 4
        painter.restore()

    def _paint_cap(self, painter: QPainter, right: float, middle: float, key: str) -> float:
        font = text_font(11, QFont.Weight.Medium)
        width = max(float(_CAP), QFontMetrics(font).horizontalAdvance(key) + 10.0)
        cap = QRectF(right - width, middle - _CAP / 2, width, _CAP)
        painter.setPen(self._theme.colour("line"))
        painter.setBrush(self._theme.colour("background"))
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(font)
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
        return cap.left()


def keys_of(action: QAction) -> list[str]:
    """An action's keys as keyboards print them, each once: the key pad's Enter reads like the other."""
    return list(dict.fromkeys(key_name(k.toString()) for k in action.shortcuts()))
