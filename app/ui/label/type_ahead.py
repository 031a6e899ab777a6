"""Find a class by a few letters, or create it by an explicit row: a typo never becomes a class."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.domain.ids import ClassId
from app.domain.schema import AttributeType, check_name, normalise
from app.ui.theme.theme import Theme

ROWS = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of the list: an existing class, or a name to create."""

    name: str
    value: ClassId | None


def choices_for(type_: AttributeType, typed: str) -> tuple[Choice, ...]:
    """Classes that match what was typed, the best first, then the row that creates it when it is new.

    Names that begin with the text come before names in which a word does, then those that hold it.
    """
    wanted = normalise(typed)
    ranked = sorted(
        ((_place(normalise(c.name), wanted), i, c) for i, c in enumerate(type_.classes)),
        key=lambda found: found[:2],
    )
    found = [Choice(c.name, c.id) for place, _, c in ranked if place < 9]
    if not wanted or type_.class_named(typed) is not None:
        return tuple(found)
    try:
        name = check_name(typed)
    except ValueError:
        return tuple(found)
    return (*found, Choice(name, None))


def _place(name: str, wanted: str) -> int:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in name.split()):
        return 2
    return 3 if wanted in name else 9


class TypeAhead(QFrame):
    """``taken`` carries a ClassId, ``created`` a new class's name, ``left`` that it closed without either."""

    taken = Signal(object)
    created = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("typeAhead")
        self._theme = theme
        self._host = parent
        self._type: AttributeType | None = None
        self._choices: tuple[Choice, ...] = ()
        self._field = QLineEdit()
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self._field)
        column.addWidget(self._list)
        self._field.textEdited.connect(self._find)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(lambda _: self._take())
        theme.changed.connect(self._recolour)
        self._recolour()
        self.hide()

    def open(self, type_: AttributeType, corner: QPoint, width: int) -> None:
        """Show the classes of a type with the upper left corner there."""
        self._type = type_
        name = self.tr("Find or create a class of {}").format(type_.name)
        self._field.setPlaceholderText(name)
        self._field.setAccessibleName(name)
        self._field.clear()
        self._find("")
        self.setFixedWidth(width)
        self.adjustSize()
        room = self._host.height() - self.height() - 8
        self.move(corner.x(), max(8, min(corner.y(), room)))
        self.show()
        self.raise_()
        self._field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # Enter takes the marked row, arrows move it: the page's own keys rest meanwhile
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            match event.key():
                case Qt.Key.Key_Down:
                    self._mark(+1)
                    return True
                case Qt.Key.Key_Up:
                    self._mark(-1)
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._take()
                    return True
                case Qt.Key.Key_Escape:
                    self._leave()
                    return True
                case _:
                    pass
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            self._on_focus_gone(event.reason())
        return super().eventFilter(watched, event)

    def _on_focus_gone(self, reason: Qt.FocusReason) -> None:
        """Another window in front leaves it open; a widget that took the keyboard keeps it."""
        if reason is not Qt.FocusReason.ActiveWindowFocusReason:
            self.hide()

    def _find(self, typed: str) -> None:
        if self._type is None:
            return
        self._choices = choices_for(self._type, typed)
        self._list.clear()
        known = any(choice.value is not None for choice in self._choices)
        new = self.tr("Create “{}”") if known else self.tr("↓ and Enter create “{}”")
        for choice in self._choices:
            words = choice.name if choice.value is not None else new.format(choice.name)
            item = QListWidgetItem(words)
            if choice.value is None:
                item.setIcon(self._theme.icon("plus", "accent"))
            self._list.addItem(item)
        self._list.setCurrentRow(0 if known else -1)  # Enter alone makes no class of a slip
        row = self._list.sizeHintForRow(0) if self._choices else 0
        self._list.setFixedHeight(max(1, min(ROWS, len(self._choices))) * max(row, 24) + 4)
        self.adjustSize()

    def _mark(self, by: int) -> None:
        if count := self._list.count():
            self._list.setCurrentRow((self._list.currentRow() + by) % count)

    def _take(self) -> None:
        row = self._list.currentRow()
        if not 0 <= row < len(self._choices):
            return
        choice = self._choices[row]
        self.hide()
        if choice.value is None:
            self.created.emit(choice.name)
        else:
            self.taken.emit(choice.value)

    def _leave(self) -> None:
        self.hide()
        self.left.emit()

    def _recolour(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"#typeAhead {{ background: {tokens.surface}; border: 1px solid {tokens.accent};"
            " border-radius: 8px; } QListWidget::item { padding: 3px 6px; }"
        )
