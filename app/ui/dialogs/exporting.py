"""Exports every decision, after saying what the format cannot hold."""

from collections.abc import Generator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QRadioButton, QVBoxLayout, QWidget

from app.domain.errors import LapelError
from app.domain.progress import Step
from app.services import exporting
from app.ui.background import Task
from app.ui.dialogs.frame import DialogFrame
from app.ui.session import Session
from app.ui.theme.theme import Theme
from app.ui.widgets.wrapped import Wrapped

_SUFFIX = {"jsonl": "jsonl", "csv": "csv"}


def export_decisions(parent: QWidget, session: Session, theme: Theme) -> None:
    """Open the dialog."""
    Exporting(parent, session, theme).open()


class Exporting(DialogFrame):
    """Choose a format, then where the file goes."""

    def __init__(self, parent: QWidget, session: Session, theme: Theme) -> None:
        sentence = _tr(
            "All decisions of this project, one image a line. The images themselves stay where they are."
        )
        super().__init__(parent, theme, _tr("Export decisions"), sentence, _tr("Export…"))
        self._session = session
        self._task: Task | None = None
        self._formats = QButtonGroup(self)
        self._add("jsonl", self.tr("JSON Lines"), self.tr("Everything; Lapel and mtss read it back."))
        self._add("csv", self.tr("CSV"), self.tr("For a spreadsheet: one column a type."))
        self._formats.buttonClicked.connect(lambda _: self._say_loss())
        self._say_loss()

    @property
    def format(self) -> str:
        """The format chosen: ``jsonl`` or ``csv``."""
        chosen = self._formats.checkedButton()
        return str(chosen.property("format")) if chosen else ""

    def go(self) -> None:
        """Ask where to, then write."""
        name = f"{self._session.project.folder.name}.{_SUFFIX[self.format]}"
        dialog = QFileDialog(self, self.tr("Export to"), str(Path.home() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_SUFFIX[self.format])
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self.write_to(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write_to(self, path: Path) -> None:
        """Write the file; nothing half-written is left when that fails or is cancelled."""
        self._refused = False
        self.message.say("")
        self.action.setEnabled(False)
        project, format_ = self._session.project, self.format

        def steps() -> Generator[Step, None, None]:
            write = exporting.export_csv if format_ == "csv" else exporting.export_jsonl
            yield from write(project, path)

        self._task = self._session.background.start(
            steps,
            lambda step: self.show_progress(step.progress),
            partial(self._on_end, path),
            self._on_failed,
        )

    def reject(self) -> None:
        """Cancel; an export under way ends first and leaves nothing."""
        if self._task is None:
            super().reject()
        else:
            self._task.cancel()

    def _on_end(self, path: Path, cancelled: bool) -> None:
        self._task = None
        if cancelled:
            super().reject()
            return
        self._session.said.emit(self.tr("Exported to {}").format(path), "good")
        self.accept()

    def _on_failed(self, error: BaseException) -> None:
        self._task = None
        self._refused = True  # and said until another attempt: what a format loses does not overwrite it
        self.show_progress(None)
        self.action.setEnabled(True)
        if isinstance(error, LapelError):
            self.message.say(str(error))
        else:
            self._session.background.unexpected.emit(error)

    def _add(self, key: str, title: str, sentence: str) -> None:
        choice = QRadioButton(title)
        choice.setProperty("format", key)
        choice.setAccessibleDescription(sentence)
        choice.setChecked(not self._formats.buttons())
        self._formats.addButton(choice)
        words = Wrapped(sentence, "secondary")
        words.setContentsMargins(24, 0, 0, 0)
        pair = QVBoxLayout()
        pair.setSpacing(3)  # the choice's focus frame does not touch the words
        pair.addWidget(choice)
        pair.addWidget(words)
        self.body.addLayout(pair)

    def _say_loss(self) -> None:
        self._refused = False
        project, format_ = self._session.project, self.format
        self._session.background.read(
            lambda: exporting.loses(project, format_), partial(self._show_loss, format_)
        )

    def _show_loss(self, format_: str, lost: list[str]) -> None:
        if format_ != self.format or self._refused:
            return
        self.message.say(_tr("Not in the file: {}").format("; ".join(lost)) if lost else "", "warn")


def _tr(words: str) -> str:
    return QCoreApplication.translate("Exporting", words)
