"""Counts what selected images have and writes what is wished for them, off the window's thread."""

import threading
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.domain.ids import ItemId
from app.services import annotating, browsing
from app.services.annotating import Decided
from app.services.projects import Project
from app.ui.browse.bulk import Tally, Wishes, changes, step_words, tally
from app.ui.session import Session

_PIECE = 2_000  # images read at a time


class Labelling(QObject):
    """``counted`` carries the ids asked for and their Tally; a newer request takes an older one's place.

    ``applied`` carries the Wishes that are on disk now; it does not come when the disk refused them.
    """

    counted = Signal(object, object)
    applied = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._superseded = threading.Event()

    def count(self, ids: Sequence[ItemId]) -> None:
        """Count what these images have."""
        self._superseded.set()
        superseded = self._superseded = threading.Event()
        project = self._session.project

        def over(found: Tally | None) -> None:
            if found is not None and not superseded.is_set() and isValid(self):
                self.counted.emit(ids, found)

        self._session.background.read(lambda: _count(project, ids, superseded), over)

    def apply(self, ids: Sequence[ItemId], wishes: Wishes, images: str) -> None:
        """Make the wishes true for these images. The reading is part of the write, so that no decision made
        meanwhile is overlooked."""
        project, annotator = self._session.project, self._session.settings.annotator
        words = step_words(project.schema(), wishes, images)

        def over(decided: Decided | None) -> None:
            if isValid(self):
                self.applied.emit(wishes)
            if decided is None:
                self._session.said.emit(self.tr("All selected images have these labels already."), "info")
                return
            self._session.said.emit(words, "good")
            self._session.bus.tell(decided.changes)

        self._session.background.write(lambda: _apply(project, ids, wishes, words, annotator), over)


def _count(project: Project, ids: Sequence[ItemId], superseded: threading.Event) -> Tally | None:
    found = Tally()
    for start in range(0, len(ids), _PIECE):
        if superseded.is_set():
            return None
        piece = ids[start : start + _PIECE]
        found = found.plus(tally(piece, browsing.decisions(project, piece)))
    return found


def _apply(
    project: Project, ids: Sequence[ItemId], wishes: Wishes, words: str, annotator: str
) -> Decided | None:
    made = []
    for start in range(0, len(ids), _PIECE):
        piece = ids[start : start + _PIECE]
        made += changes(piece, browsing.decisions(project, piece), project.schema(), wishes)
    return annotating.decide(project, made, words, annotator) if made else None
