"""The Browse page: facets on the left, the grid in the middle, labels for the selection on the right."""

from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.domain.changes import ChangeSet
from app.domain.ids import ItemId
from app.ui.browse.bulk import MOST
from app.ui.browse.centre import Centre
from app.ui.browse.gridside import Gridside
from app.ui.browse.labelling import Labelling
from app.ui.browse.narrowing import Narrowing
from app.ui.browse.panel import BulkPanel
from app.ui.browse.sidebar import Sidebar
from app.ui.library import Library
from app.ui.page import Page
from app.ui.session import Session
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import SIDEBAR


class BrowsePage(Page):
    """``opened`` carries the ItemId to be shown large, ``folder_wanted`` asks for the folder dialog."""

    opened = Signal(object)
    folder_wanted = Signal()

    def __init__(self, session: Session, library: Library, theme: Theme) -> None:
        super().__init__()
        self.title = self.tr("Browse")
        self._session, self._library = session, library
        self._missed = ChangeSet()
        self.images = Gridside(session, library, theme, self)
        self.sidebar = Sidebar(theme)
        self.centre = Centre(theme, self.images.grid)
        self.panel = BulkPanel(Labelling(session, self))
        self.narrowing = Narrowing(session, library, self.sidebar, self.centre, self)
        self._lay_out()
        self._connect()
        self.panel.show_schema(session.project.schema())
        self.narrowing.refresh()

    def shown(self) -> None:
        """Catch up with what happened while another page was in front."""
        missed, self._missed = self._missed, ChangeSet()
        self._take(missed)
        self.images.follow()
        self.images.grid.setFocus()

    def _lay_out(self) -> None:
        left = QFrame()
        left.setObjectName("sidebar")
        left.setFixedWidth(SIDEBAR)
        inside = QVBoxLayout(left)
        inside.setContentsMargins(10, 2, 1, 0)
        inside.addWidget(self.sidebar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(self.centre, 1)
        row.addWidget(self.panel)
        chain = (self.sidebar, *self.centre.header.controls, self.images.grid)
        for first, second in pairwise(chain):
            self.setTabOrder(first, second)
        self.panel.follow(self.images.grid)

    def _connect(self) -> None:
        header, grid = self.centre.header, self.images.grid
        header.sized.connect(grid.set_tile)
        grid.zoomed.connect(header.set_size)
        header.sorted.connect(self.narrowing.sort)
        grid.opened.connect(self._open)
        self.images.chosen.connect(self._show_selection)
        self.panel.cleared.connect(grid.choose_nothing)
        self.narrowing.folder_wanted.connect(self.folder_wanted)
        self._session.bus.changed.connect(self._on_changed)

    def _open(self, position: int) -> None:
        item = ItemId(self._library.order[position])
        self._library.go_to(item)
        self.opened.emit(item)

    def _show_selection(self) -> None:
        number = len(self.images.grid.choosing.picked)
        self.centre.header.show_selected(number)
        self.panel.show_selection(number, self.images.selected() if number <= MOST else ())

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.isVisible():
            self._take(changes)
        else:
            self._missed |= changes

    def _take(self, changes: ChangeSet) -> None:
        """Reload what a change made stale."""
        if not changes:
            return
        if changes.schema:
            self.panel.show_schema(self._session.project.schema())
        self.images.refresh(changes)
        if changes.decisions:
            self.panel.recount()
        if changes.library or changes.schema or changes.decisions or changes.predictions:
            self.narrowing.refresh()
