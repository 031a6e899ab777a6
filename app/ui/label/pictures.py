"""Pictures read ahead of the annotator: the current image, then its neighbours."""

from collections import OrderedDict
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QSizeF, Signal
from PySide6.QtGui import QImage

from app.domain.ids import ItemId
from app.domain.item import Health, Item
from app.services import browsing
from app.services.viewing import Picture, Unreadable, read_picture
from app.ui.session import Session

SCREENFUL = 1600
"""Longest side, in pixels, of what is read ahead: above any attribute page's tile at scale 1."""
KEPT_BYTES = 192 * 1024 * 1024

Shown = tuple[QImage, QSizeF] | str


@dataclass(frozen=True, slots=True)
class _Kept:
    """``item`` is what the project knew when the file was read; None: nothing, the item had left."""

    shown: Shown
    item: Item | None
    whole: bool

    @property
    def bytes(self) -> int:
        return 0 if isinstance(self.shown, str) else self.shown[0].sizeInBytes()

    def is_of(self, item: Item) -> bool:
        """Whether it is the picture of the file that the project knows by now."""
        before = self.item
        if before is None or before.stamp != item.stamp:
            return False
        return _is_gone(before) == _is_gone(item) and self._has_size_of(item)

    def _has_size_of(self, item: Item) -> bool:
        """A picture read at a reduced scale has its natural size only where the project knew it."""
        size = _known_size(item)
        return isinstance(self.shown, str) or size is None or self.shown[1] == size


class Pictures(QObject):
    """``arrived`` carries the ItemId whose picture, or reason for having none, is now at hand."""

    arrived = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._kept: OrderedDict[ItemId, _Kept] = OrderedDict()
        self._asked: set[ItemId] = set()
        self._doubted: dict[ItemId, Item] = {}

    def get(self, item: ItemId) -> Shown | None:
        """The picture and its natural size, words that say why there is none, or None: not read yet."""
        found = self._kept.get(item)
        if found is None:
            return None
        self._kept.move_to_end(item)
        return found.shown

    def ask(self, item: ItemId, *, whole: bool = False) -> None:
        """Read a picture unless it is at hand; ``whole`` reads every pixel of it.

        What could not be shown is tried again each time it is asked for: the file may be there by now.
        """
        kept = self._kept.get(item)
        lacks = kept is None or isinstance(kept.shown, str) or (whole and not kept.whole)
        if item not in self._asked and lacks:
            self._read(item, whole=whole)

    def renew(self, item: Item) -> None:
        """Read the picture at hand anew if it is of another file than the project knows by now."""
        kept = self._kept.get(item.id)
        if item.id in self._asked:
            self._doubted[item.id] = item
        elif kept is not None and not kept.is_of(item):
            self._read(item.id, whole=kept.whole)

    def is_whole(self, item: Item) -> bool:
        """Whether every pixel of it is at hand."""
        kept = self._kept.get(item.id)
        return (kept is not None and kept.whole) or max(item.width, item.height) <= SCREENFUL

    def _read(self, item: ItemId, *, whole: bool) -> None:
        self._asked.add(item)
        self._session.background.read(
            lambda: self._look(item, whole=whole),
            lambda found: self._take(item, found),
            lambda error: self._on_failed(item, error),
        )

    def _look(self, item: ItemId, *, whole: bool) -> _Kept:
        """On a background thread."""
        found = browsing.items(self._session.project, [item])
        if not found:
            return _Kept(self.tr("It left the project."), None, whole)
        picture = read_picture(_sized(found[0]), None if whole else SCREENFUL)
        return _Kept(_shown(picture), found[0], whole)

    def _take(self, item: ItemId, found: _Kept) -> None:
        self._asked.discard(item)
        self._kept[item] = found
        self._kept.move_to_end(item)
        self._trim()
        self.arrived.emit(item)
        if doubted := self._doubted.pop(item, None):
            self.renew(doubted)

    def _on_failed(self, item: ItemId, error: BaseException) -> None:
        self._asked.discard(item)
        self._session.background.unexpected.emit(error)

    def _trim(self) -> None:
        total = sum(kept.bytes for kept in self._kept.values())
        while total > KEPT_BYTES and len(self._kept) > 3:
            _, old = self._kept.popitem(last=False)
            total -= old.bytes


def _is_gone(item: Item) -> bool:
    return item.health is Health.MISSING


def _known_size(item: Item) -> QSizeF | None:
    """The whole picture's, where an item is one and was read in since its file changed."""
    known = bool(item.content_hash) and item.width > 0 and item.box is None
    return QSizeF(item.width, item.height) if known else None


def _sized(item: Item) -> Item:
    """Without a size that may be that of a file before this one."""
    return item if item.content_hash else replace(item, width=0, height=0)


def _shown(answer: Picture | Unreadable) -> Shown:
    if isinstance(answer, Unreadable):
        return answer.reason
    stride, rgb = answer.width * 3, QImage.Format.Format_RGB888
    image = QImage(answer.rgb, answer.width, answer.height, stride, rgb).copy()  # the bytes belong to Python
    return image, QSizeF(*answer.natural)
