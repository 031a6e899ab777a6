"""Where the project lies and which image folders it refers to."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.domain.item import Folder
from app.domain.paths import shown
from app.services import scanning
from app.ui.session import Session
from app.ui.settings.row import card
from app.ui.settings.section import Section
from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button
from app.ui.widgets.clearing import clear
from app.ui.widgets.text import label


class Place(Section):
    """``folder_asked`` wishes for one more folder."""

    folder_asked = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._folders = QVBoxLayout()
        self._folders.setSpacing(10)
        add = button(self.tr("Add folder…"), self.folder_asked.emit, primary=True)
        rescan = button(self.tr("Look for changes"), session.rescan)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(add)
        foot.addWidget(rescan)
        foot.addStretch(1)
        frame = QFrame()
        frame.setObjectName("card")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(16, 12, 16, 12)
        inner.addLayout(self._folders)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        words = self.tr("Images are read where they lie; nothing is ever written into these folders.")
        column.addWidget(label(words, "muted", wrap=True))
        column.addWidget(frame)
        column.addLayout(foot)
        column.addWidget(card([_Where(self.tr("The project lies in"), str(session.project.folder))]))

    def refresh(self) -> None:
        """Read the folders and their counts again."""
        project = self._session.project
        self._session.background.read(lambda: scanning.folder_list(project), self._show)

    def _show(self, folders: list[Folder]) -> None:
        clear(self._folders)
        for folder in folders:
            self._folders.addWidget(_FolderRow(folder))
        if not folders:
            self._folders.addWidget(label(self.tr("No folder yet."), "muted"))


class _FolderRow(QWidget):
    def __init__(self, folder: Folder) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        path = label(_shown(folder.path), "strong", wrap=True)
        path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(path, 0, 0)
        images = self.tr("{} images").format(f"{folder.images:,}")
        finished = self.tr("{} finished").format(f"{folder.labelled:,}")
        grid.addWidget(label(images), 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(label(finished, "secondary"), 1, 1, Qt.AlignmentFlag.AlignRight)
        if folder.problem:
            grid.addWidget(label(folder.problem, "bad", wrap=True), 1, 0)


class _Where(QWidget):
    """A name and a path that can be copied."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__()
        where: QLabel = label(_shown(path), "", wrap=True)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(2)
        column.addWidget(label(name, "secondary"))
        column.addWidget(where)


def _shown(path: str) -> str:
    """A path fit to be shown, with places where a long one may break."""
    return shown(path).replace("/", "/\u200b")
