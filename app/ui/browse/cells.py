"""The facts of the images on screen, read in the background and kept while they are fresh."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.domain.ids import ItemId, TypeId
from app.ui.browse.facts import TileFacts, read_facts
from app.ui.session import Session

_KEPT = 6_000  # images, about 2 KB each


class Cells(QObject):
    """``loaded`` fires when facts that were asked for have come. ``get`` never waits."""

    loaded = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._facts: OrderedDict[ItemId, TileFacts] = OrderedDict()
        self._stale: set[ItemId] = set()
        self._wanted: tuple[ItemId, ...] = ()
        self._about: TypeId | None = None
        self._asked: frozenset[ItemId] = frozenset()

    def get(self, item: ItemId) -> TileFacts | None:
        """What is known of an image, perhaps a moment old; None while nothing is."""
        return self._facts.get(item)

    def want(self, ids: Sequence[ItemId]) -> None:
        """Say which images are on screen; what is missing of them is read, and nothing else."""
        self._wanted = tuple(ids)
        self._read_next()

    def ask_about(self, type_id: TypeId | None) -> None:
        """Show one attribute type's marks and confidences, or all types' with None."""
        if type_id != self._about:
            self._about = type_id
            self.refresh()

    def refresh(self, ids: Iterable[ItemId] | None = None) -> None:
        """These images changed, or all with None: keep showing the old facts until the new ones come."""
        known = self._facts.keys() | self._asked  # what is being read may have been read too early
        self._stale.update(known if ids is None else known.intersection(ids))
        self._read_next()

    def _read_next(self) -> None:
        missing = [i for i in self._wanted if i not in self._facts or i in self._stale]
        if self._asked or not missing:
            return
        self._asked = frozenset(missing)
        about = self._about
        self._stale.difference_update(missing)
        self._session.background.read(
            lambda: read_facts(self._session.project, missing, about),
            lambda facts: self._take(missing, facts),
            self._failed,
        )

    def _take(self, asked: Sequence[ItemId], facts: dict[ItemId, TileFacts]) -> None:
        if not isValid(self):
            return
        self._asked = frozenset()
        for item, value in facts.items():
            self._facts[item] = value
            self._facts.move_to_end(item)
        while len(self._facts) > _KEPT:
            self._facts.popitem(last=False)
        gone = set(asked) - facts.keys()
        self._wanted = tuple(i for i in self._wanted if i not in gone)
        self.loaded.emit()
        self._read_next()

    def _failed(self, error: BaseException) -> None:
        if not isValid(self):
            return
        self._asked = frozenset()
        self._wanted = ()
        self._session.background.unexpected.emit(error)
