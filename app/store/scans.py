"""What a walk over a folder found, written batch by batch, and what it did not find any more."""

import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.ids import FolderId, ItemId
from app.domain.item import FoundImage
from app.domain.paths import shown
from app.store.database import BATCH, driver
from app.store.rows import id_list, pieces
from app.store.workspace import Workspace

GONE = "The file is no longer there."


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch changed: how many are new or back, and which have other content than before."""

    new: int
    back: int
    changed: tuple[ItemId, ...]


class FolderScan:
    """One scan of one folder. ``take`` each batch found, then ``finish`` a complete walk."""

    def __init__(self, workspace: Workspace, folder: FolderId) -> None:
        self._workspace = workspace
        self._folder = folder
        self._directories: dict[bytes, int] = {}
        with workspace.reading() as connection:
            rows = driver(connection).execute("SELECT id FROM item WHERE folder_id = ?", (folder,))
            self._before = array("q", (row[0] for row in rows))
        self._seen: set[int] = set()

    def take(self, found: Sequence[FoundImage]) -> Batch:
        """Write at most ``BATCH`` images: new ones, changed ones (to be read again), returned ones."""
        with self._workspace.writing() as connection:
            known = self._known(connection, found) if self._before else {}
            new = [f for f in found if os.fsencode(f.relative_path) not in known]
            self._insert(connection, new)
            changed: list[ItemId] = []
            back = 0
            for image in found:
                for item, size, mtime, health in known.get(os.fsencode(image.relative_path), ()):
                    self._seen.add(item)
                    if (size, mtime) != (image.size, image.mtime_ns):
                        changed.append(ItemId(item))
                        _reset(connection, item, image)
                    elif health == "missing":
                        back += 1
                        _restore(connection, item)
        return Batch(len(new), back, tuple(changed))

    def finish(self, unreadable: Sequence[tuple[str, str]] = ()) -> list[ItemId]:
        """Mark what was not met: as gone, or with the reason of the unreadable directory above it.

        ``unreadable`` pairs a relative directory ("" for the whole folder) with words. Returns the marked.
        """
        lost = [ItemId(i) for i in self._before if i not in self._seen]
        for piece in pieces(lost, BATCH):
            with self._workspace.writing() as connection:
                _mark(connection, piece, unreadable)
        return lost

    def _known(
        self, connection: Connection, found: Sequence[FoundImage]
    ) -> dict[bytes, list[tuple[int, int, int, str]]]:
        marks = ",".join("?" * len(found))
        rows = driver(connection).execute(
            f"SELECT path, id, size, mtime_ns, health FROM item WHERE folder_id = ? AND path IN ({marks})",
            (self._folder, *(os.fsencode(f.relative_path) for f in found)),
        )
        known: dict[bytes, list[tuple[int, int, int, str]]] = {}
        for path, *rest in rows:
            known.setdefault(path, []).append((rest[0], rest[1], rest[2], rest[3]))
        return known

    def _insert(self, connection: Connection, new: Sequence[FoundImage]) -> None:
        driver(connection).executemany(
            "INSERT INTO item (folder_id, path, directory_id, name, size, mtime_ns) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    self._folder,
                    path := os.fsencode(f.relative_path),
                    self._directory(connection, path.rpartition(b"/")[0]),
                    shown(f.relative_path),
                    f.size,
                    f.mtime_ns,
                )
                for f in new
            ],
        )

    def _directory(self, connection: Connection, path: bytes) -> int:
        if path not in self._directories:
            self._directories[path] = directory_id(connection, self._folder, path)
        return self._directories[path]


def directory_id(connection: Connection, folder: FolderId, path: bytes) -> int:
    """The id of a directory below a folder, made when new. Needs a write transaction."""
    raw = driver(connection)
    raw.execute(
        "INSERT OR IGNORE INTO directory (folder_id, path, name) VALUES (?, ?, ?)",
        (folder, path, shown(os.fsdecode(path))),
    )
    row = raw.execute("SELECT id FROM directory WHERE folder_id = ? AND path = ?", (folder, path)).fetchone()
    return int(row[0])


def _reset(connection: Connection, item: int, image: FoundImage) -> None:
    connection.exec_driver_sql(
        "UPDATE item SET size = ?, mtime_ns = ?, health = 'unread', problem = '', content_hash = '', "
        "width = 0, height = 0 WHERE id = ?",
        (image.size, image.mtime_ns, item),
    )


def _restore(connection: Connection, item: int) -> None:
    """An image back as it was: good if it was seen whole, which is when its width is known."""
    connection.exec_driver_sql(
        "UPDATE item SET health = CASE WHEN width > 0 THEN 'good' ELSE 'unread' END, problem = '' "
        "WHERE id = ?",
        (item,),
    )


def _mark(connection: Connection, items: Sequence[ItemId], unreadable: Sequence[tuple[str, str]]) -> None:
    wanted = id_list(items)
    within = "WHERE id IN (SELECT value FROM json_each(?))"
    connection.exec_driver_sql(f"UPDATE item SET health = 'missing', problem = ? {within}", (GONE, wanted))
    for directory, words in unreadable:
        prefix = os.fsencode(directory + "/") if directory else b""
        connection.exec_driver_sql(
            f"UPDATE item SET problem = ? {within} AND substr(path, 1, ?) = ?",
            (words, wanted, len(prefix), prefix),
        )
