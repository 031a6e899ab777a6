"""Tiles in a table: only the cells on screen cost anything, however many there are."""

from array import array

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.ui.browse.choosing import Choosing, find
from app.ui.browse.flow import LARGEST, SMALLEST, USUAL, flow
from app.ui.browse.grid_model import GridModel

_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect
_KEEP = QItemSelectionModel.SelectionFlag.NoUpdate


class TileTable(QTableView):
    """``scrolled`` says that other cells are on screen, ``chosen`` that the selection changed.

    ``choosing`` is the truth about the selection; Qt's own model repeats it for painting and screen readers.
    """

    chosen = Signal()
    scrolled = Signal()

    def __init__(self, model: GridModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choosing = Choosing()
        self.tiles = model
        self._tile = USUAL
        self._scroll_note = QTimer(self, singleShot=True, interval=0)
        self._scroll_note.timeout.connect(self.scrolled)
        self.setModel(model)
        self._dress()
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(lambda _: self._scroll_note.start())
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))

    def _dress(self) -> None:
        self.setObjectName("grid")
        self.setAccessibleName(self.tr("Images"))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(1)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_order(self, order: "array[int]", current: int | None) -> None:
        """Show another list from the current image's place, with nothing selected."""
        self.choosing.restart(len(order), current)
        self._lay_out(order)
        self.verticalScrollBar().setValue(0)
        if current is not None:
            self.scrollTo(self.tiles.at(current))

    def update_order(self, order: "array[int]") -> None:
        """The same list with images gone or come: selection and place stay."""
        top, held = self.rowAt(0), self.tiles.order
        first = held[top * self.tiles.columns] if top >= 0 and held else None
        self.choosing.carry_over(held, order)
        self._lay_out(order)
        place = None if first is None or top == 0 else find(order, first)
        if place is not None:
            self.scrollTo(self.tiles.at(place), QAbstractItemView.ScrollHint.PositionAtTop)

    def set_tile(self, width: int) -> None:
        """Show tiles at least that wide."""
        width = min(LARGEST, max(SMALLEST, width))
        if width != self._tile:
            self._tile = width
            self.reflow()

    def visible(self) -> range:
        """The positions on screen."""
        count = self.choosing.count
        top = self.rowAt(0)
        if top < 0 or not count:
            return range(0)
        bottom = self.rowAt(self.viewport().height() - 1)
        last = self.tiles.rowCount() - 1 if bottom < 0 else bottom
        columns = self.tiles.columns
        return range(top * columns, min(count, (last + 1) * columns))

    def picture_edge(self) -> int:
        """The longest edge of a picture, in pixels of the screen."""
        return round(flow(self.viewport().width(), self._tile).picture * self.devicePixelRatioF())

    def _lay_out(self, order: "array[int]") -> None:
        sizes = flow(self.viewport().width(), self._tile)
        self.verticalHeader().setDefaultSectionSize(sizes.cell_height)
        self.horizontalHeader().setDefaultSectionSize(sizes.cell_width)
        self.tiles.show(order, sizes.columns)
        self.mirror()
        self._scroll_note.start()
        self.chosen.emit()

    def reflow(self) -> None:
        """Fit columns and tiles to the width there is now."""
        sizes = flow(self.viewport().width(), self._tile)
        columns_stay = sizes.columns == self.tiles.columns
        top = max(0, self.rowAt(0)) * self.tiles.columns
        self.verticalHeader().setDefaultSectionSize(sizes.cell_height)
        self.horizontalHeader().setDefaultSectionSize(sizes.cell_width)
        if not columns_stay:
            self.tiles.show(self.tiles.order, sizes.columns)
            self.mirror()
        if top:
            self.scrollTo(self.tiles.at(top), QAbstractItemView.ScrollHint.PositionAtTop)
        self._scroll_note.start()

    def mirror(self) -> None:
        """Repeat the selection in Qt's model, which screen readers and painting know."""
        wanted = QItemSelection()
        columns, index = self.tiles.columns, self.tiles.index
        for start, stop in self.choosing.picked.ranges:
            first, last = start // columns, (stop - 1) // columns
            if first == last:
                wanted.select(self.tiles.at(start), self.tiles.at(stop - 1))
                continue
            wanted.select(self.tiles.at(start), index(first, columns - 1))
            if last - first > 1:
                wanted.select(index(first + 1, 0), index(last - 1, columns - 1))
            wanted.select(index(last, 0), self.tiles.at(stop - 1))
        self.selectionModel().select(wanted, _SELECT)
        if self.choosing.current is not None:
            self.selectionModel().setCurrentIndex(self.tiles.at(self.choosing.current), _KEEP)
