"""Installs what training needs, with its size said first, progress, and a way out at any time."""

from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.domain.progress import Step
from app.services import installing, runtime
from app.services.installing import InstallError, Recipe
from app.ui.background import Task
from app.ui.dialogs.frame import DialogFrame
from app.ui.session import Session
from app.ui.theme.theme import Theme


class InstallRuntime(DialogFrame):
    """``then`` is called once the runtime is there; ``recipe`` None installs what training really needs."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        theme: Theme,
        home: Path,
        then: Callable[[], None],
        recipe: Recipe | None = None,
    ) -> None:
        title = QCoreApplication.translate("InstallRuntime", "Install the training runtime")
        super().__init__(parent, theme, title, _sentence(home), "")
        self._session = session
        self._home = home
        self._then = then
        self._recipe = recipe
        self._task: Task | None = None
        self.action.setText(self.tr("Install"))
        self.action.setFocus()

    def go(self) -> None:
        """Begin; the dialog stays open and shows how far it is."""
        self.message.say("")
        self.action.setEnabled(False)
        home, recipe = self._home, self._recipe

        def steps() -> Generator[Step, None, None]:
            yield from installing.install(home, recipe)

        background = self._session.background
        self._task = background.start(steps, self._on_step, self._on_end, self._on_failed)

    def reject(self) -> None:
        """Cancel: an installation under way ends, and what it wrote is removed, before the dialog goes."""
        if self._task is None:
            super().reject()
        else:
            self.dismiss.setEnabled(False)
            self.doing.setText(self.tr("Stopping and removing what was downloaded"))
            self._task.cancel()

    def _on_step(self, step: Step) -> None:
        if self._task is not None and not self._task.is_cancelled:
            self.show_progress(step.progress)

    def _on_end(self, cancelled: bool) -> None:
        self._task = None
        if cancelled:
            super().reject()
            return
        self.accept()
        self._then()

    def _on_failed(self, error: BaseException) -> None:
        self._task = None
        self.show_progress(None)
        self.action.setEnabled(True)
        self.dismiss.setEnabled(True)
        if not isinstance(error, InstallError):
            self._session.background.unexpected.emit(error)
            return
        self.action.setText(self.tr("Try again"))
        self.message.say(str(error))


def _sentence(home: Path) -> str:
    words = QCoreApplication.translate(
        "InstallRuntime",
        "Training needs PyTorch, which labelling does not. It takes {size} and goes into {home}; "
        "nothing else on this machine is changed.",
    )
    return words.format(size=runtime.SIZE_WORDS, home=home)
