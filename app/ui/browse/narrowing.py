"""Keeps sidebar, header and empty state in step with the query, the library and what runs."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.ids import TypeId
from app.domain.query import ImageQuery, Sort
from app.ui.activity import Activity
from app.ui.browse.centre import Centre
from app.ui.browse.emptiness import Remedy, emptiness
from app.ui.browse.facet_rows import Unfolded, rows
from app.ui.browse.facets_feed import FacetsFeed, Surroundings
from app.ui.browse.sidebar import Sidebar
from app.ui.library import Library
from app.ui.session import Session

_SOON_MS = 250  # while a scan or suggestions stream in, counts are read again at most this often,
_SHARE = 5  # and in a large library for at most one part in so many of the time


class Narrowing(QObject):
    """``folder_wanted`` asks for the folder dialog."""

    folder_wanted = Signal()

    def __init__(
        self, session: Session, library: Library, sidebar: Sidebar, centre: Centre, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._library = session, library
        self._sidebar, self._centre = sidebar, centre
        self._around: Surroundings | None = None
        self._unfolded = Unfolded()
        self._scanning = False
        self._feed = FacetsFeed(session, self)
        self._feed.came.connect(self._on_counts)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(lambda: self._feed.ask(self._library.query.under))
        library.asked.connect(self._on_asked)
        library.reordered.connect(self._show)
        session.activity.connect(self._on_activity)
        sidebar.asked.connect(library.ask)
        sidebar.switched.connect(self._switch)
        sidebar.type_chosen.connect(self._count_states_of)
        centre.remedied.connect(self._remedy)
        self._feed.ask(library.query.under)
        self._show()

    def refresh(self) -> None:
        """Read the counts again soon."""
        if not self._soon.isActive():
            self._soon.start(max(_SOON_MS, round(1000 * _SHARE * self._feed.seconds)))

    def sort(self, sort: Sort) -> None:
        """Ask for the same images in another order."""
        self._library.ask(replace(self._library.query, sort=sort))

    def _on_asked(self) -> None:
        self._soon.stop()
        self._show()
        self._feed.ask(self._library.query.under)

    def _on_counts(self, found: Surroundings) -> None:
        self._around = found
        self._show()

    def _on_activity(self, key: str, activity: Activity | None) -> None:
        if key == "scan":
            if self._scanning != (activity is not None):
                self._scanning = activity is not None
                self.refresh()
            self._centre.header.show_scan(None if activity is None else activity.progress.done)

    def _switch(self, key: str) -> None:
        self._unfolded = self._unfolded.switched(key)
        self._show()

    def _count_states_of(self, type_id: int) -> None:
        self._unfolded = replace(self._unfolded, state_type=TypeId(type_id))
        query = self._library.query
        if query.state_type:  # the filter follows to the type whose states are counted now
            schema = self._session.project.schema()
            self._library.ask(replace(query, state_type=schema.type(TypeId(type_id)).name))
        self._show()

    def _remedy(self, remedy: Remedy) -> None:
        match remedy:
            case Remedy.OPEN:
                self.folder_wanted.emit()
            case Remedy.CLEAR:
                self._library.ask(ImageQuery(sort=self._library.query.sort))
            case Remedy.LOOK:
                self._session.rescan()

    def _show(self) -> None:
        query, order = self._library.query, self._library.order
        answered = self._library.answered == query
        self._centre.header.show_query(query, len(order) if answered else None)
        around = self._around
        if around is not None:
            shown = rows(around.library, around.here, around.schema, query, self._unfolded)
            self._sidebar.show_rows(shown, around.schema)
        if order or around is None or not answered:
            self._centre.show_grid()
        else:
            self._centre.show_empty(emptiness(around.folders, query, scanning=self._scanning))
