"""Who is read next: items asked for go first, then all others in their order."""

from array import array
from collections import deque
from collections.abc import Iterable
from threading import Lock

from app.domain.ids import ItemId


class Line:
    """Items waiting to be read, each given out once. Any thread may push some to the front."""

    def __init__(self, waiting: "array[int]", first: Iterable[ItemId] = ()) -> None:
        self._waiting = waiting
        self._next = 0
        self._wishes: deque[ItemId] = deque(first)
        self._ahead: set[ItemId] = set()  # given out before their turn
        self._lock = Lock()
        self.total = len(waiting)

    def prioritise(self, ids: Iterable[ItemId]) -> None:
        """Put these before everything else; of several wishes the newest goes first."""
        with self._lock:
            self._wishes.extendleft(reversed(list(ids)))

    def wishes(self) -> list[ItemId]:
        """Those asked for since the last call. Whoever takes them must tell whether they still wait."""
        with self._lock:
            taken = [i for i in dict.fromkeys(self._wishes) if i not in self._ahead]
            self._wishes.clear()
            self._ahead.update(taken)
            return taken

    def next(self, count: int) -> list[ItemId]:
        """The next in order, at most ``count``, without those that were given out as wishes."""
        with self._lock:
            taken: list[ItemId] = []
            while len(taken) < count and self._next < self.total:
                item = ItemId(self._waiting[self._next])
                self._next += 1
                if item not in self._ahead:
                    taken.append(item)
            return taken
