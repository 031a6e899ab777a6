"""A list of things with names that can be edited in place (F2, double click, or Rename)."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem

_ID = Qt.ItemDataRole.UserRole
_ROW = 28


class NamedList(QListWidget):
    """``renamed`` carries an id and the new name; ``picked`` the id now selected, or None."""

    renamed = Signal(object, str)
    picked = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("rows")
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setTabKeyNavigation(False)
        self.itemChanged.connect(self._on_edited)
        self.currentItemChanged.connect(lambda *_: self.picked.emit(self.current_id))
        self._names: dict[object, str] = {}

    @property
    def current_id(self) -> object | None:
        """The id that is selected."""
        item = self.currentItem()
        return item.data(_ID) if item else None

    def show_names(self, names: Sequence[tuple[object, str]]) -> None:
        """Take (id, name) pairs; keeps the selection by id, else the place, else takes the first."""
        kept, place = self.current_id, self.currentRow()
        self._names = dict(names)
        self.blockSignals(True)
        self.clear()
        for id_, name in names:
            item = QListWidgetItem(name, self)
            item.setData(_ID, id_)
            item.setSizeHint(QSize(80, _ROW))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        ids = list(self._names)
        row = ids.index(kept) if kept in self._names else min(max(place, 0), len(ids) - 1)
        self.setCurrentRow(row)
        self.blockSignals(False)
        self.picked.emit(self.current_id)

    def rename(self) -> None:
        """Open the editor on the selected name."""
        if self.current_id is not None:
            self.editItem(self.currentItem())

    def _on_edited(self, item: QListWidgetItem) -> None:
        id_, name = item.data(_ID), item.text()
        before = self._names[id_]
        if name != before:
            # The store's answer shows the new name; until then, and when it refuses, the old one stands.
            self.blockSignals(True)
            item.setText(before)
            self.blockSignals(False)
            self.renamed.emit(id_, name)
