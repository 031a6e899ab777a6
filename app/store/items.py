"""Images by id, and what reading them yielded."""

import os
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.changes import ChangeSet
from app.domain.ids import FolderId, ItemId
from app.domain.item import Health, Item, ReadImage
from app.store.database import BATCH, driver
from app.store.rows import id_list, pieces
from app.store.workspace import Workspace

_SELECT = (
    "SELECT i.id, i.folder_id, f.path AS root, i.path, i.name, i.health, i.problem, i.content_hash, i.width, "
    "i.height, i.box, i.size, i.mtime_ns FROM item i JOIN folder f ON f.id = i.folder_id "
)

CONTENT_KEY = "iif(i.box = '', i.content_hash, i.content_hash || ':' || i.box)"


def items(workspace: Workspace, ids: Sequence[ItemId]) -> list[Item]:
    """The items in the order asked for; ids that do not exist are left out."""
    with workspace.reading() as connection:
        return read(connection, ids)


def read(connection: Connection, ids: Sequence[ItemId]) -> list[Item]:
    """As ``items``, inside a transaction under way."""
    rows = connection.exec_driver_sql(
        _SELECT + "WHERE i.id IN (SELECT value FROM json_each(?))", (id_list(ids),)
    )
    found = {row.id: _item(row) for row in rows}
    return [found[i] for i in ids if i in found]


def content_keys(workspace: Workspace, ids: Sequence[ItemId]) -> dict[ItemId, str]:
    """The names under which features of these are stored, for those that were read and can be used.

    The content hash, and behind a colon the box of an item inside an image (as ``mtss.content`` writes it).
    """
    with workspace.reading() as connection:
        rows = driver(connection).execute(
            f"SELECT id, {CONTENT_KEY} FROM item i WHERE health = 'good' "
            "AND id IN (SELECT value FROM json_each(?))",
            (id_list(ids),),
        )
        return {ItemId(item): key for item, key in rows}


def ids_by_path(
    workspace: Workspace, folder: FolderId, paths: Sequence[str]
) -> dict[tuple[str, str], ItemId]:
    """The items of a folder at these relative paths, by (path, box as stored)."""
    found: dict[tuple[str, str], ItemId] = {}
    with workspace.reading() as connection:
        for piece in pieces(paths, 500):
            marks = ",".join("?" * len(piece))
            rows = driver(connection).execute(
                f"SELECT path, box, id FROM item WHERE folder_id = ? AND path IN ({marks})",
                (folder, *map(os.fsencode, piece)),
            )
            found.update({(os.fsdecode(path), box): ItemId(item) for path, box, item in rows})
    return found


def record_read(workspace: Workspace, read: Sequence[ReadImage]) -> ChangeSet:
    """Keep what one reading of each image yielded, in transactions of at most ``BATCH`` rows.

    A reading of a file that a scan found changed since is dropped: the item waits to be read again.
    """
    for piece in pieces(read, BATCH):
        with workspace.writing() as connection:
            _record(connection, piece)
    return ChangeSet(library=bool(read))


def _record(connection: Connection, read: Sequence[ReadImage]) -> None:
    """A missing item keeps its size, and the reason it has: a scan may know that its whole folder is gone."""
    driver(connection).executemany(
        "UPDATE item SET health = :health, content_hash = coalesce(nullif(:hash, ''), content_hash), "
        "problem = CASE WHEN :health = 'missing' AND health = 'missing' THEN problem ELSE :problem END, "
        "width = iif(:health = 'missing', width, :width), height = iif(:health = 'missing', height, :height) "
        "WHERE id = :item AND (:size IS NULL OR (size, mtime_ns) = (:size, :mtime_ns))",
        [_parameters(r) for r in read],
    )


def _parameters(read: ReadImage) -> dict[str, object]:
    size, mtime_ns = read.stamp or (None, None)
    return {
        "item": read.item,
        "health": str(_health(read)),
        "problem": read.problem,
        "hash": read.content_hash,
        "width": read.width,
        "height": read.height,
        "size": size,
        "mtime_ns": mtime_ns,
    }


def _health(read: ReadImage) -> Health:
    if read.missing:
        return Health.MISSING
    return Health.BROKEN if read.problem else Health.GOOD


def box_text(box: tuple[int, int, int, int] | None) -> str:
    """A box as stored."""
    return "" if box is None else ",".join(map(str, box))


def _box(text: str) -> tuple[int, int, int, int] | None:
    if not text:
        return None
    x, y, width, height = map(int, text.split(","))
    return x, y, width, height


def _item(row: Row[Any]) -> Item:
    return Item(
        id=row.id,
        folder=row.folder_id,
        path=os.fsdecode(row.root.rstrip(b"/") + b"/" + row.path),
        name=row.name,
        health=Health(row.health),
        problem=row.problem,
        content_hash=row.content_hash,
        width=row.width,
        height=row.height,
        box=_box(row.box),
        stamp=(row.size, row.mtime_ns),
    )


def unfinished(workspace: Workspace, ids: Sequence[ItemId], types: int) -> set[ItemId]:
    """Which of these items can be looked at and have fewer than ``types`` attribute types decided."""
    with workspace.reading() as connection:
        rows = driver(connection).execute(
            "SELECT id FROM item WHERE decided < ? AND health IN ('unread', 'good') "
            "AND id IN (SELECT value FROM json_each(?))",
            (types, id_list(ids)),
        )
        return {ItemId(row[0]) for row in rows}


def add_boxes(workspace: Workspace, folder: FolderId, boxes: Sequence[tuple[str, str]]) -> None:
    """Add items for boxes (path, box as stored) inside images that are known; others are left out."""
    with workspace.writing() as connection:
        driver(connection).executemany(
            "INSERT OR IGNORE INTO item (folder_id, path, box, directory_id, name, size, mtime_ns) "
            "SELECT folder_id, path, ?3, directory_id, name, size, mtime_ns FROM item "
            "WHERE folder_id = ?1 AND path = ?2 LIMIT 1",
            [(folder, os.fsencode(path), box) for path, box in boxes],
        )
