"""Paints one tile: the picture on white in both themes, below it state, name and confidence."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.domain.ids import ItemId
from app.ui.browse.caption import name_lines, place_words
from app.ui.browse.cells import Cells
from app.ui.browse.facts import TileFacts
from app.ui.browse.flow import CAPTION, GAP
from app.ui.browse.grid_model import GridModel
from app.ui.browse.pictures import Pictures
from app.ui.browse.words import percent
from app.ui.theme.theme import Theme, text_font
from app.ui.widgets.marks import paint_mark

_RADIUS = 6
_SIDE, _MARK, _LINE = 9, 15, 17
_PLACEHOLDER = "#d5d9e0"  # on the white tile of both themes


class Tile(QStyledItemDelegate):
    """Draws from what is in memory; what is missing is left blank until it comes."""

    def __init__(self, theme: Theme, model: GridModel, cells: Cells, pictures: Pictures) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self._cells = cells
        self._pictures = pictures
        self._icons: dict[tuple[str, str, float], QPixmap] = {}
        self._font = text_font(12)
        self._metrics = QFontMetrics(self._font)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        position = self._model.position(index)
        if position is None:
            return
        facts = self._cells.get(ItemId(self._model.order[position]))
        half = GAP // 2
        where = QRectF(option.rect.adjusted(half, half, -half, -half))
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, where, state)
        picture = QRectF(where.x(), where.y(), where.width(), where.height() - CAPTION)
        if facts is not None:
            self._paint_picture(painter, picture, facts)
            self._paint_caption(painter, where, facts)
        self._paint_frame(painter, where, state)
        painter.restore()

    def _paint_ground(self, painter: QPainter, where: QRectF, state: QStyle.StateFlag) -> None:
        role = "surface"
        if state & QStyle.StateFlag.State_Selected:
            role = "tint"
        elif state & QStyle.StateFlag.State_MouseOver:
            role = "hover"
        outline = QPainterPath()
        outline.addRoundedRect(where, _RADIUS, _RADIUS)
        painter.fillPath(outline, self._theme.colour(role))
        painter.setClipPath(outline)
        picture = QRectF(where.x(), where.y(), where.width(), where.height() - CAPTION)
        painter.fillRect(picture, self._theme.colour("tile"))
        painter.setClipping(False)

    def _paint_picture(self, painter: QPainter, where: QRectF, facts: TileFacts) -> None:
        if facts.mark == "broken":
            self._paint_reason(painter, where, facts.item.problem)
            return
        pixmap = self._pictures.get(facts.item)
        if pixmap is None:
            self._paint_icon(painter, where.center(), "image", _PLACEHOLDER)
        else:
            _draw_within(painter, where.adjusted(1, 1, -1, -1), pixmap)

    def _paint_reason(self, painter: QPainter, where: QRectF, reason: str) -> None:
        self._paint_icon(painter, where.center() - QPointF(0, 24), "image-off", "#c2362d")
        painter.setFont(self._font)
        painter.setPen(QColor("#586172"))  # the light theme's muted text: the tile is white in both
        words = where.adjusted(8, where.height() / 2 - 6, -8, -4)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(words, int(flags), reason)

    def _paint_icon(self, painter: QPainter, centre: QPointF, name: str, colour: str) -> None:
        key = (name, colour, painter.device().devicePixelRatioF())
        if key not in self._icons:
            self._icons[key] = self._theme.icons.pixmap(name, colour, 28, key[2])
        painter.drawPixmap(centre - QPointF(14, 14), self._icons[key])

    def name_lines(self, name: str, width: float, sure: str) -> tuple[str, ...]:
        """A name as it stands below a tile of that width."""
        first, second = self._rooms(width, sure)
        advance = self._metrics.horizontalAdvance
        return name_lines(name, lambda w: advance(w) <= first, lambda w: advance(w) <= second)

    def _rooms(self, width: float, sure: str) -> tuple[float, float]:
        """How wide the words may be in the upper line, and in the lower one beside mark and confidence."""
        whole = width - 2 * _SIDE
        return whole, whole - _MARK - (self._metrics.horizontalAdvance(sure) + 5 if sure else 0)

    def _paint_caption(self, painter: QPainter, where: QRectF, facts: TileFacts) -> None:
        upper = QRectF(where.x() + _SIDE, where.bottom() - CAPTION + 5, where.width() - 2 * _SIDE, _LINE)
        lower = upper.translated(0, _LINE)
        sure = "" if facts.mark == "broken" else percent(facts.confidence)
        paint_mark(painter, QPointF(lower.x() + 4.5, lower.center().y()), facts.mark, self._theme)
        painter.setFont(self._font)
        painter.setPen(self._theme.colour("muted"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(lower, int(middle | Qt.AlignmentFlag.AlignRight), sure)
        name, *rest = self.name_lines(facts.name, where.width(), sure)
        words = lower.adjusted(_MARK, 0, 0, 0)
        if not rest:
            room = self._rooms(where.width(), sure)[1]
            place = place_words(facts.place, lambda w: self._metrics.horizontalAdvance(w) <= room)
            painter.drawText(words, int(middle), place)
        painter.setPen(self._theme.colour("text"))
        painter.drawText(upper, int(middle), name)
        if rest:
            painter.drawText(words, int(middle), rest[0])

    def _paint_frame(self, painter: QPainter, where: QRectF, state: QStyle.StateFlag) -> None:
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(self._theme.colour("accent"), 2))
            painter.drawRoundedRect(where.adjusted(1, 1, -1, -1), _RADIUS - 1, _RADIUS - 1)
        if focused:
            painter.setPen(QPen(self._theme.colour("accent"), 1.2))
            painter.drawRoundedRect(where.adjusted(-2.3, -2.3, 2.3, 2.3), _RADIUS + 2, _RADIUS + 2)


def _draw_within(painter: QPainter, where: QRectF, pixmap: QPixmap) -> None:
    ratio = painter.device().devicePixelRatioF()
    size = QSizeF(pixmap.width() / ratio, pixmap.height() / ratio)
    if size.width() > where.width() or size.height() > where.height():
        size.scale(where.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    corner = where.center() - QPointF(size.width() / 2, size.height() / 2)
    painter.drawPixmap(QRectF(corner, size).toRect(), pixmap)
