"""The project's attribute types and their classes: add, rename, order, remove what nothing refers to."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.domain.changes import ChangeSet
from app.domain.errors import LapelError
from app.domain.ids import ClassId, TypeId
from app.domain.schema import AttributeType, Selection
from app.services import defining
from app.ui.session import Session
from app.ui.settings.named_list import NamedList
from app.ui.settings.section import Section
from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button
from app.ui.widgets.message import Message
from app.ui.widgets.text import label

_HEIGHT = 420


class Attributes(Section):
    """Types at the left, the chosen one's classes at the right. ``type_asked`` wishes for a new type."""

    type_asked = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._message = Message(theme)
        self._types = NamedList(self.tr("Attribute types"))
        self._classes = NamedList(self.tr("Classes"))
        self._new_class = QLineEdit()
        self._title = label("", "strong")
        self._selection = label("", "secondary")
        self._of_type = [
            button(self.tr("Up"), partial(self._move, -1)),
            button(self.tr("Down"), partial(self._move, +1)),
            button(self.tr("Rename"), self._types.rename),
            button(self.tr("Remove"), self._remove_type),
        ]
        self._of_class = [
            button(self.tr("Rename"), self._classes.rename),
            button(self.tr("Remove"), self._remove_class),
        ]
        self._arrange()
        self._types.picked.connect(lambda _: self._show_type())
        self._classes.picked.connect(lambda _: self._allow())
        self._types.renamed.connect(lambda t, name: self._write(defining.rename_type, TypeId(t), name))
        self._classes.renamed.connect(lambda c, name: self._write(defining.rename_class, ClassId(c), name))
        self._new_class.returnPressed.connect(self._add_class)

    def refresh(self) -> None:
        """Show the schema as it is now."""
        self._types.show_names([(t.id, t.name) for t in self._session.project.schema().types])

    def _chosen(self) -> AttributeType | None:
        types = self._session.project.schema().types
        return next((t for t in types if t.id == self._types.current_id), None)

    def _show_type(self) -> None:
        chosen = self._chosen()
        self._title.setText(chosen.name if chosen else "")
        several = chosen is not None and chosen.selection is Selection.MULTIPLE
        words = self.tr("several classes an image") if several else self.tr("one class an image")
        self._selection.setText(words if chosen else self.tr("Add a type to begin with."))
        self._new_class.setEnabled(chosen is not None)
        self._classes.show_names([(c.id, c.name) for c in chosen.classes] if chosen else [])
        self._allow()

    def _allow(self) -> None:
        row, count = self._types.currentRow(), self._types.count()
        for control, possible in zip(
            self._of_type, (row > 0, row < count - 1, row >= 0, row >= 0), strict=True
        ):
            control.setEnabled(possible)
        for control in self._of_class:
            control.setEnabled(self._classes.current_id is not None)

    def _move(self, by: int) -> None:
        self._write(defining.move_type, self._types.current_id, self._types.currentRow() + by)

    def _add_class(self) -> None:
        chosen, name = self._chosen(), self._new_class.text()
        if chosen is not None and name.strip():
            self._write(lambda *given: defining.add_class(*given)[1], chosen.id, name)
            self._new_class.clear()

    def _remove_type(self) -> None:
        self._write(defining.delete_type, self._types.current_id)

    def _remove_class(self) -> None:
        self._write(defining.delete_class, self._classes.current_id)

    def _write(self, verb: Callable[..., ChangeSet], *given: object) -> None:
        self._message.say("")
        session = self._session
        session.background.write(lambda: verb(session.project, *given), session.bus.tell, self._on_refused)

    def _on_refused(self, error: BaseException) -> None:
        if isinstance(error, LapelError):
            self._message.say(str(error))
        else:
            self._session.background.unexpected.emit(error)

    def _arrange(self) -> None:
        self._new_class.setPlaceholderText(self.tr("Add a class, Enter keeps it"))
        self._new_class.setAccessibleName(self.tr("New class"))
        self._new_class.setMaxLength(80)
        add = button(self.tr("Add type…"), self.type_asked.emit)
        types = _column((label(self.tr("Types"), "strong"), add), [self._types], self._of_type)
        classes = _column((self._title, self._selection), [self._classes, self._new_class], self._of_class)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(types, 1)
        row.addWidget(classes, 1)
        hint = self.tr(
            "Decisions refer to types and classes by what they are, not by name: renaming changes no label. "
            "A class can be removed while no label names it, a type while none ever did."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._message)
        column.addLayout(row)
        column.addWidget(label(hint, "secondary", wrap=True))


def _column(head: tuple[QWidget, QWidget], parts: list[QWidget], buttons: list[QPushButton]) -> QFrame:
    """A card: what it is at the left of its head, its parts, and what can be done with the chosen one."""
    frame = QFrame()
    frame.setObjectName("card")
    frame.setFixedHeight(_HEIGHT)
    column = QVBoxLayout(frame)
    column.setContentsMargins(12, 12, 12, 12)
    column.setSpacing(8)
    top = QHBoxLayout()
    top.setContentsMargins(8, 0, 0, 0)
    top.addWidget(head[0], 1)
    top.addWidget(head[1])
    holder = QWidget()
    holder.setFixedHeight(30)
    holder.setLayout(top)
    column.addWidget(holder)
    for part in parts:
        column.addWidget(part, 1 if isinstance(part, NamedList) else 0)
    foot = QHBoxLayout()
    foot.setSpacing(8)
    for each in buttons:
        foot.addWidget(each)
    foot.addStretch(1)
    column.addLayout(foot)
    return frame
