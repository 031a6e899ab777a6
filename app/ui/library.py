"""What is on screen, shared by the pages: one query, its ordered images, and the current one."""

from array import array
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.changes import ChangeSet
from app.domain.ids import ItemId
from app.domain.query import ImageQuery
from app.services import browsing
from app.ui.one_reading import OneReading
from app.ui.session import Session

GATHER_MS = 300

Found = tuple[ImageQuery, "array[int]"]


class Library(QObject):
    """``reordered`` fires when the list of images changed, ``moved`` when the current one did,
    ``asked`` when another query was set (its images follow with ``reordered``)."""

    reordered = Signal()
    moved = Signal()
    asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.query = ImageQuery()
        self.order: array[int] = array("q")
        self.answered: ImageQuery | None = None  # the query that ``order`` answers
        self._near = 0
        self._current: ItemId | None = None
        self._reading = OneReading(
            self, session.background.read, self._begin, self._take, session.background.unexpected.emit
        )
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.reload)
        session.bus.changed.connect(self._on_changed)

    @property
    def current(self) -> ItemId | None:
        """The image being looked at."""
        return self._current

    @property
    def position(self) -> int | None:
        """Where the current image stands in the order, or None when the filter has left it out."""
        return None if self._current is None else self.place_of(self._current)

    def place_of(self, item: ItemId) -> int | None:
        """An image's position in the order, or None."""
        order = self.order
        for place in (self._near, self._near + 1, self._near - 1):
            if 0 <= place < len(order) and order[place] == item:
                self._near = place
                return place
        try:
            self._near = order.index(item)  # 15 ms for the last of a million; a dictionary would take 100 MB
        except ValueError:
            return None
        return self._near

    def ask(self, query: ImageQuery) -> None:
        """Show what another query finds."""
        if query != self.query:
            self.query = query
            self.asked.emit()
            self.reload()

    def reload(self) -> None:
        """Ask the store again for the images of the present query."""
        self._reading.ask()

    def go_to(self, item: ItemId) -> None:
        """Make an image the current one."""
        if item != self._current:
            self._current = item
            self.moved.emit()

    def step(self, by: int) -> bool:
        """Move by so many images; False at the end."""
        position = self.position
        target = 0 if position is None else position + by
        if not 0 <= target < len(self.order):
            return False
        self.go_to(ItemId(self.order[target]))
        return True

    def _begin(self) -> Callable[[], Found]:
        project, query = self.session.project, self.query
        return lambda: (query, browsing.order(project, query))

    def _take(self, found: Found) -> None:
        query, order = found
        if query != self.query or (order == self.order and query == self.answered):
            return
        self.order, self.answered = order, query
        if self._current is None and order:
            self._current = ItemId(order[0])
            self.reordered.emit()
            self.moved.emit()
            return
        self.reordered.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        # While a filter is on, a decision does not pull images from under the hand: F5 or a new query does.
        if changes.models and self.query.is_filtered:
            self.reload()
        elif changes.library and not self._soon.isActive():
            # The first images of a new folder are shown at once; later batches of its scan share a reading.
            self._soon.start(GATHER_MS if self.order else 0)
