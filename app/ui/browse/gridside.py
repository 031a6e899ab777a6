"""Feeds the grid: its order, and facts and pictures of what is on screen and next to it."""

from array import array
from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.changes import ChangeSet
from app.domain.ids import ItemId
from app.domain.query import ImageQuery
from app.ui.browse.cells import Cells
from app.ui.browse.facts import type_asked
from app.ui.browse.grid import Grid
from app.ui.browse.grid_model import GridModel
from app.ui.browse.pictures import Pictures
from app.ui.browse.tile import Tile
from app.ui.library import Library
from app.ui.session import Session
from app.ui.theme.theme import Theme

_SETTLED_MS = 150  # what is scrolled past is not worth computing suggestions for


class Gridside(QObject):
    """``chosen`` says that the selection changed."""

    chosen = Signal()

    def __init__(self, session: Session, library: Library, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._library = session, library
        self._answered: ImageQuery | None = None
        self._cells = Cells(session, self)
        self._pictures = Pictures(session.background, session.thumbnails.read, self)
        self._model = GridModel(self._cells)
        self.grid = Grid(self._model)
        self.tile = Tile(theme, self._model, self._cells, self._pictures)
        self.grid.setItemDelegate(self.tile)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._on_settled)
        self._cells.loaded.connect(self._on_facts)
        self._pictures.arrived.connect(self.grid.viewport().update)
        self.grid.scrolled.connect(self._on_scrolled)
        self.grid.moved.connect(lambda position: library.go_to(self._model.item(position)))
        self.grid.chosen.connect(self.chosen)
        library.reordered.connect(self._on_reordered)
        theme.changed.connect(self.grid.viewport().update)
        self._on_reordered()

    def selected(self) -> Sequence[ItemId]:
        """The ids of the selected images, in order."""
        ids: array[int] = array("q")
        for start, stop in self.grid.choosing.picked.ranges:
            ids.extend(self._model.order[start:stop])
        return cast("Sequence[ItemId]", ids)

    def pictures_on_screen(self) -> tuple[int, int]:
        """How many of the tiles on screen have their picture, and how many tiles there are."""
        seen = self.grid.visible()
        known = [self._cells.get(self._model.item(p)) for p in seen]
        return sum(f is not None and self._pictures.get(f.item) is not None for f in known), len(seen)

    def follow(self) -> None:
        """Make the library's current image the grid's, as after labelling on another page."""
        position = self._library.position
        if position is not None and position != self.grid.choosing.current:
            self.grid.go_to(position)

    def refresh(self, changes: ChangeSet) -> None:
        """Read again what a change made stale."""
        if changes.library or changes.predictions or changes.models:
            self._pictures.look_again()
        if changes.library or changes.predictions or changes.models or changes.schema:
            self._cells.refresh()
        elif changes.decisions:
            self._cells.refresh(changes.items or None)

    def _on_reordered(self) -> None:
        library = self._library
        self._cells.ask_about(type_asked(library.query, self._session.project.schema()))
        if library.answered == self._answered:
            self.grid.update_order(library.order)
        else:
            self._answered = library.answered
            self.grid.show_order(library.order, library.position)

    def _on_screen(self) -> list[ItemId]:
        return [self._model.item(p) for p in self.grid.visible()]

    def _on_scrolled(self) -> None:
        """While scrolling, ask for what is on screen and two rows around it: more would cost frames."""
        self._want_facts(2 * self._model.columns)
        self._want_pictures()
        self._settled.start()

    def _on_settled(self) -> None:
        self._want_facts(len(self.grid.visible()))
        self._session.prioritise(self._on_screen())

    def _want_facts(self, around: int) -> None:
        """Ask for the facts on screen first, then for so many images in both directions."""
        seen = self.grid.visible()
        ahead = range(seen.stop, min(len(self._model.order), seen.stop + around))
        behind = range(max(0, seen.start - around), seen.start)
        self._cells.want([self._model.item(p) for span in (seen, ahead, behind) for p in span])

    def _on_facts(self) -> None:
        self.grid.viewport().update()
        self._want_pictures()

    def _want_pictures(self) -> None:
        seen = self.grid.visible()
        ahead = range(seen.stop, min(len(self._model.order), seen.stop + len(seen) // 2))
        known = [self._cells.get(self._model.item(p)) for span in (seen, ahead) for p in span]
        usable = [facts.item for facts in known if facts is not None and facts.mark != "broken"]
        self._pictures.want(usable, self.grid.picture_edge())
