"""What the filter line offers while one types: read when the line gets the focus, if it is stale."""

from PySide6.QtCore import QObject, QStringListModel, Qt
from PySide6.QtWidgets import QCompleter
from shiboken6 import isValid

from app.domain.changes import ChangeSet
from app.domain.query import ImageQuery
from app.services import browsing
from app.services.projects import Project
from app.ui.filter_conditions import completions
from app.ui.session import Session


class FilterCompleter(QCompleter):
    """Completes names of types, classes, states and folders, wherever in them one begins."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._stale = True
        self._words = QStringListModel(self)
        self.setModel(self._words)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setMaxVisibleItems(10)
        session.bus.changed.connect(self._on_changed)

    def freshen(self) -> None:
        """Read the names again if they may have changed."""
        if self._stale:
            self._stale = False
            project = self._session.project
            self._session.background.read(lambda: _read(project), self._take)

    def marked(self) -> str:
        """The words marked in the open list; empty when there is none."""
        popup = self.popup()
        return (popup.currentIndex().data() or "") if popup and popup.isVisible() else ""

    def close_list(self) -> None:
        """Close the list of completions."""
        if popup := self.popup():
            popup.hide()

    def _on_changed(self, changes: ChangeSet) -> None:
        self._stale = self._stale or changes.schema or changes.library

    def _take(self, words: list[str]) -> None:
        if isValid(self):
            self._words.setStringList(words)


def _read(project: Project) -> list[str]:
    folders = browsing.facets(project, ImageQuery()).folders
    return completions(project.schema(), [f.under for f in folders])
