"""The strip of neighbours under the image: where one stands, and a click to go elsewhere."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QWidget

from app.domain.changes import ChangeSet
from app.domain.ids import ItemId
from app.ui.browse.cells import Cells
from app.ui.browse.pictures import Pictures
from app.ui.library import Library
from app.ui.session import Session
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import FILMSTRIP
from app.ui.widgets.glyphs import drawable
from app.ui.widgets.marks import paint_mark

TILE_WIDTH, TILE_HEIGHT, GAP = 60, 72, 8
MARGIN = 3  # between a tile's edge and its picture
LEFT = 14


class Filmstrip(QFrame):
    """Shows the current image among its neighbours, a third of the way in."""

    def __init__(
        self, session: Session, library: Library, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setFixedHeight(FILMSTRIP)
        self.setAccessibleName(self.tr("Neighbouring images"))
        self._session = session
        self._library = library
        self._theme = theme
        self._cells = Cells(session, self)
        self._pictures = Pictures(session.background, session.thumbnails.get, self)
        self._first = 0
        self._hovered: int | None = None
        self._painted: list[tuple[object, ...]] = []
        self.setMouseTracking(True)
        self._cells.loaded.connect(self._want_pictures)
        self._pictures.arrived.connect(self._update_tiles)
        theme.changed.connect(self.update)
        session.bus.changed.connect(self._on_changed)

    def follow(self) -> None:
        """Bring the current image into view and read what is shown."""
        position, fits = self._library.position, self._fits()
        if position is not None:
            last = max(0, len(self._library.order) - fits)
            self._first = min(last, max(0, position - fits // 3))
        self._want()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.follow()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = -(event.angleDelta().y() or event.angleDelta().x()) // 120
        last = max(0, len(self._library.order) - self._fits())
        self._first = min(last, max(0, self._first + steps * 3))
        self._want()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place is not None:
            self._library.go_to(ItemId(self._library.order[place]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place != self._hovered:
            self._hovered = place
            hand = Qt.CursorShape.PointingHandCursor
            self.setCursor(hand if place is not None else Qt.CursorShape.ArrowCursor)
            facts = None if place is None else self._cells.get(ItemId(self._library.order[place]))
            self.setToolTip(drawable(facts.item.name) if facts else "")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for slot, item in enumerate(self._shown()):
            where = _tile(slot)
            if event.rect().intersects(where.toAlignedRect()):
                self._paint_tile(painter, where, item, hovered=self._first + slot == self._hovered)
        painter.end()

    def _paint_tile(self, painter: QPainter, where: QRectF, item: ItemId, *, hovered: bool) -> None:
        theme = self._theme
        current = item == self._library.current
        role = "accent" if current else "faint" if hovered else "line"
        painter.setPen(QPen(theme.colour(role), 2 if current else 1))
        painter.setBrush(theme.colour("tile"))
        painter.drawRoundedRect(where, 5, 5)
        facts = self._cells.get(item)
        if facts is None:
            return
        picture = self._pictures.get(facts.item)
        if picture is not None:
            _paint_inside(painter, where.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN), picture)
        corner = QPointF(where.right() - 10, where.bottom() - 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(corner, 7.5, 7.5)
        paint_mark(painter, corner, facts.mark, theme)

    def _shown(self) -> list[ItemId]:
        return [ItemId(i) for i in self._library.order[self._first : self._first + self._fits() + 1]]

    def _fits(self) -> int:
        return max(1, (self.width() - LEFT) // (TILE_WIDTH + GAP))

    def _place_at(self, point: QPointF) -> int | None:
        slot, inside = divmod(point.x() - LEFT, TILE_WIDTH + GAP)
        place = self._first + int(slot)
        fits = point.x() >= LEFT and inside <= TILE_WIDTH and 12 <= point.y() <= 12 + TILE_HEIGHT
        return place if fits and place < len(self._library.order) else None

    def _want(self) -> None:
        shown = self._shown()
        self._cells.want(shown)
        self._want_pictures()
        self._session.prioritise(shown)

    def _want_pictures(self) -> None:
        facts = [f for i in self._shown() if (f := self._cells.get(i))]
        edge = round((TILE_HEIGHT - 2 * MARGIN) * self.devicePixelRatioF())  # as painted: then it is a copy
        self._pictures.want([f.item for f in facts], edge)
        self._update_tiles()

    def _update_tiles(self) -> None:
        """Paint anew those tiles that look different now: one for a keystroke, not the whole strip."""
        looks = [self._look(item) for item in self._shown()]
        if len(looks) < len(self._painted):
            self.update()
        for slot, look in enumerate(looks):
            if slot >= len(self._painted) or look != self._painted[slot]:
                self.update(_tile(slot).toAlignedRect().adjusted(-2, -2, 2, 2))
        self._painted = looks

    def _look(self, item: ItemId) -> tuple[object, ...]:
        """All that a tile's painting depends on, but for the theme and the mouse."""
        facts = self._cells.get(item)
        picture = self._pictures.get(facts.item) if facts else None
        current = item == self._library.current
        return item, current, facts and facts.mark, picture and picture.cacheKey()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.items:
            self._cells.refresh(changes.items)
        elif changes.schema or changes.models or changes.library or changes.predictions:
            self._cells.refresh()
        if changes.library or changes.predictions:
            self._pictures.look_again()
            self._want_pictures()


def _tile(slot: int) -> QRectF:
    return QRectF(LEFT + slot * (TILE_WIDTH + GAP), 12, TILE_WIDTH, TILE_HEIGHT)


def _paint_inside(painter: QPainter, where: QRectF, picture: QPixmap) -> None:
    ratio = min(where.width() / picture.width(), where.height() / picture.height())
    if 1 <= ratio < 1 + 1 / 16:
        corner = where.center() - QPointF(picture.width() / 2, picture.height() / 2)
        painter.drawPixmap(corner.toPoint(), picture)
        return
    width, height = picture.width() * ratio, picture.height() * ratio
    left, top = where.center().x() - width / 2, where.center().y() - height / 2
    painter.drawPixmap(QRectF(left, top, width, height), picture, QRectF(picture.rect()))
