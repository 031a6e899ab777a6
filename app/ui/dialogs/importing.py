"""Imports labels from a manifest, after showing what that would do."""

from collections.abc import Generator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QWidget

from app.domain.errors import LapelError
from app.domain.ids import FolderId
from app.domain.item import Folder
from app.domain.paths import shown
from app.domain.progress import Step
from app.services import importing, scanning
from app.services.importing import Preview
from app.ui.background import Task
from app.ui.dialogs.frame import DialogFrame
from app.ui.session import Session
from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label


def import_labels(parent: QWidget, session: Session, theme: Theme) -> None:
    """Open the dialog."""
    ImportLabels(parent, session, theme).open()


class ImportLabels(DialogFrame):
    """Choose a folder of the project and a manifest; look at the preview; import as one step."""

    def __init__(self, parent: QWidget, session: Session, theme: Theme) -> None:
        sentence = _tr("From a manifest: JSON Lines, one image a line. What is decided already is kept.")
        super().__init__(parent, theme, _tr("Import labels"), sentence, _tr("Import"))
        self._session = session
        self._manifest: Path | None = None
        self._task: Task | None = None
        self._said = ""
        self._folders: list[Folder] = []
        self._folder = QComboBox()
        self._folder.setAccessibleName(self.tr("Folder"))
        self._file: QLabel = label(self.tr("Looking for a manifest…"), "muted", wrap=True)
        self._preview: QLabel = label("", wrap=True)
        self._choose = button(self.tr("Choose…"), self._ask_file)
        self._lay_out()
        self._folder.activated.connect(lambda _: self._find())
        self.action.setEnabled(False)
        self._load_folders()

    def take(self, manifest: Path | None) -> None:
        """Look at this manifest; None says that there is none yet."""
        self._manifest = manifest
        self.action.setEnabled(False)
        self._preview.setText("")
        self.message.say("")
        if manifest is None:
            self._file.setText(self.tr("No manifest lies in this folder."))
            return
        self._file.setText(shown(str(manifest)))
        project, folder = self._session.project, self._chosen()
        self._session.background.read(
            lambda: importing.preview(project, folder, manifest),
            partial(self._show_preview, manifest),
            partial(self._refuse_preview, manifest),
        )

    def go(self) -> None:
        """Import; one undo takes all of it back."""
        manifest, folder, session = self._manifest, self._chosen(), self._session
        if manifest is None:
            return
        self._set_busy(True)
        annotator = session.settings.annotator

        def steps() -> Generator[Step, None, None]:
            yield from importing.import_manifest(session.project, folder, manifest, annotator)

        self._task = session.background.start(steps, self._on_step, self._on_end, self._on_failed)

    def reject(self) -> None:
        """Cancel; an import under way stops after its present batch, and what came in stays undoable."""
        if self._task is None:
            super().reject()
        else:
            self._task.cancel()

    def _chosen(self) -> FolderId:
        return self._folders[self._folder.currentIndex()].id

    def _load_folders(self) -> None:
        project = self._session.project
        self._session.background.read(lambda: scanning.folder_list(project), self._show_folders)

    def _show_folders(self, folders: list[Folder]) -> None:
        self._folders = folders
        for folder in folders:
            self._folder.addItem(shown(folder.path))
        self._folder.setEnabled(len(folders) > 1)
        self._choose.setEnabled(bool(folders))
        if folders:
            self._find()
        else:
            self._file.setText(self.tr("Add a folder of images first."))

    def _find(self) -> None:
        folder = self._folders[self._folder.currentIndex()]
        asked, path = folder.id, Path(folder.path)

        def found(manifest: Path | None) -> None:
            if asked == self._chosen():
                self.take(manifest)

        self._session.background.read(lambda: importing.find_manifest(path), found)

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Manifest"), self._folder.currentText())
        dialog.setNameFilter(self.tr("Manifests (*.jsonl)"))
        dialog.fileSelected.connect(lambda path: self.take(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_preview(self, manifest: Path, found: Preview) -> None:
        if manifest != self._manifest:
            return
        self._preview.setText("\n".join(_preview_words(found)))
        self.action.setEnabled(found.known > 0)
        if found.known == 0:
            self.message.say(self.tr("None of its images lies in this folder."), "warn")

    def _refuse_preview(self, manifest: Path, error: BaseException) -> None:
        if manifest == self._manifest:
            self._on_failed(error)
            self.action.setEnabled(False)

    def _on_step(self, step: Step) -> None:
        self._said = step.progress.words
        self.show_progress(step.progress)
        self._session.bus.tell(step.changes)

    def _on_end(self, cancelled: bool) -> None:
        self._task = None
        words = self.tr("Import stopped; what came in can be undone.") if cancelled else self._said
        self._session.said.emit(words, "info" if cancelled else "good")
        self.accept()

    def _on_failed(self, error: BaseException) -> None:
        self._task = None
        self._set_busy(False)
        if isinstance(error, LapelError):
            self.message.say(str(error))
        else:
            self._session.background.unexpected.emit(error)

    def _set_busy(self, busy: bool) -> None:
        for control in (self.action, self._choose, self._folder):
            control.setEnabled(not busy)
        if not busy:
            self.show_progress(None)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._file, 1)
        row.addWidget(self._choose)
        self.body.addWidget(label(self.tr("Images lie in"), "secondary"))
        self.body.addWidget(self._folder)
        self.body.addWidget(label(self.tr("Labels come from"), "secondary"))
        self.body.addLayout(row)
        self.body.addWidget(self._preview)


def _preview_words(found: Preview) -> list[str]:
    lines = [
        _tr("{labels} values on {known} of the project's images; the file names {images}.").format(
            labels=f"{found.labels:,}", known=f"{found.known:,}", images=f"{found.images:,}"
        )
    ]
    if found.new_types:
        lines.append(_tr("New types: {}").format(", ".join(found.new_types)))
    if found.new_classes:
        lines.append(_tr("New classes: {}").format(f"{len(found.new_classes):,}"))
    return lines


def _tr(words: str) -> str:
    return QCoreApplication.translate("ImportLabels", words)
