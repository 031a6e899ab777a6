"""What floats over a page in a frame of its own: the F1 key table and the command palette."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.actions import ACTIONS, Scope, key_name, title
from app.ui.widgets.text import label, section


class KeysDialog(QDialog):
    """Every action with its keys, by scope; any of Esc, Enter and F1 closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        columns = QHBoxLayout(self)
        columns.setContentsMargins(24, 20, 24, 20)
        columns.setSpacing(40)
        for scopes in ((Scope.EVERYWHERE,), (Scope.LABEL, Scope.BROWSE)):
            column = QVBoxLayout()
            for scope in scopes:
                self._add_scope(column, scope)
            column.addStretch(1)
            columns.addLayout(column)

    def _add_scope(self, column: QVBoxLayout, scope: Scope) -> None:
        specs = [s for s in ACTIONS if s.scope is scope and s.keys and not s.id.startswith("pick-")]
        if not specs:
            return
        column.addWidget(section(self.tr(scope.value)))
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(24)
        rows = [(title(s), s.keys) for s in specs]
        if scope is Scope.LABEL:
            rows.append((self.tr("Suggestion of that number"), ("1 … 9",)))
        for row, (words, keys) in enumerate(rows):
            grid.addWidget(label(words), row, 0)
            grid.addLayout(_caps(keys), row, 1)
        column.addLayout(grid)
        column.addSpacing(12)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_F1, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)


def _caps(keys: tuple[str, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    row.addStretch(1)
    for name in dict.fromkeys(key_name(key) for key in keys):
        row.addWidget(label(name, "key"))
    return row


class Palette(QDialog):
    """Type a few letters of a command, Enter runs it."""

    def __init__(self, parent: QWidget, actions: list[QAction]) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Command palette"))
        self.setFixedSize(480, 380)
        self._actions = [a for a in actions if a.isEnabled()]
        self._field = QLineEdit()
        self._field.setPlaceholderText(self.tr("What do you want to do?"))
        self._field.setAccessibleName(self.tr("Command"))
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setAccessibleName(self.tr("Commands found"))
        column = QVBoxLayout(self)
        column.addWidget(self._field)
        column.addWidget(self._list)
        self._field.textChanged.connect(self._find)
        self._field.returnPressed.connect(self._run)
        self._list.itemClicked.connect(lambda _: self._run())
        self._find("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif count := self._list.count():
            self._list.setCurrentRow((self._list.currentRow() + step) % count)

    def _find(self, words: str) -> None:
        self._list.clear()
        wanted = words.casefold().split()
        for action in self._actions:
            if all(word in action.text().casefold() for word in wanted):
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                item = QListWidgetItem(f"{action.text()}   {keys}" if keys else action.text())
                item.setData(Qt.ItemDataRole.UserRole, action)
                self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _run(self) -> None:
        if self._list.currentRow() >= 0:
            self.accept()
            self._list.currentItem().data(Qt.ItemDataRole.UserRole).trigger()
