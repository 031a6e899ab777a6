"""Stored suggestions: written in bulk, read by item, replaced whole whenever the version changes."""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat

import numpy as np
from sqlalchemy import Connection

from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.suggestion import Outcome, SuggestionSet
from app.store.database import BATCH, driver
from app.store.derived import label_id
from app.store.items import content_keys
from app.store.packing import Column, pack, unpack, value_of
from app.store.rows import id_list
from app.store.workspace import Workspace


def put_predictions(
    workspace: Workspace,
    version: str,
    items: Sequence[ItemId],
    columns: Sequence[Column],
    seen: Mapping[ItemId, str] | None = None,
) -> None:
    """Replace everything predicted for these items by what ``version`` predicts: a column for each type.

    Row b of every column belongs to ``items[b]``; a column without ranks leaves its type without suggestions.
    Transactions of at most ``BATCH`` rows; whoever waits to write comes in between. Of an item that comes
    twice (asked for on screen while its turn had come) the last counts. ``seen`` gives the content key that
    each prediction was made from: an item with another content by now is left out.
    """
    last = {item: row for row, item in enumerate(items)}
    if len(last) < len(items):
        items, columns = list(last), [c.part(list(last.values())) for c in columns]
    columns = [c for c in columns if c.codes.shape[1]]
    size = max(1, BATCH // (len(columns) + 1))
    for start in range(0, len(items), size):
        rows = slice(start, start + size)
        _replace(workspace, version, items[rows], [c.part(rows) for c in columns], seen)


def forget_predictions(workspace: Workspace, items: Sequence[ItemId]) -> None:
    """Drop what is predicted for images that changed or went away. Features stay: they go by content."""
    for start in range(0, len(items), BATCH // 8):
        with workspace.derived.writing() as connection:
            _delete(connection, items[start : start + BATCH // 8])


def predictions(workspace: Workspace, items: Sequence[ItemId]) -> dict[ItemId, dict[TypeId, SuggestionSet]]:
    """What is stored for these items, by type."""
    found: dict[ItemId, dict[TypeId, SuggestionSet]] = {}
    with workspace.derived.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT item_id, type_id, label.text, ranked FROM prediction JOIN label ON label.id = version_id "
            "WHERE item_id IN (SELECT value FROM json_each(?))",
            (id_list(items),),
        )
        for item, type_id, version, packed in rows:
            found.setdefault(item, {})[type_id] = unpack(item, type_id, version, packed)
    return found


def best(
    workspace: Workspace, items: Sequence[ItemId]
) -> dict[ItemId, dict[TypeId, tuple[ClassId | Outcome, float]]]:
    """The best value and its confidence for these items, by type: cheaper than whole sets."""
    found: dict[ItemId, dict[TypeId, tuple[ClassId | Outcome, float]]] = {}
    with workspace.derived.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT item_id, type_id, best, confidence FROM prediction "
            "WHERE item_id IN (SELECT value FROM json_each(?))",
            (id_list(items),),
        )
        for item, type_id, code, confidence in rows:
            found.setdefault(item, {})[type_id] = (value_of(code), confidence)
    return found


def unpredicted(workspace: Workspace, version: str) -> "array[int]":
    """Ids of usable images that ``version`` has not predicted yet, in path order.

    What is predicted for an unread image was of what it held before: a scan that was killed left it.
    """
    with workspace.reading() as connection:
        rows = driver(connection).execute(
            "SELECT i.id FROM item i LEFT JOIN derived.predicted p ON p.item_id = i.id AND p.version_id = "
            "(SELECT id FROM derived.label WHERE text = ?) WHERE i.health = 'unread' "
            "OR (i.health = 'good' AND p.item_id IS NULL) ORDER BY i.folder_id, i.path, i.box",
            (version,),
        )
        return array("q", (row[0] for row in rows))


def lengthen(connection: Connection, change: Counter[TypeId]) -> None:
    """Add to the number of entries that wait in each type's queue. Needs a derived write transaction."""
    driver(connection).executemany(
        "INSERT INTO queue_length VALUES (?, ?) "
        "ON CONFLICT DO UPDATE SET waiting = waiting + excluded.waiting",
        list(change.items()),
    )


def _replace(
    workspace: Workspace,
    version: str,
    items: Sequence[ItemId],
    columns: Sequence[Column],
    seen: Mapping[ItemId, str] | None,
) -> None:
    with workspace.derived.writing() as connection:
        if seen is not None:  # looked at in here: whoever resets an item then drops what is predicted for it
            items, columns = _unchanged(workspace, items, columns, seen)
        if not items:
            return
        decided = _decided(workspace, items)
        _delete(connection, items)
        number = label_id(connection, version)
        change: Counter[TypeId] = Counter()
        for column in columns:
            waiting = [(item, column.type) not in decided for item in items]
            change[column.type] = sum(waiting)
            driver(connection).executemany(
                "INSERT INTO prediction VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                _rows(items, column, number, waiting),
            )
        driver(connection).executemany(
            "INSERT OR REPLACE INTO predicted VALUES (?, ?)", [(item, number) for item in items]
        )
        lengthen(connection, change)


def _unchanged(
    workspace: Workspace, items: Sequence[ItemId], columns: Sequence[Column], seen: Mapping[ItemId, str]
) -> tuple[Sequence[ItemId], Sequence[Column]]:
    keys = content_keys(workspace, items)
    rows = [row for row, item in enumerate(items) if keys.get(item) == seen[item]]
    if len(rows) == len(items):
        return items, columns
    return [items[row] for row in rows], [c.part(rows) for c in columns]


def _decided(workspace: Workspace, items: Sequence[ItemId]) -> set[tuple[int, int]]:
    with workspace.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT item_id, type_id FROM current WHERE state <> 'unseen' "
            "AND item_id IN (SELECT value FROM json_each(?))",
            (id_list(items),),
        )
        return {(row[0], row[1]) for row in rows}


def _delete(connection: Connection, items: Sequence[ItemId]) -> None:
    wanted = (id_list(items),)
    rows = connection.exec_driver_sql(
        "SELECT type_id, count(*) FROM prediction WHERE waiting = 1 "
        "AND item_id IN (SELECT value FROM json_each(?)) GROUP BY type_id",
        wanted,
    )
    lengthen(connection, Counter({TypeId(row[0]): -row[1] for row in rows}))
    for table in ("prediction", "predicted"):
        connection.exec_driver_sql(
            f"DELETE FROM {table} WHERE item_id IN (SELECT value FROM json_each(?))", wanted
        )


def _rows(
    items: Sequence[ItemId], column: Column, version: int, waiting: Sequence[bool]
) -> Iterator[tuple[object, ...]]:
    confidence = column.confidence.astype(np.float32)
    second = confidence[:, 1] if confidence.shape[1] > 1 else 0.0
    return zip(
        items,
        repeat(column.type),
        repeat(version),
        column.codes[:, 0].tolist(),
        confidence[:, 0].tolist(),
        (confidence[:, 0] - second).tolist(),
        waiting,
        pack(column),
        strict=False,  # what is repeated has no end
    )
