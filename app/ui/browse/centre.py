"""The middle column: header, grid, and in the grid's place why it is empty."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.ui.browse.emptiness import Emptiness, Remedy
from app.ui.browse.grid import Grid
from app.ui.browse.header import Header
from app.ui.theme.theme import Theme
from app.ui.widgets.empty import EmptyState


class Centre(QWidget):
    """``remedied`` carries the Remedy that was pressed."""

    remedied = Signal(object)

    def __init__(self, theme: Theme, grid: Grid, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: Emptiness | None = None
        self._empty: EmptyState | None = None
        self.header = Header()
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(9, 0, 0, 0)  # a cell's own half gap makes it 14
        row.addWidget(grid)
        self._stack = QStackedWidget()
        self._stack.addWidget(holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._stack, 1)

    @property
    def emptiness(self) -> Emptiness | None:
        """Why the grid is empty, as shown; None while the grid is."""
        return self._shown

    def show_grid(self) -> None:
        """Show the grid."""
        self._shown = None
        self._stack.setCurrentIndex(0)

    def show_empty(self, why: Emptiness) -> None:
        """Say why there is nothing to show."""
        if why == self._shown:
            return
        self._shown = why
        if self._empty is not None:
            self._stack.removeWidget(self._empty)
            self._empty.deleteLater()
        remedy = why.remedy
        action = (why.action, lambda: self._press(remedy)) if remedy else None
        self._empty = EmptyState(self._theme, why.icon, why.title, why.sentence, action)
        self._stack.addWidget(self._empty)
        self._stack.setCurrentWidget(self._empty)

    def _press(self, remedy: Remedy) -> None:
        self.remedied.emit(remedy)
