"""Decisions as columns, and back."""

import json
from typing import Any

from sqlalchemy import Row

from app.domain.decision import Decision, DecisionRecord, Origin, State
from app.domain.ids import ClassId, ItemId, StepId, TypeId
from app.domain.suggestion import Shown
from app.store.rows import from_micros

SELECT_RECORD = (
    "SELECT d.item_id, d.type_id, d.step_id, d.state, d.classes, d.rejected, d.partial, d.origin, "
    "d.shown_version, d.shown_rank, d.shown_confidence, coalesce(d.annotator, s.annotator) AS annotator, "
    "coalesce(d.created, s.created) AS created, p.state AS old_state, p.classes AS old_classes, "
    "p.rejected AS old_rejected, p.partial AS old_partial "
    "FROM decision d JOIN step s ON s.id = d.step_id LEFT JOIN decision p ON p.id = d.previous_id "
)


def ids_text(classes: tuple[ClassId, ...]) -> str:
    """Class ids as stored: a JSON array."""
    return json.dumps(list(classes), separators=(",", ":"))


def columns(decision: Decision) -> tuple[str, str, str, int]:
    """State, classes, rejected and partial, as stored."""
    return (
        str(decision.state),
        ids_text(decision.classes),
        ids_text(decision.rejected),
        int(decision.partial),
    )


def to_decision(state: str | None, classes: str, rejected: str, partial: int) -> Decision:
    """The value that these columns hold; unseen where there was none."""
    if state is None:
        return Decision()
    return Decision(State(state), _ids(classes), _ids(rejected), bool(partial))


def to_record(row: Row[Any]) -> DecisionRecord:
    """One row of SELECT_RECORD."""
    shown = None
    if row.shown_version is not None:
        shown = Shown(row.shown_version, row.shown_rank, row.shown_confidence)
    return DecisionRecord(
        item=ItemId(row.item_id),
        type=TypeId(row.type_id),
        decision=to_decision(row.state, row.classes, row.rejected, row.partial),
        step=StepId(row.step_id),
        annotator=row.annotator,
        when=from_micros(row.created),
        origin=Origin(row.origin),
        previous=to_decision(row.old_state, row.old_classes, row.old_rejected, row.old_partial),
        shown=shown,
    )


def _ids(text: str) -> tuple[ClassId, ...]:
    return () if text == "[]" else tuple(ClassId(c) for c in json.loads(text))
