"""Small pictures by content: made once from the decode that suggestions need anyway, dropped when old."""

from pathlib import Path

from app.domain.item import Item
from app.services.projects import Project
from app.services.reading import THUMBNAIL
from mtss.content import content_key
from mtss.images import ImageProblem, Use, open_image, thumbnail


class Thumbnails:
    """JPEGs of a project's images, at most ``limit_mb`` of them. Safe to use from several threads."""

    def __init__(self, project: Project, limit_mb: int = 4_000) -> None:
        self._file = project.workspace.thumbnails
        self._file.limit = limit_mb * 1_000_000

    def limit_to(self, limit_mb: int) -> None:
        """Take another limit and drop at once what is beyond it."""
        self._file.limit = limit_mb * 1_000_000
        self._file.flush()

    def get(self, item: Item) -> bytes | None:
        """The stored thumbnail of an item, or None when there is none yet."""
        return self._file.get(_key(item)) if item.content_hash else None

    def put(self, key: str, jpeg: bytes) -> None:
        """Keep a thumbnail by content key. A full disk is no failure: it is made again later."""
        self._file.put(key, jpeg)

    def read(self, item: Item) -> bytes | None:
        """The stored thumbnail, or one made now (50 ms); None when the image cannot be read."""
        found = self.get(item)
        if found is not None:
            return found
        try:
            picture = open_image(Path(item.path), box=item.box, use=Use(inside=(THUMBNAIL, THUMBNAIL)))
        except ImageProblem:
            return None
        jpeg = thumbnail(picture, THUMBNAIL)
        if item.content_hash:
            self.put(_key(item), jpeg)
        return jpeg

    def flush(self) -> None:
        """Write now what waits to be written with others; closing the project does so too."""
        self._file.flush()

    def shrink(self) -> None:
        """Drop those not looked at for longest until the rest fits the limit."""
        self._file.flush()


def _key(item: Item) -> str:
    return content_key(item.content_hash, item.box)
