"""An image of the library as the pages see it."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.ids import FolderId, ItemId

Stamp = tuple[int, int]
"""A file's size in bytes and its modification time in nanoseconds: another stamp, another content."""


class Health(StrEnum):
    """Whether the image behind an item can be used."""

    UNREAD = "unread"
    GOOD = "good"
    BROKEN = "broken"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Item:
    """One image, or one box inside it (``box`` = x, y, width, height in pixels of the oriented image).

    ``path`` is absolute; bytes that are not UTF-8 travel as surrogate escapes. ``name`` is the path below
    its folder, fit to be shown. ``problem`` says in plain words why a broken image cannot be used.
    ``content_hash`` is empty until the image was read once. ``stamp`` is what the last scan saw of the file.
    """

    id: ItemId
    folder: FolderId
    path: str
    name: str
    health: Health
    problem: str
    content_hash: str
    width: int
    height: int
    box: tuple[int, int, int, int] | None = None
    stamp: Stamp = (0, 0)


@dataclass(frozen=True, slots=True)
class FoundImage:
    """A file that a scan met, before anything was read of it. ``mtime_ns`` and ``size`` tell a change."""

    relative_path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class ReadImage:
    """What one reading of an item's file yielded: its hash and size, or why it could not be read.

    ``stamp`` is the item's when its reading began; None: the reading holds whatever a scan saw since.
    """

    item: ItemId
    content_hash: str
    width: int
    height: int
    problem: str = ""
    missing: bool = False
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """An image folder that the project refers to and never writes to."""

    id: FolderId
    path: str
    images: int
    labelled: int
    problem: str = ""
