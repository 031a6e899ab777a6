"""The grid: selecting and opening images by mouse, wheel and key."""

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent

from app.ui.browse.grid_keys import press
from app.ui.browse.table import TileTable


class Grid(TileTable):
    """``opened`` carries a position, ``moved`` the position that is current now, ``zoomed`` the tile width
    wished for."""

    opened = Signal(int)
    moved = Signal(int)
    zoomed = Signal(int)

    def choose(self, current: int) -> None:
        """Show what ``choosing`` holds after a change, and tell."""
        self.mirror()
        self.scrollTo(self.tiles.at(current))
        self.chosen.emit()
        self.moved.emit(current)

    def go_to(self, position: int) -> None:
        """Move to an image that was chosen elsewhere; the selection stays."""
        self.choosing.move(position)
        self.mirror()
        self.scrollTo(self.tiles.at(position))

    def choose_nothing(self) -> None:
        """Deselect."""
        self.choosing.none()
        self.mirror()
        self.chosen.emit()

    def selectAll(self) -> None:
        self.choosing.all()
        self.mirror()
        self.chosen.emit()

    def rows_on_screen(self) -> int:
        """Whole rows on screen, at least one."""
        return max(1, self.viewport().height() // self.verticalHeader().defaultSectionSize())

    def open(self, position: int) -> None:
        """Ask for an image to be shown large."""
        self.opened.emit(position)

    # Events ----------------------------------------------------------------------------------------------

    def position_at(self, point: QPoint) -> int | None:
        """The image at a point of the viewport."""
        return self.tiles.position(self.indexAt(point))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = self.position_at(event.position().toPoint())
        keys = event.modifiers()
        extends = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        adds = bool(keys & Qt.KeyboardModifier.ControlModifier)
        if position is None:
            if not (extends or adds):
                self.choose_nothing()
            return
        if event.button() == Qt.MouseButton.RightButton and position in self.choosing.picked:
            return
        if extends:
            self.choosing.extend(position, keep=adds)
        elif adds:
            self.choosing.toggle(position)
        else:
            self.choosing.go(position)
        self.choose(position)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() != Qt.MouseButton.LeftButton:
            return
        position = self.position_at(event.position().toPoint())
        if position is not None and position != self.choosing.current:
            self.choosing.extend(position, keep=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            self.choose(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        position = self.position_at(event.position().toPoint())
        if position is not None and event.button() == Qt.MouseButton.LeftButton:
            self.open(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press(self, event, self.tiles.columns):
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(self._tile + (12 if event.angleDelta().y() > 0 else -12))
            event.accept()
        else:
            super().wheelEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.choosing.current is None and self.choosing.count:
            self.choosing.move(self.visible().start)
            self.mirror()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.reflow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.reflow()
