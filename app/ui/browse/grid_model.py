"""The ordered images as a table whose cells are tiles; nothing here reads a file or a database."""

from array import array
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.domain.ids import ItemId
from app.ui.browse.cells import Cells
from app.ui.browse.words import spoken, tooltip

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class GridModel(QAbstractTableModel):
    """``order`` laid out in rows of ``columns`` cells; what a cell says comes from ``cells``."""

    def __init__(self, cells: Cells) -> None:
        super().__init__()
        self._cells = cells
        self.order: array[int] = array("q")
        self.columns = 1

    def show(self, order: "array[int]", columns: int) -> None:
        """Lay out a list of images anew."""
        self.beginResetModel()
        self.order, self.columns = order, columns
        self.endResetModel()

    def position(self, index: Index) -> int | None:
        """Which image of the order a cell shows; None for the blanks after the last."""
        if not index.isValid():
            return None
        position = index.row() * self.columns + index.column()
        return position if position < len(self.order) else None

    def at(self, position: int) -> QModelIndex:
        """The cell of a position."""
        return self.index(position // self.columns, position % self.columns)

    def item(self, position: int) -> ItemId:
        """The image at a position."""
        return ItemId(self.order[position])

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else -(-len(self.order) // self.columns)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else self.columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.position(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        position = self.position(index)
        if position is None:
            return None
        facts = self._cells.get(self.item(position))
        if facts is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return facts.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(facts)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(facts)
            case _:
                return None
