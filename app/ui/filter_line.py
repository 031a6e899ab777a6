"""The filter line in the top bar: conditions as chips, and a field for one more."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton
from shiboken6 import isValid

from app.domain.query import FilterError, ImageQuery, parse_filter
from app.ui.actions import ACTIONS, Scope, keys_text
from app.ui.filter_completion import FilterCompleter
from app.ui.filter_conditions import Condition, check_names, conditions, joined
from app.ui.library import Library
from app.ui.session import Session
from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label

_TEXT = ("undo", "redo")  # a text field has its own
_OURS = [
    QKeySequence(key)
    for spec in ACTIONS
    if spec.scope is not Scope.LABEL and spec.id not in _TEXT
    for key in spec.keys
    if key.startswith("Ctrl+")
]
_ROOM = 160  # pixels that the field itself keeps beside the chips


class FilterLine(QFrame):
    """Asks the library for what the conditions say. A line that cannot be read says why below the field."""

    def __init__(self, session: Session, library: Library, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("filterLine")
        self._session, self._library, self._theme = session, library, theme
        self._chips: list[QPushButton] = []
        self._completer = FilterCompleter(session, self)
        self._completer.activated.connect(self._on_completed, Qt.ConnectionType.QueuedConnection)
        self._edit = QLineEdit()
        self._edit.setAccessibleName(self.tr("Filter"))
        self._edit.installEventFilter(self)
        self._problem = label("", "problem", self, wrap=True)
        self._problem.hide()
        self._dress()
        self.setFocusProxy(self._edit)
        self._edit.returnPressed.connect(self._on_return)
        self._edit.textEdited.connect(lambda _: self._forgive())
        library.asked.connect(self._show)
        self.destroyed.connect(self._problem.deleteLater)
        self._show()

    @property
    def problem(self) -> str:
        """Why the line cannot be read, as shown; empty when it can."""
        return self._problem.text()

    def _dress(self) -> None:
        self._edit.setCompleter(self._completer)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 0, 6, 0)
        self._row.setSpacing(4)
        self._row.addWidget(self._edit, 1)
        self._row.addWidget(label(keys_text("filter"), "key"), 0, Qt.AlignmentFlag.AlignVCenter)

    # Conditions ------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Show the library's query as chips; those that do not fit become a number."""
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        found = conditions(self._library.query)
        chips = [self._chip(c) for c in found]
        room = max(0, self.width() - _ROOM)
        kept: list[QPushButton] = []
        for chip in reversed(chips):
            room -= chip.sizeHint().width() + 4
            if room < 0 and kept:
                break
            kept.insert(0, chip)
        for chip in chips[: len(chips) - len(kept)]:
            chip.deleteLater()
        hidden = [c.words for c in found[: len(chips) - len(kept)]]
        self._chips = ([self._hidden_chip(hidden)] if hidden else []) + kept
        for place, chip in enumerate(self._chips):
            self._row.insertWidget(place, chip)
        self._edit.setPlaceholderText(self.tr("add a condition") if found else self.tr("Filter images"))
        self.setToolTip(self.tr("For example: pattern:stripe state:unseen confidence<0.6"))

    def _chip(self, condition: Condition) -> QPushButton:
        chip = button(_short(condition.words), lambda: self._ask(condition.without))
        chip.setProperty("chip", True)
        chip.setToolTip(self.tr("{}: click to remove").format(condition.words))
        chip.setAccessibleName(self.tr("Remove condition {}").format(condition.words))
        return chip

    def _hidden_chip(self, words: list[str]) -> QPushButton:
        chip = button(f"+{len(words)}", lambda: self._ask(ImageQuery(sort=self._library.query.sort)))
        chip.setProperty("chip", True)
        chip.setToolTip("\n".join([*words, self.tr("Click to clear the whole filter")]))
        chip.setAccessibleName(self.tr("Clear the whole filter"))
        return chip

    def _ask(self, query: ImageQuery) -> None:
        self._forgive()
        self._library.ask(query)
        self._edit.setFocus()

    def _commit(self, line: str) -> None:
        """Add what was typed to the query, or say why it cannot be."""
        if not line.strip():
            return
        try:
            added = parse_filter(line)
            check_names(added, self._session.project.schema())
        except FilterError as error:
            self._complain(str(error))
            return
        self._edit.clear()
        self._ask(joined(self._library.query, added))

    # Typing ----------------------------------------------------------------------------------------------

    def _on_return(self) -> None:
        chosen = self._completer.marked()
        self._completer.close_list()
        self._commit(chosen or self._edit.text())
        QTimer.singleShot(0, self._drop_completed)

    def _on_completed(self, words: str) -> None:
        if self._edit.text() == words:
            self._commit(words)

    def _drop_completed(self) -> None:
        """The completer writes its words once more after Enter was taken already."""
        if not self.problem and isValid(self):
            self._edit.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.ignore()  # X11's line editing would take it
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Backspace and not self._edit.text() and self._chips:
                last = conditions(self._library.query)[-1]
                self._library.ask(last.without)
                self._edit.setText(last.words)
                return True
            if event.key() == Qt.Key.Key_Escape and (self._edit.text() or self.problem):
                self._edit.clear()
                self._forgive()
                return True
        if isinstance(event, QFocusEvent):
            self.setProperty("focused", event.gotFocus())
            self.style().unpolish(self)
            self.style().polish(self)
            if event.gotFocus():
                self._completer.freshen()
            else:
                self._problem.hide()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def _complain(self, words: str) -> None:
        self._problem.setParent(self.window())
        self._problem.setText(words)
        self._problem.setFixedWidth(self.width())
        self._problem.adjustSize()
        self._problem.move(self.mapTo(self.window(), QPoint(0, self.height() + 2)))
        self._problem.show()
        self._problem.raise_()
        self._edit.setAccessibleDescription(words)

    def _forgive(self) -> None:
        self._problem.hide()
        self._problem.setText("")
        self._edit.setAccessibleDescription("")


def _short(words: str) -> str:
    return words if len(words) <= 28 else words[:26] + "…"


def _is_ours(event: QKeyEvent) -> bool:
    """Whether the key with Ctrl is one of the window's that a text field would use for moving or deleting."""
    return QKeySequence(event.keyCombination()) in _OURS
