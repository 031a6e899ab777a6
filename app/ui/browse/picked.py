"""Which positions of an ordered list are selected: a few ranges, whatever their length."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator


class Picked:
    """A set of positions kept as sorted, disjoint, non-adjacent ranges ``[start, stop)``."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._ranges: list[tuple[int, int]] = []
        for start, stop in ranges:
            self.add(start, stop)

    @classmethod
    def of(cls, ranges: list[tuple[int, int]]) -> "Picked":
        """Ranges that are sorted, disjoint and non-adjacent already."""
        made = cls()
        made._ranges = ranges
        return made

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The ranges in order."""
        return tuple(self._ranges)

    def __len__(self) -> int:
        return sum(stop - start for start, stop in self._ranges)

    def __bool__(self) -> bool:
        return bool(self._ranges)

    def __contains__(self, position: int) -> bool:
        at = bisect_right(self._ranges, position, key=lambda r: r[0]) - 1
        return at >= 0 and position < self._ranges[at][1]

    def __iter__(self) -> Iterator[int]:
        for start, stop in self._ranges:
            yield from range(start, stop)

    def copy(self) -> "Picked":
        """An independent copy."""
        return Picked.of(list(self._ranges))

    def clear(self) -> None:
        """Select nothing."""
        self._ranges = []

    def add(self, start: int, stop: int) -> None:
        """Select the positions from ``start`` up to but without ``stop``."""
        if start >= stop:
            return
        before = [r for r in self._ranges if r[1] < start]
        after = [r for r in self._ranges if r[0] > stop]
        touching = self._ranges[len(before) : len(self._ranges) - len(after)]
        if touching:
            start, stop = min(start, touching[0][0]), max(stop, touching[-1][1])
        self._ranges = [*before, (start, stop), *after]

    def remove(self, start: int, stop: int) -> None:
        """Deselect the positions from ``start`` up to but without ``stop``."""
        if start >= stop:
            return
        kept: list[tuple[int, int]] = []
        for first, last in self._ranges:
            kept += [(a, b) for a, b in ((first, min(last, start)), (max(first, stop), last)) if a < b]
        self._ranges = kept

    def toggle(self, position: int) -> None:
        """Switch one position."""
        if position in self:
            self.remove(position, position + 1)
        else:
            self.add(position, position + 1)


def from_positions(positions: Iterable[int]) -> Picked:
    """The selection of ascending positions, in one pass."""
    ranges: list[tuple[int, int]] = []
    for position in positions:
        if ranges and ranges[-1][1] == position:
            ranges[-1] = (ranges[-1][0], position + 1)
        else:
            ranges.append((position, position + 1))
    return Picked.of(ranges)
