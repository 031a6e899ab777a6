"""Thumbnails of the images on screen: decoded in the background, newest wish first, capped by bytes."""

from collections import OrderedDict
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from shiboken6 import isValid

from app.domain.item import Item, Stamp
from app.ui.background import Background

CAP = 96 * 1024 * 1024  # bytes of pixels kept
_BATCH = 4  # stored thumbnails decode in a quarter of a millisecond; what was never read takes 50 times that
_AT_ONCE = 2

Source = Callable[[Item], bytes | None]
Key = tuple[str | tuple[int, Stamp], tuple[int, int, int, int] | None]


class Pictures(QObject):
    """``arrived`` fires when pictures that were wanted have come. ``get`` never waits."""

    arrived = Signal()

    def __init__(self, background: Background, source: Source, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._source = source
        self._pixmaps: OrderedDict[Key, tuple[QPixmap, int]] = OrderedDict()
        self._bytes = 0
        self._edge = 0
        self._wanted: list[Item] = []
        self._under_way: set[Key] = set()
        self._absent: set[Key] = set()
        self._running = 0

    @property
    def bytes(self) -> int:
        """Bytes of pixels held."""
        return self._bytes

    def get(self, item: Item) -> QPixmap | None:
        """The picture, perhaps still of another size; None while there is none."""
        found = self._pixmaps.get(_key(item)) or self._pixmaps.get(_unread_key(item))
        return found[0] if found else None

    def want(self, items: Sequence[Item], edge: int) -> None:
        """Say what is on screen, the most wanted first, and the longest edge in pixels of the screen."""
        self._edge = edge
        self._wanted = [i for i in items if self._lacks(i)]
        for item in reversed(items):
            if (key := _key(item)) in self._pixmaps:
                self._pixmaps.move_to_end(key)
        self._load_next()

    def look_again(self) -> None:
        """Pictures that did not exist may exist by now."""
        self._absent.clear()

    def _lacks(self, item: Item) -> bool:
        key = _key(item)
        if key in self._under_way or key in self._absent:
            return False
        found = self._pixmaps.get(key)
        return found is None or found[1] != self._edge

    def _load_next(self) -> None:
        while self._wanted and self._running < _AT_ONCE:
            size = _BATCH if self._wanted[0].content_hash else 1
            batch, self._wanted = self._wanted[:size], self._wanted[size:]
            self._start(batch, self._edge)

    def _start(self, batch: Sequence[Item], edge: int) -> None:
        self._running += 1
        self._under_way.update(map(_key, batch))

        def over(images: list[QImage | None]) -> None:
            if not isValid(self):
                return
            self._running -= 1
            self._under_way.difference_update(map(_key, batch))
            for item, image in zip(batch, images, strict=True):
                self._take(_key(item), image, edge)
            self.arrived.emit()
            self._load_next()

        def failed(error: BaseException) -> None:
            if not isValid(self):
                return
            self._running -= 1
            self._under_way.difference_update(map(_key, batch))
            self._absent.update(map(_key, batch))
            self._background.unexpected.emit(error)
            self._load_next()

        self._background.read(lambda: [_decode(self._source(item), edge) for item in batch], over, failed)

    def _take(self, key: Key, image: QImage | None, edge: int) -> None:
        if image is None:
            self._absent.add(key)
            return
        self._forget(key)
        pixmap = QPixmap.fromImage(image)
        self._pixmaps[key] = (pixmap, edge)
        self._bytes += _size(pixmap)
        while self._bytes > CAP:
            self._forget(next(iter(self._pixmaps)))

    def _forget(self, key: Key) -> None:
        found = self._pixmaps.pop(key, None)
        if found:
            self._bytes -= _size(found[0])


def _key(item: Item) -> Key:
    return (item.content_hash, item.box) if item.content_hash else _unread_key(item)


def _unread_key(item: Item) -> Key:
    """Of the file as the last scan saw it: what was kept of a file before it is another picture."""
    return ((item.id, item.stamp), item.box)


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def _decode(jpeg: bytes | None, edge: int) -> QImage | None:
    """The picture at the size it is drawn at, so that painting is a copy."""
    if jpeg is None:
        return None
    image = QImage.fromData(jpeg)
    if image.isNull():
        return None
    wanted = QSize(edge, edge)
    if image.width() > edge or image.height() > edge:
        ratio, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(wanted, ratio, smooth)
    return image.convertToFormat(QImage.Format.Format_RGB32)
