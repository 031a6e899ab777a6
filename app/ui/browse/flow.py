"""How tiles of a wished size fill the width there is."""

from dataclasses import dataclass

GAP = 10
CAPTION = 44
SMALLEST, USUAL, LARGEST = 88, 124, 256


@dataclass(frozen=True, slots=True)
class Flow:
    """A grid's measures in logical pixels. A cell is a tile with half a gap on every side."""

    columns: int
    cell_width: int
    cell_height: int

    @property
    def picture(self) -> int:
        """The longest edge that a picture gets inside its tile."""
        return self.cell_width - GAP - 2

    def rows(self, images: int) -> int:
        """How many rows that many images take."""
        return -(-images // self.columns)


def flow(width: int, tile: int) -> Flow:
    """As many columns as fit tiles at least ``tile`` wide into ``width``; the tiles share what is left."""
    columns = max(1, width // (tile + GAP))
    cell = max(tile + GAP, width // columns)
    return Flow(columns, cell, cell + CAPTION + 5)
