"""Selecting in an ordered list by mouse and key, the way file browsers do it: Shift takes all in between."""

from array import array

from app.ui.browse.picked import Picked, from_positions


class Choosing:
    """The current position, what is selected, and where an extension began."""

    def __init__(self) -> None:
        self.count = 0
        self.current: int | None = None
        self.picked = Picked()
        self._anchor = 0
        self._base = Picked()

    def go(self, position: int) -> None:
        """Move there and select just that."""
        self.picked = Picked([(position, position + 1)])
        self._begin(position)

    def move(self, position: int) -> None:
        """Move there and leave the selection as it is."""
        self.current = position

    def extend(self, position: int, *, keep: bool = False) -> None:
        """Select everything from where the extension began up to there; ``keep`` adds to what was."""
        picked = self._base.copy() if keep else Picked()
        picked.add(min(self._anchor, position), max(self._anchor, position) + 1)
        self.picked = picked
        self.current = position

    def toggle(self, position: int) -> None:
        """Switch one image and move there."""
        self.picked.toggle(position)
        self._begin(position)

    def all(self) -> None:
        """Select everything."""
        self.picked = Picked([(0, self.count)])
        self._base = Picked()

    def none(self) -> None:
        """Select nothing; the current image stays."""
        self.picked.clear()
        self._base = Picked()
        self._anchor = self.current or 0

    def restart(self, count: int, current: int | None) -> None:
        """Another list: nothing is selected."""
        self.count, self.current = count, current
        self._anchor = current or 0
        self.picked, self._base = Picked(), Picked()

    def carry_over(self, old: "array[int]", new: "array[int]") -> None:
        """The same list with images gone or come: what was selected stays so."""
        current = None if self.current is None else old[self.current]
        chosen = {old[p] for p in self.picked}
        self.restart(len(new), None if current is None else find(new, current))
        if chosen:
            self.picked = from_positions(p for p, item in enumerate(new) if item in chosen)

    def _begin(self, position: int) -> None:
        self.current = self._anchor = position
        self._base = self.picked.copy()


def find(order: "array[int]", item: int) -> int | None:
    """Where an image stands in a list, or None."""
    try:
        return order.index(item)
    except ValueError:
        return None
