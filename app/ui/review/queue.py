"""The queue on screen: a window onto the store's queue, read page by page as it is worked off."""

from PySide6.QtCore import QObject, Signal

from app.domain.changes import ChangeSet
from app.domain.ids import TypeId
from app.domain.review import QueueKey, QueuePage
from app.services import reviewing
from app.ui.session import Session

PAGE = 50
NEARLY = 10
"""With so few entries left ahead, the next page is asked for."""


class Queue(QObject):
    """``moved`` fires when another entry is in front, ``counted`` when the number left changed."""

    moved = Signal()
    counted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.type: TypeId | None = None
        self.remaining = 0
        self._entries: list[QueueKey] = []
        self._place = 0
        self._loading = False
        self._exhausted = False
        self._generation = 0
        self._stale = True
        session.bus.changed.connect(self._on_changed)

    @property
    def front(self) -> QueueKey | None:
        """The entry being looked at, or None: the queue is worked off or not read yet."""
        return self._entries[self._place] if self._place < len(self._entries) else None

    @property
    def is_loading(self) -> bool:
        """Whether entries are on their way."""
        return self._loading

    def ahead(self, count: int) -> list[QueueKey]:
        """The next entries after the one in front."""
        return self._entries[self._place + 1 : self._place + 1 + count]

    def choose(self, type_id: TypeId | None) -> None:
        """Queue one attribute type, or all with None."""
        self.type = type_id
        self.restart()

    def refresh(self) -> None:
        """Begin again if what the queue was read from has changed."""
        if self._stale:
            self.restart()

    def restart(self) -> None:
        """Read the queue from its head."""
        self._generation += 1
        self._entries, self._place = [], 0
        self._loading = self._exhausted = self._stale = False
        self._load()

    def step(self, by: int) -> None:
        """Go on to the next entry, or back to one seen before."""
        target = self._place + by
        if 0 <= target <= len(self._entries):
            self._place = target
            self.moved.emit()
            self._load_if_near()

    def _load_if_near(self) -> None:
        if len(self._entries) - self._place < NEARLY and not self._exhausted:
            self._load()

    def _load(self) -> None:
        if self._loading:
            return
        self._loading = True
        after = self._entries[-1] if self._entries else None
        generation, type_id, project = self._generation, self.type, self._session.project
        self._session.background.read(
            lambda: reviewing.page(project, type_id, after, PAGE), lambda page: self._take(generation, page)
        )

    def _take(self, generation: int, page: QueuePage) -> None:
        if generation != self._generation:
            return
        self._loading = False
        waiting = self.front is None
        self._entries += page.entries
        self._exhausted = len(page.entries) < PAGE
        self.remaining = page.remaining
        self.counted.emit()
        if waiting:
            self.moved.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.predictions or changes.models or changes.schema:
            self._stale = True
        if changes.decisions:
            self._recount()

    def _recount(self) -> None:
        generation, type_id, project = self._generation, self.type, self._session.project

        def take(remaining: int) -> None:
            if generation == self._generation:
                self.remaining = remaining
                self.counted.emit()

        self._session.background.read(lambda: reviewing.remaining(project, type_id), take)
