"""Adds an attribute type: its name, how many of its classes an image may carry, and its first classes."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPlainTextEdit, QRadioButton, QVBoxLayout, QWidget

from app.domain.changes import ChangeSet
from app.domain.errors import LapelError
from app.domain.schema import Schema, Selection, check_name, normalise
from app.services import defining
from app.services.projects import Project
from app.ui.dialogs.frame import DialogFrame
from app.ui.session import Session
from app.ui.theme.theme import Theme
from app.ui.widgets.text import label


def add_type(parent: QWidget, session: Session, theme: Theme) -> None:
    """Open the dialog."""
    NewType(parent, session, theme).open()


class NewType(DialogFrame):
    """Stays open, with the reason, when the type cannot be added."""

    def __init__(self, parent: QWidget, session: Session, theme: Theme) -> None:
        sentence = _tr("It is suggested after a handful of examples, before any training.")
        super().__init__(parent, theme, _tr("New attribute type"), sentence, _tr("Add type"))
        self._session = session
        self._name = QLineEdit()
        self._name.setPlaceholderText(self.tr("for example neckline"))
        self._name.setAccessibleName(self.tr("Name"))
        self._one = QRadioButton(self.tr("One class an image"))
        self._many = QRadioButton(self.tr("Several classes an image"))
        self._one.setChecked(True)
        self._classes = QPlainTextEdit()
        self._classes.setTabChangesFocus(True)
        self._classes.setPlaceholderText(self.tr("one a line; more can be added while labelling"))
        self._classes.setAccessibleName(self.tr("Classes"))
        self._classes.setFixedHeight(120)
        self._lay_out()
        self._name.textChanged.connect(self._check)
        self._classes.textChanged.connect(self._check)
        self._check()

    def go(self) -> None:
        """Add the type with its classes, as one write after those under way."""
        selection = Selection.MULTIPLE if self._many.isChecked() else Selection.SINGLE
        name, classes, project = check_name(self._name.text()), self._names(), self._session.project
        self.action.setEnabled(False)
        self._session.background.write(
            lambda: _add(project, name, selection, classes), self._on_added, self._on_refused
        )

    def _names(self) -> list[str]:
        lines = self._classes.toPlainText().splitlines()
        return [check_name(line) for line in lines if line.strip()]

    def _check(self) -> None:
        try:
            problem = _problem(self._session.project.schema(), self._name.text(), self._names())
        except ValueError as error:
            problem = str(error)
        self.action.setEnabled(bool(self._name.text().strip()) and not problem)
        self.message.say(problem, "warn")

    def _on_added(self, changes: ChangeSet) -> None:
        self._session.bus.tell(changes)
        self.accept()

    def _on_refused(self, error: BaseException) -> None:
        if isinstance(error, LapelError):
            self.message.say(str(error))
            self.action.setEnabled(True)
        else:
            self._session.background.unexpected.emit(error)

    def _lay_out(self) -> None:
        choices = QVBoxLayout()
        choices.setSpacing(4)
        choices.addWidget(self._one)
        choices.addWidget(self._many)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.addRow(label(self.tr("Name"), "muted"), self._name)
        form.addRow(label(self.tr("An image carries"), "muted"), choices)
        form.addRow(label(self.tr("Classes"), "muted"), self._classes)
        self.body.addLayout(form)


def _problem(schema: Schema, name: str, classes: list[str]) -> str:
    if name.strip():
        name = check_name(name)
    if (known := schema.type_named(name)) is not None:
        return _tr("There is a type “{}” already.").format(known.name)
    seen: set[str] = set()
    for each in map(normalise, classes):
        if each in seen:
            return _tr("“{}” stands there twice.").format(each)
        seen.add(each)
    return ""


def _add(project: Project, name: str, selection: Selection, classes: list[str]) -> ChangeSet:
    type_id, changes = defining.add_type(project, name, selection)
    for each in classes:
        changes |= defining.add_class(project, type_id, each)[1]
    return changes


def _tr(words: str) -> str:
    return QCoreApplication.translate("NewType", words)
