"""Pictures read ahead of the annotator: the current image, then its neighbours."""

from collections import OrderedDict

from PySide6.QtCore import QObject, QSizeF, Signal
from PySide6.QtGui import QImage

from app.domain.ids import ItemId
from app.domain.item import Item
from app.services import browsing
from app.services.viewing import Picture, Unreadable, read_picture
from app.ui.session import Session

SCREENFUL = 1600
"""Longest side, in pixels, of what is read ahead: above any attribute page's tile at scale 1."""
KEPT_BYTES = 192 * 1024 * 1024


class Pictures(QObject):
    """``arrived`` carries the ItemId whose picture, or reason for having none, is now at hand."""

    arrived = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._kept: OrderedDict[ItemId, tuple[QImage, QSizeF] | str] = OrderedDict()
        self._asked: set[ItemId] = set()
        self._whole: set[ItemId] = set()

    def get(self, item: ItemId) -> tuple[QImage, QSizeF] | str | None:
        """The picture and its natural size, words that say why there is none, or None: not read yet."""
        found = self._kept.get(item)
        if found is not None:
            self._kept.move_to_end(item)
        return found

    def ask(self, item: ItemId, *, whole: bool = False) -> None:
        """Read a picture unless it is at hand; ``whole`` reads every pixel of it."""
        if item in self._asked or (item in self._kept and (not whole or item in self._whole)):
            return
        self._asked.add(item)
        longest = None if whole else SCREENFUL

        def read() -> Picture | Unreadable:
            found = browsing.items(self._session.project, [item])
            return read_picture(found[0], longest) if found else Unreadable(self.tr("It left the project."))

        self._session.background.read(
            read,
            lambda answer: self._take(item, answer, whole=whole),
            lambda error: self._on_failed(item, error),
        )

    def forget(self, item: ItemId) -> None:
        """Read it anew next time: the file changed."""
        self._kept.pop(item, None)
        self._whole.discard(item)

    def is_whole(self, item: Item) -> bool:
        """Whether every pixel of it is at hand."""
        return item.id in self._whole or max(item.width, item.height) <= SCREENFUL

    def _take(self, item: ItemId, answer: Picture | Unreadable, *, whole: bool) -> None:
        self._asked.discard(item)
        if isinstance(answer, Unreadable):
            self._kept[item] = answer.reason
        else:
            image = QImage(
                answer.rgb, answer.width, answer.height, answer.width * 3, QImage.Format.Format_RGB888
            ).copy()  # the bytes belong to Python
            self._kept[item] = (image, QSizeF(*answer.natural))
            if whole:
                self._whole.add(item)
        self._kept.move_to_end(item)
        self._trim()
        self.arrived.emit(item)

    def _on_failed(self, item: ItemId, error: BaseException) -> None:
        self._asked.discard(item)
        self._session.background.unexpected.emit(error)

    def _trim(self) -> None:
        total = sum(k[0].sizeInBytes() for k in self._kept.values() if not isinstance(k, str))
        while total > KEPT_BYTES and len(self._kept) > 3:
            _, old = self._kept.popitem(last=False)
            total -= 0 if isinstance(old, str) else old[0].sizeInBytes()
        self._whole &= self._kept.keys()
