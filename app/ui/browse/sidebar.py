"""The left column: library, folders, states and classes with their counts; a click narrows the images."""

from PySide6.QtCore import QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from app.domain.schema import Schema
from app.ui.browse.facet_rows import Kind, Row
from app.ui.browse.sidebar_model import SidebarModel
from app.ui.browse.sidebar_paint import SidebarPaint
from app.ui.theme.theme import Theme


class Sidebar(QListView):
    """``asked`` carries an ImageQuery, ``switched`` the key of what was opened or folded, ``type_chosen``
    the id of the type whose states are to be counted."""

    asked = Signal(object)
    switched = Signal(str)
    type_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = SidebarModel()
        self._schema = Schema()
        self._paint = SidebarPaint(theme, self._rows)
        self.setModel(self._rows)
        self.setItemDelegate(self._paint)
        self.setAccessibleName(self.tr("Facets"))
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        theme.changed.connect(self.viewport().update)

    def show_rows(self, rows: list[Row], schema: Schema) -> None:
        """Show other rows; the row in focus and the scroll position stay."""
        self._schema = schema
        if rows == self._rows.rows:
            return
        place, current = self.verticalScrollBar().value(), self.currentIndex().row()
        self._rows.show(rows)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(place)
        if 0 <= current < len(rows):
            self.setCurrentIndex(self._rows.index(current))
            self.verticalScrollBar().setValue(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        row = self._rows.row(index)
        if row is None or row.kind is Kind.TITLE or event.button() != Qt.MouseButton.LeftButton:
            return
        self.setCurrentIndex(index)
        sign = self._paint.chevron(QRectF(self.visualRect(index)), row)
        if row.kind is Kind.CHOICE and row.open is not None and sign.contains(event.position()):
            self.switched.emit(row.key)
        else:
            self._activate(index, row, adds=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons():
            super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        row = self._rows.row(index)
        key = event.key()
        if row is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._activate(index, row, adds=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif row is not None and row.open is not None and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            if row.open == (key == Qt.Key.Key_Left):
                self.switched.emit(row.key)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
            self._step(key)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._rows.row(self.currentIndex()) is None:
            self._step(Qt.Key.Key_Home)

    def _step(self, key: int) -> None:
        """Move to the next row that can be chosen."""
        rows = self._rows.rows
        here = self.currentIndex().row()
        match key:
            case Qt.Key.Key_Down:
                ahead = range(here + 1, len(rows))
            case Qt.Key.Key_Up:
                ahead = range(here - 1, -1, -1)
            case Qt.Key.Key_Home:
                ahead = range(len(rows))
            case _:
                ahead = range(len(rows) - 1, -1, -1)
        target = next((i for i in ahead if rows[i].kind is not Kind.TITLE), None)
        if target is not None:
            self.setCurrentIndex(self._rows.index(target))

    def _activate(self, index: QModelIndex, row: Row, *, adds: bool) -> None:
        if row.kind is Kind.TYPES:
            self._choose_type(self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()))
        elif row.kind is Kind.MORE:
            self.switched.emit(row.key)
        elif row.asks is not None:
            self.asked.emit(row.adds if adds and row.adds is not None else row.asks)

    def _choose_type(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for type_ in self._schema.types:
            menu.addAction(type_.name).triggered.connect(
                lambda _=False, id=type_.id: self.type_chosen.emit(id)
            )
        menu.popup(where)
