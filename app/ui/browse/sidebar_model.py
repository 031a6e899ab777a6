"""The sidebar's rows as a list for the view."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.ui.browse.facet_rows import Kind, Row
from app.ui.browse.words import row_words

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class SidebarModel(QAbstractListModel):
    """Replaces its rows in place where their number stays, so that the focus does too."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def show(self, rows: list[Row]) -> None:
        """Show other rows."""
        if len(rows) == len(self.rows):
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def row(self, index: Index) -> Row | None:
        """The row at an index."""
        return self.rows[index.row()] if index.isValid() and index.row() < len(self.rows) else None

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index)
        if row is None or row.kind is Kind.TITLE:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row_words(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                words = row_words(row) if row.count is None else f"{row_words(row)}, {row.count:,}"
                return f"{words}, {self.tr('chosen')}" if row.checked else words
            case Qt.ItemDataRole.ToolTipRole:
                return row.key.removeprefix("folder:") if row.depth else None
            case _:
                return None
