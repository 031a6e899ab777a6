"""The command palette: type a few letters of a command, Enter runs it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui.shell.command_row import ROW, CommandDelegate, keys_of
from app.ui.shell.overlay import Overlay
from app.ui.theme.theme import Theme
from app.ui.widgets.text import label

_WIDTH, _ROWS = 560, 10
_ACTION = Qt.ItemDataRole.UserRole
_PAGE = _ROWS - 1
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Tab: 1,
    Qt.Key.Key_Backtab: -1,
    Qt.Key.Key_PageDown: _PAGE,
    Qt.Key.Key_PageUp: -_PAGE,
}


class _Found(QStackedWidget):
    """Ten rows high, fewer in a window that has no room for them."""

    def sizeHint(self) -> QSize:
        return QSize(0, ROW * _ROWS)  # the card has its width

    def minimumSizeHint(self) -> QSize:
        return QSize(0, ROW)


class Palette(Overlay):
    """Lists the actions that can be done now; the one that runs does so after the keyboard was given back."""

    def __init__(self, window: QWidget, theme: Theme, actions: Sequence[QAction]) -> None:
        super().__init__(window, theme, self.tr("Command palette"))
        self._actions = [a for a in actions if a.isEnabled() and _is_told(a)]
        self._field = QLineEdit()
        self._field.setObjectName("bare")
        self._field.setPlaceholderText(self.tr("What do you want to do?"))
        self._field.setAccessibleName(self.tr("Command"))
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMouseTracking(True)
        self._list.setItemDelegate(CommandDelegate(theme, self._list))
        self._list.setAccessibleName(self.tr("Commands found"))
        self._nothing = label("", "muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._found = _Found()
        self._arrange()
        self._field.textChanged.connect(self._find)
        self._list.itemClicked.connect(lambda _: self._run())
        self._find("")
        self.open(self._field)

    @property
    def titles(self) -> list[str]:
        """The commands on show, in order."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _STEPS:
                self._mark(_STEPS[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
        return super().eventFilter(watched, event)

    def _mark(self, by: int) -> None:
        count, row = self._list.count(), self._list.currentRow()
        if count:
            row = (row + by) % count if abs(by) == 1 else max(0, min(count - 1, row + by))
            self._list.setCurrentRow(row)

    def _find(self, words: str) -> None:
        self._list.clear()
        for action in ranked(self._actions, words):
            item = QListWidgetItem(action.text(), self._list)
            item.setData(_ACTION, action)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, ", ".join(keys_of(action)))
        self._list.setCurrentRow(0)
        self._nothing.setText(self.tr("No command is called “{}”.").format(words.strip()))
        self._found.setCurrentIndex(0 if self._list.count() else 1)

    def _run(self) -> None:
        if self._list.currentRow() >= 0:
            action: QAction = self._list.currentItem().data(_ACTION)
            self.dismiss()
            action.trigger()

    def _arrange(self) -> None:
        self.card.setFixedWidth(_WIDTH)
        self._found.addWidget(self._list)
        self._found.addWidget(self._nothing)
        body = QVBoxLayout()
        body.setContentsMargins(8, 8, 8, 8)
        body.addWidget(self._found)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 8)
        foot.setSpacing(8)
        for cap, words in (("↑ ↓", self.tr("choose")), ("Enter", self.tr("run")), ("Esc", self.tr("close"))):
            foot.addWidget(label(cap, "key"))
            foot.addWidget(label(words, "secondary"))
            foot.addSpacing(8)
        foot.addStretch(1)
        self.column.addWidget(self._field)
        self.column.addWidget(_rule())
        self.column.addLayout(body)
        self.column.addWidget(_rule())
        self.column.addLayout(foot)


def ranked(actions: Sequence[QAction], typed: str) -> list[QAction]:
    """Actions in whose title every typed word occurs: those that begin with it first, then words that do."""
    wanted = typed.casefold().split()
    found = [a for a in actions if all(word in a.text().casefold() for word in wanted)]
    return sorted(found, key=lambda a: _place(a.text().casefold(), wanted))


def _place(title: str, wanted: list[str]) -> int:
    if not wanted or title.startswith(" ".join(wanted)):
        return 0
    starts = title.split()
    return 1 if all(any(s.startswith(w) for s in starts) for w in wanted) else 2


def _is_told(action: QAction) -> bool:
    """A number key means nothing away from its row; the palette itself is open already."""
    return not action.objectName().startswith("pick-") and action.objectName() != "palette"


def _rule() -> QFrame:
    line = QFrame()
    line.setObjectName("rule")
    line.setFixedHeight(1)
    return line
