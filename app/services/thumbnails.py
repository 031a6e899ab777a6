"""Small pictures by content: made once from the decode that suggestions need anyway, dropped when old."""

import contextlib
import os
from pathlib import Path

from app.domain.item import Item
from app.services.projects import Project
from mtss.content import content_key
from mtss.images import ImageProblem, open_image, thumbnail

SIDE = 256
_SHRINK_TO = 0.9  # of the limit, so that not every new picture has to look for room


class Thumbnails:
    """JPEG files in 256 folders under cache/thumbnails, named by content; at most ``limit`` bytes of them."""

    def __init__(self, project: Project, limit_mb: int = 4_000) -> None:
        self._folder = project.folder / "cache" / "thumbnails"
        self._limit = limit_mb * 1_000_000
        self._added = 0

    def get(self, item: Item) -> bytes | None:
        """The stored thumbnail of an item, or None when there is none yet."""
        if not item.content_hash:
            return None
        path = self._path(_key(item))
        try:
            found = path.read_bytes()
            os.utime(path)  # its turn to be dropped moves to the end
        except OSError:
            return None
        return found

    def put(self, item: Item, jpeg: bytes) -> None:
        """Keep a thumbnail of an item that was read. A full disk is no failure: it is made again later."""
        path = self._path(_key(item))
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(jpeg)
            unfinished.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            return
        self._added += len(jpeg)
        if self._added > self._limit * (1 - _SHRINK_TO):
            self._added = 0
            self.shrink()

    def read(self, item: Item) -> bytes | None:
        """The stored thumbnail, or one made now (50 ms); None when the image cannot be read."""
        found = self.get(item)
        if found is not None:
            return found
        try:
            picture = open_image(Path(item.path), box=item.box, needs=(SIDE, SIDE))
        except ImageProblem:
            return None
        jpeg = thumbnail(picture, SIDE)
        if item.content_hash:
            self.put(item, jpeg)
        return jpeg

    def shrink(self) -> None:
        """Drop those not looked at for longest until the rest fits the limit."""
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= self._limit * _SHRINK_TO:
                return
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size

    def _files(self) -> list[tuple[int, int, Path]]:
        found: list[tuple[int, int, Path]] = []
        for path in self._folder.glob("??/*.jpg"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
        return found

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.jpg"


def _key(item: Item) -> str:
    return content_key(item.content_hash, item.box).replace(":", "_").replace(",", "-")
