"""The review queue: undecided suggestions by confidence, read by key and never by offset."""

from collections import Counter

from sqlalchemy import Connection

from app.domain.ids import ItemId, TypeId
from app.domain.review import QueueKey
from app.store.database import BATCH, driver
from app.store.predictions import lengthen
from app.store.workspace import Workspace

# Flags in the cache can lag behind decisions: this look at the truth keeps a decided entry off the page.
_UNDECIDED = (
    "NOT EXISTS (SELECT 1 FROM current c WHERE c.item_id = p.item_id AND c.type_id = p.type_id "
    "AND c.state <> 'unseen')"
)
_FOLLOWED = "decisions followed"


def page(
    workspace: Workspace, type_id: TypeId | None, after: QueueKey | None, size: int
) -> tuple[QueueKey, ...]:
    """The next entries after a key, least confident first, of one type or of all."""
    select = "SELECT p.confidence, p.item_id, p.type_id FROM derived.prediction p "
    # The index is named, so that no statistic can ever talk the planner into sorting a million rows.
    if type_id is None:
        sql = select + "INDEXED BY queue_of_all WHERE p.waiting = 1 "
        parameters: tuple[object, ...] = ()
        if after is not None:
            sql += "AND (p.confidence, p.item_id, p.type_id) > (?, ?, ?) "
            parameters = (after.confidence, after.item, after.type)
        ordered = "p.confidence, p.item_id, p.type_id"
    else:
        sql = select + "INDEXED BY queue_of_type WHERE p.waiting = 1 AND p.type_id = ? "
        parameters = (type_id,)
        if after is not None:
            sql += "AND (p.confidence, p.item_id) > (?, ?) "
            parameters = (type_id, after.confidence, after.item)
        ordered = "p.confidence, p.item_id"
    with workspace.reading() as connection:
        rows = driver(connection).execute(
            f"{sql} AND {_UNDECIDED} ORDER BY {ordered} LIMIT ?", (*parameters, size)
        )
        return tuple(QueueKey(row[0], ItemId(row[1]), TypeId(row[2])) for row in rows)


def remaining(workspace: Workspace, type_id: TypeId | None) -> int:
    """How many entries wait, of one type or of all."""
    with workspace.derived.reading() as connection:
        return connection.exec_driver_sql(
            "SELECT coalesce(sum(waiting), 0) FROM queue_length WHERE ?1 IS NULL OR type_id = ?1", (type_id,)
        ).scalar_one()


def follow(workspace: Workspace) -> None:
    """Bring the waiting flags up to the newest decision: few after a keystroke, all after a rebuild."""
    while _follow_some(workspace):
        pass


def _follow_some(workspace: Workspace) -> bool:
    if not _newer(workspace, followed(workspace), 1):
        return False
    with workspace.derived.writing() as connection:
        start = _followed(connection)
        rows = _newer(workspace, start, BATCH)
        if not rows:
            return False
        change: Counter[TypeId] = Counter()
        for _, item, type_id, undecided in rows:
            moved = driver(connection).execute(
                "UPDATE prediction SET waiting = ?1 WHERE item_id = ?2 AND type_id = ?3 AND waiting <> ?1",
                (undecided, item, type_id),
            )
            change[TypeId(type_id)] += moved.rowcount if undecided else -moved.rowcount
        lengthen(connection, change)
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO value (key, bytes) VALUES (?, ?)", (_FOLLOWED, str(rows[-1][0]))
        )
    return len(rows) == BATCH


def followed(workspace: Workspace) -> int:
    """The newest decision that the flags know of."""
    with workspace.derived.reading() as connection:
        return _followed(connection)


def _followed(connection: Connection) -> int:
    row = connection.exec_driver_sql("SELECT bytes FROM value WHERE key = ?", (_FOLLOWED,)).scalar()
    return int(row) if row else 0


def _newer(workspace: Workspace, start: int, limit: int) -> list[tuple[int, int, int, int]]:
    """Decisions after ``start``: id, item, type and whether that pair is undecided *now*."""
    with workspace.reading() as connection:
        return (
            driver(connection)
            .execute(
                "SELECT d.id, d.item_id, d.type_id, c.state = 'unseen' FROM decision d JOIN current c "
                "ON c.item_id = d.item_id AND c.type_id = d.type_id WHERE d.id > ? ORDER BY d.id LIMIT ?",
                (start, limit),
            )
            .fetchall()
        )
