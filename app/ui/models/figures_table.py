"""The table of figures: one row a type, numbers right-aligned, coloured only where images stand behind."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.ui.models.comparison import TypeRow, as_fraction, as_points, capitalised
from app.ui.theme.theme import Theme, figure_font, text_font

_ROW = 31
_DIFFERENCE, _IMAGES = 3, 4
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FiguresTable(QTableWidget):
    """Read-only; as high as its rows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(0, 5, parent)
        self._theme = theme
        self._rows: tuple[TypeRow, ...] = ()
        self.setObjectName("figures")
        self.setAccessibleName(self.tr("F1@1 by attribute type"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        theme.changed.connect(lambda: self._fill())

    def show_rows(self, now: str, before: str, rows: Sequence[TypeRow]) -> None:
        """Take the rows and the names of the two versions compared; ``before`` empty for none."""
        self._rows = tuple(rows)
        titles = (self.tr("F1@1"), before or self.tr("before"), now, self.tr("difference"), self.tr("images"))
        for column, title in enumerate(titles):
            item = QTableWidgetItem(title)
            item.setTextAlignment(_LEFT if column == 0 else _RIGHT)
            self.setHorizontalHeaderItem(column, item)
        for column in (1, 3):
            self.setColumnHidden(column, not before)
        self._fill()

    def _fill(self) -> None:
        self.setRowCount(len(self._rows))
        for number, row in enumerate(self._rows):
            images = f"{row.images:,}"
            texts = (
                capitalised(row.name),
                as_fraction(row.before),
                as_fraction(row.now),
                as_points(row.points),
                images,
            )
            for column, text in enumerate(texts):
                self.setItem(number, column, self._cell(row, column, text))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + _ROW * len(self._rows) + 2)

    def _cell(self, row: TypeRow, column: int, text: str) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setTextAlignment(_LEFT if column == 0 else _RIGHT)
        item.setFont(text_font() if column == 0 else figure_font())
        if column == _DIFFERENCE:
            item.setForeground(self._verdict(row))
        if column == _IMAGES and not row.is_firm:
            item.setForeground(self._theme.colour("warn"))
            item.setToolTip(self.tr("Too few images: the difference is mostly chance."))
        return item

    def _verdict(self, row: TypeRow) -> QColor:
        points = row.points
        if points is None or not row.is_firm or round(points, 1) == 0:
            return self._theme.colour("muted")
        return self._theme.colour("good" if points > 0 else "bad")
