"""Steps: what one undo takes back, and how the newest decision of each (item, type) is kept up to date."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from app.domain.ids import ItemId, StepId
from app.store.database import driver
from app.store.rows import now

Kind = Literal["do", "undo", "redo"]


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step about to be written; ``inverts`` is the step that an undo or redo takes back."""

    kind: Kind
    words: str
    annotator: str
    inverts: StepId | None = None


def begin(connection: Connection, step: NewStep) -> StepId:
    """Write the step's own row. Needs a write transaction."""
    row = driver(connection).execute(
        "INSERT INTO step (kind, words, annotator, created, inverts) VALUES (?, ?, ?, ?, ?)",
        (step.kind, step.words, step.annotator, now(), step.inverts),
    )
    assert row.lastrowid is not None
    if step.inverts is not None:
        driver(connection).execute(
            "UPDATE step SET inverted_by = ? WHERE id = ?", (row.lastrowid, step.inverts)
        )
    return StepId(row.lastrowid)


def is_inverted(connection: Connection, step: StepId) -> bool:
    """Whether the step was taken back."""
    found = driver(connection).execute("SELECT inverted_by FROM step WHERE id = ?", (step,)).fetchone()
    return found[0] is not None


def newest_decision(connection: Connection) -> int:
    """The highest decision id so far; 0 when there is none."""
    return driver(connection).execute("SELECT coalesce(max(id), 0) FROM decision").fetchone()[0]


def make_current(connection: Connection, step: StepId, after: int) -> frozenset[ItemId]:
    """Point (item, type) at the step's decisions with ids above ``after``; returns the items concerned.

    Set-wise: five statements, however many decisions.
    """
    raw = driver(connection)
    fresh = (step, after)
    raw.execute(
        "DELETE FROM current_class WHERE (class_id, item_id) IN (SELECT c.value, d.item_id FROM decision d "
        "JOIN decision p ON p.id = d.previous_id, json_each(p.classes) c WHERE d.step_id = ? AND d.id > ?)",
        fresh,
    )
    raw.execute(
        "INSERT OR IGNORE INTO current_class (class_id, item_id) SELECT c.value, d.item_id "
        "FROM decision d, json_each(d.classes) c WHERE d.step_id = ? AND d.id > ?",
        fresh,
    )
    raw.execute(
        "INSERT INTO current (item_id, type_id, decision_id, state) SELECT item_id, type_id, id, state "
        "FROM decision WHERE step_id = ? AND id > ? ON CONFLICT DO UPDATE SET "
        "decision_id = excluded.decision_id, state = excluded.state",
        fresh,
    )
    raw.execute(
        "UPDATE item SET decided = (SELECT count(*) FROM current c WHERE c.item_id = item.id "
        "AND c.state <> 'unseen') WHERE id IN (SELECT item_id FROM decision WHERE step_id = ? AND id > ?)",
        fresh,
    )
    rows = raw.execute("SELECT item_id FROM decision WHERE step_id = ? AND id > ?", fresh)
    return frozenset(ItemId(row[0]) for row in rows)
