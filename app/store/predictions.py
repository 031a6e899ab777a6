"""Stored suggestions: written in bulk, read by item, replaced whole whenever the version changes."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.suggestion import Outcome, SuggestionSet
from app.store.database import BATCH, driver
from app.store.derived import label_id
from app.store.packing import pack, unpack, value_code, value_of
from app.store.rows import id_list
from app.store.workspace import Workspace

Predicted = tuple[ItemId, Sequence[SuggestionSet]]


def put_predictions(workspace: Workspace, version: str, rows: Sequence[Predicted]) -> None:
    """Replace everything predicted for these items by what ``version`` predicts (empty sets are left out).

    Transactions of at most ``BATCH`` rows; whoever waits to write comes in between. An item that comes twice
    (asked for on screen while its turn had come) counts once.
    """
    for piece in _pieces(list(dict(rows).items())):
        with workspace.derived.writing() as connection:
            ids = [item for item, _ in piece]
            decided = _decided(workspace, ids)
            _delete(connection, ids)
            number = label_id(connection, version)
            driver(connection).executemany(
                "INSERT INTO prediction VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [_row(s, number, decided) for _, sets in piece for s in sets if s.ranked],
            )
            driver(connection).executemany(
                "INSERT OR REPLACE INTO predicted VALUES (?, ?)", [(item, number) for item in ids]
            )
            lengthen(
                connection,
                Counter(
                    s.type for _, sets in piece for s in sets if s.ranked and (s.item, s.type) not in decided
                ),
            )


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
    """Ids of usable images that ``version`` has not predicted yet, in path order."""
    with workspace.reading() as connection:
        rows = driver(connection).execute(
            "SELECT i.id FROM item i LEFT JOIN derived.predicted p ON p.item_id = i.id AND p.version_id = "
            "(SELECT id FROM derived.label WHERE text = ?) WHERE p.item_id IS NULL "
            "AND i.health IN ('unread', 'good') ORDER BY i.folder_id, i.path, i.box",
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


def _pieces(rows: Sequence[Predicted]) -> Iterator[list[Predicted]]:
    piece: list[Predicted] = []
    size = 0
    for row in rows:
        if size + len(row[1]) + 1 > BATCH and piece:
            yield piece
            piece, size = [], 0
        piece.append(row)
        size += len(row[1]) + 1
    if piece:
        yield piece


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


def _row(suggestions: SuggestionSet, version: int, decided: set[tuple[int, int]]) -> tuple[object, ...]:
    first = suggestions.ranked[0]
    second = suggestions.ranked[1].confidence if len(suggestions.ranked) > 1 else 0.0
    waiting = (suggestions.item, suggestions.type) not in decided
    return (
        suggestions.item,
        suggestions.type,
        version,
        value_code(first.value),
        first.confidence,
        first.confidence - second,
        int(waiting),
        pack(suggestions),
    )
