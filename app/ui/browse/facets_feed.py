"""Reads the sidebar's counts in the background, at most once at a time, and again when they are stale."""

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.domain.facets import Facets
from app.domain.item import Folder
from app.domain.query import ImageQuery
from app.domain.schema import Schema
from app.services import browsing, scanning
from app.services.projects import Project
from app.ui.session import Session


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the page knows beside the images: counts of the library and of the folder chosen, its folders."""

    library: Facets
    here: Facets
    schema: Schema
    folders: tuple[Folder, ...]


class FacetsFeed(QObject):
    """``came`` carries Surroundings."""

    came = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._reading = False
        self._again: str | None = None
        self._began = 0.0
        self.seconds = 0.0  # what the last reading took

    def ask(self, under: str) -> None:
        """Read the counts of the library and of one folder of it."""
        if self._reading:
            self._again = under
            return
        self._reading, self._again, self._began = True, None, time.perf_counter()
        project = self._session.project
        self._session.background.read(lambda: _read(project, under), self._take, self._failed)

    def _take(self, found: Surroundings) -> None:
        if not isValid(self):
            return
        self._reading, self.seconds = False, time.perf_counter() - self._began
        self.came.emit(found)
        if self._again is not None:
            self.ask(self._again)

    def _failed(self, error: BaseException) -> None:
        if not isValid(self):
            return
        self._reading = False
        self._session.background.unexpected.emit(error)


def _read(project: Project, under: str) -> Surroundings:
    library = browsing.facets(project, ImageQuery())
    here = browsing.facets(project, ImageQuery(under=under)) if under else library
    return Surroundings(library, here, project.schema(), tuple(scanning.folder_list(project)))
