"""Reads the sidebar's counts in the background, at most once at a time, and again when they are stale."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.domain.facets import Facets
from app.domain.item import Folder
from app.domain.query import ImageQuery
from app.domain.schema import Schema
from app.services import browsing, scanning
from app.services.projects import Project
from app.ui.one_reading import OneReading
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
        self._under = ""
        background = session.background
        self._reading = OneReading(self, background.read, self._begin, self._take, background.unexpected.emit)
        self.seconds = 0.0  # what the last reading took

    def ask(self, under: str) -> None:
        """Read the counts of the library and of one folder of it."""
        self._under = under
        self._reading.ask()

    def _begin(self) -> Callable[[], tuple[Surroundings, float]]:
        project, under, began = self._session.project, self._under, time.perf_counter()
        return lambda: (_read(project, under), began)

    def _take(self, found: tuple[Surroundings, float]) -> None:
        surroundings, began = found
        self.seconds = time.perf_counter() - began
        self.came.emit(surroundings)


def _read(project: Project, under: str) -> Surroundings:
    library = browsing.facets(project, ImageQuery())
    here = browsing.facets(project, ImageQuery(under=under)) if under else library
    return Surroundings(library, here, project.schema(), tuple(scanning.folder_list(project)))
