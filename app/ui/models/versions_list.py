"""The list of versions: name, badge, and one line on when and from how many labels."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.domain.ids import ModelId
from app.domain.jobs import ModelVersion
from app.ui.models import words
from app.ui.theme.theme import Theme, text_font

_ROW = 56
_ROLE = Qt.ItemDataRole.UserRole
_BADGE_ROLE = Qt.ItemDataRole.UserRole + 1


class VersionsList(QListWidget):
    """Newest version first. ``chosen`` carries the ModelVersion that is selected."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Versions"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_VersionDelegate(theme, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.currentItemChanged.connect(self._on_current)
        theme.changed.connect(self.viewport().update)

    @property
    def selected(self) -> ModelVersion | None:
        """The version that is selected."""
        item = self.currentItem()
        return item.data(_ROLE) if item else None

    def show_versions(self, versions: Sequence[ModelVersion]) -> None:
        """Take all versions, the oldest first; keeps the selection, else selects the active one."""
        kept = self.selected.id if self.selected else None
        active = next((v for v in versions if v.active), None)
        self.blockSignals(True)
        self.clear()
        for version in reversed(versions):
            self._add(version, active)
        self.blockSignals(False)
        ids = [v.id for v in reversed(versions)]
        wanted = kept if kept in ids else (active.id if active else None)
        self.select(wanted)

    def select(self, version: ModelId | None) -> None:
        """Select a version, or the newest one when it is not there."""
        for row in range(self.count()):
            if self.item(row).data(_ROLE).id == version:
                self.setCurrentRow(row)
                return
        self.setCurrentRow(0)

    def _add(self, version: ModelVersion, active: ModelVersion | None) -> None:
        item = QListWidgetItem(version.name, self)
        badge = words.badge(version, active)
        item.setData(_ROLE, version)
        item.setData(_BADGE_ROLE, badge)
        spoken = ", ".join(t for t in (badge[0], words.version_line(version)) if t)
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, spoken)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_ROLE))


class _VersionDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        where = QRectF(option.rect).adjusted(12, 9, -12, -9)
        name = index.data(Qt.ItemDataRole.DisplayRole)
        font = text_font(13, QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(self._theme.colour("text"))
        painter.drawText(where, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, name)
        width = QFontMetrics(font).horizontalAdvance(name)
        self._paint_badge(painter, where.left() + width + 9, where.top(), *index.data(_BADGE_ROLE))
        painter.setFont(text_font(12))
        painter.setPen(self._theme.colour("muted"))
        line = words.version_line(index.data(_ROLE))
        painter.drawText(where, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, line)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        ground = QRectF(option.rect).adjusted(0.5, 2.5, -0.5, -2.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(self._theme.colour("tint" if selected else "hover"))
            painter.drawRoundedRect(ground, 6, 6)
        if selected and state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self._theme.colour("accent"))
            painter.drawRoundedRect(ground, 6, 6)

    def _paint_badge(self, painter: QPainter, left: float, top: float, word: str, role: str) -> None:
        if not word:
            return
        font = text_font(11, QFont.Weight.Medium)
        box = QRectF(left, top, QFontMetrics(font).horizontalAdvance(word) + 12, 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("raised"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font)
        painter.setPen(self._theme.colour(role))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
