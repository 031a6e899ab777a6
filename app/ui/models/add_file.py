"""Takes in a model file from elsewhere, as a challenger to the version in use."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from app.services import adopting
from app.services.adopting import Adopted
from app.ui import refusals
from app.ui.models import words
from app.ui.session import Session
from app.ui.widgets.buttons import button


class AddFile:
    """The button and what it does. ``added`` is called with the version that came of it."""

    def __init__(self, parent: QWidget, session: Session, added: Callable[[Adopted], None]) -> None:
        self._parent = parent
        self._session = session
        self._added = added
        self.button: QPushButton = button(words.translate("Add model file…"), self.ask)
        self.button.setToolTip(words.translate("A model.onnx that Lapel or mtss has exported"))

    def ask(self) -> None:
        """Ask for the file; the answer is taken by ``take``."""
        dialog = QFileDialog(self._parent, words.translate("Add model file"), str(Path.home()))
        dialog.setNameFilters([words.translate("Models (*.onnx)"), words.translate("All files (*)")])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.take(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take(self, path: Path) -> None:
        """Register the file off the window's thread; what refuses it says why, and nothing changes."""
        self.button.setEnabled(False)
        session = self._session
        session.in_halves(
            lambda: adopting.keep_file(session.project, path),
            lambda kept: adopting.register_file(session.project, kept),
            self._on_added,
            self._on_refused,
        )

    def _on_added(self, answer: Adopted) -> None:
        self.button.setEnabled(True)
        self._added(answer)
        self._session.bus.tell(answer.changes)
        self._session.said.emit(words.adopted(answer), "info")

    def _on_refused(self, error: BaseException) -> None:
        self.button.setEnabled(True)
        refusals.tell(self._session, error)
