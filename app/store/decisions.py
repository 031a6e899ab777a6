"""Append-only decisions: writing them, and reading the newest and the past ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.domain.decision import Change, Decision, DecisionRecord, Origin
from app.domain.ids import ItemId, StepId, TypeId
from app.store import steps
from app.store.database import driver
from app.store.decision_rows import SELECT_RECORD, columns, to_decision, to_record
from app.store.items import CONTENT_KEY
from app.store.rows import id_list, to_micros
from app.store.steps import NewStep
from app.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Imported:
    """A change with who decided it and when, where a file says so."""

    change: Change
    annotator: str | None = None
    when: datetime | None = None


def decide(
    workspace: Workspace, changes: Sequence[Change], words: str, annotator: str
) -> tuple[StepId, frozenset[ItemId]]:
    """Write one step of a person's decisions: on disk when this returns. The last of equal keys counts."""
    unique = {(c.item, c.type): Imported(c) for c in changes}
    with workspace.writing() as connection:
        step = steps.begin(connection, NewStep("do", words, annotator))
        return step, _append(connection, step, list(unique.values()), Origin.PERSON)


def import_some(
    workspace: Workspace, step: StepId | None, rows: Sequence[Imported], words: str, annotator: str
) -> tuple[StepId | None, frozenset[ItemId]]:
    """Write one batch of an import as part of one step, begun with the first batch that changes something.

    What is decided already is kept, and so is what an earlier batch of the same import wrote. Where the step
    was taken back since, the rest is a step of its own: one that was undone cannot be undone again.
    """
    unique = {(r.change.item, r.change.type): r for r in reversed(rows)}
    with workspace.writing() as connection:
        kept = _settled(connection, [item for item, _ in unique], step)
        fresh = [row for key, row in unique.items() if key not in kept]
        if not fresh:
            return step, frozenset()
        if step is None or steps.is_inverted(connection, step):
            step = steps.begin(connection, NewStep("do", words, annotator))
        return step, _append(connection, step, fresh, Origin.IMPORT)


def current(workspace: Workspace, items: Sequence[ItemId]) -> dict[ItemId, dict[TypeId, DecisionRecord]]:
    """The newest decision of each (item, type) that has one, a cleared one included."""
    with workspace.reading() as connection:
        return read_current(connection, items)


def read_current(
    connection: Connection, items: Sequence[ItemId]
) -> dict[ItemId, dict[TypeId, DecisionRecord]]:
    """As ``current``, inside a transaction under way."""
    found: dict[ItemId, dict[TypeId, DecisionRecord]] = {}
    rows = connection.exec_driver_sql(
        SELECT_RECORD + "WHERE d.id IN (SELECT decision_id FROM current "
        "WHERE item_id IN (SELECT value FROM json_each(?)))",
        (id_list(items),),
    )
    for record in map(to_record, rows):
        found.setdefault(record.item, {})[record.type] = record
    return found


def history(workspace: Workspace, item: ItemId) -> list[DecisionRecord]:
    """Everything ever decided about an item, the newest first."""
    with workspace.reading() as connection:
        rows = connection.exec_driver_sql(SELECT_RECORD + "WHERE d.item_id = ? ORDER BY d.id DESC", (item,))
        return [to_record(row) for row in rows]


def of_type(workspace: Workspace, type_id: TypeId) -> Iterator[tuple[ItemId, str, Decision]]:
    """Item, content key and value of every usable image on which the type is decided or has rejections."""
    with workspace.reading() as connection:
        rows = driver(connection).execute(
            f"SELECT d.item_id, {CONTENT_KEY}, d.state, d.classes, d.rejected, d.partial FROM current c "
            "JOIN decision d ON d.id = c.decision_id JOIN item i ON i.id = c.item_id "
            "WHERE c.type_id = ? AND i.health = 'good' AND (c.state <> 'unseen' OR d.rejected <> '[]')",
            (type_id,),
        )
        for item, key, *value in rows:
            yield ItemId(item), key, to_decision(*value)


def latest(workspace: Workspace) -> int:
    """A number that grows with every decision: what was computed from decisions is stale when it moved."""
    with workspace.reading() as connection:
        return steps.newest_decision(connection)


def _append(
    connection: Connection, step: StepId, rows: Sequence[Imported], origin: Origin
) -> frozenset[ItemId]:
    after = steps.newest_decision(connection)
    driver(connection).executemany(
        "INSERT INTO decision (step_id, item_id, type_id, state, classes, rejected, partial, origin, "
        "shown_version, shown_rank, shown_confidence, annotator, created, previous_id) VALUES "
        "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "(SELECT decision_id FROM current WHERE item_id = ?2 AND type_id = ?3))",
        [(step, *_columns(row, origin)) for row in rows],
    )
    return steps.make_current(connection, step, after)


def _columns(row: Imported, origin: Origin) -> tuple[object, ...]:
    change, shown = row.change, row.change.shown
    return (
        change.item,
        change.type,
        *columns(change.decision),
        str(origin),
        shown.version if shown else None,
        shown.rank if shown else None,
        shown.confidence if shown else None,
        row.annotator,
        to_micros(row.when) if row.when else None,
    )


def _settled(
    connection: Connection, items: Sequence[ItemId], step: StepId | None
) -> set[tuple[ItemId, TypeId]]:
    rows = driver(connection).execute(
        "SELECT c.item_id, c.type_id FROM current c JOIN decision d ON d.id = c.decision_id "
        "WHERE c.item_id IN (SELECT value FROM json_each(?)) AND (c.state <> 'unseen' OR d.step_id IS ?)",
        (id_list(items), step),
    )
    return {(ItemId(row[0]), TypeId(row[1])) for row in rows}


def spoken_of(connection: Connection) -> tuple[ItemId, ...]:
    """Ids of all items about which something stands decided or rejected, in path order."""
    rows = driver(connection).execute(
        "SELECT i.id FROM item i WHERE EXISTS (SELECT 1 FROM current c JOIN decision d "
        "ON d.id = c.decision_id WHERE c.item_id = i.id AND (c.state <> 'unseen' OR d.rejected <> '[]')) "
        "ORDER BY i.folder_id, i.path, i.box"
    )
    return tuple(ItemId(row[0]) for row in rows)


def past(workspace: Workspace) -> int:
    """How many decisions were followed by newer ones."""
    with workspace.reading() as connection:
        return (
            driver(connection)
            .execute("SELECT (SELECT count(*) FROM decision) - (SELECT count(*) FROM current)")
            .fetchone()[0]
        )
