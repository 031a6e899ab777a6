"""Undo and redo as more decisions: the inverse of a step, only where its values still stand."""

from sqlalchemy import Connection

from app.domain.changes import ChangeSet
from app.domain.errors import NotPossible
from app.domain.ids import ItemId, StepId, TypeId
from app.domain.undoing import Conflict, Undone
from app.store import schema, steps
from app.store.database import driver
from app.store.decision_rows import to_decision
from app.store.steps import Kind, NewStep
from app.store.workspace import Workspace

_NEWEST_UNDOABLE = "SELECT max(id) FROM step WHERE inverted_by IS NULL AND kind IN ('do', 'redo')"
# A new step after an undo ends what could be redone, as in any editor.
_NEWEST_REDOABLE = (
    "SELECT max(id) FROM step WHERE inverted_by IS NULL AND kind = 'undo' "
    "AND id > (SELECT coalesce(max(id), 0) FROM step WHERE kind = 'do')"
)
_STANDING = (
    "FROM decision d JOIN current k ON k.item_id = d.item_id AND k.type_id = d.type_id "
    "JOIN decision c ON c.id = k.decision_id LEFT JOIN decision p ON p.id = d.previous_id "
    "WHERE d.step_id = ? AND "
)
_SAME = "(c.state, c.classes, c.rejected, c.partial) = (d.state, d.classes, d.rejected, d.partial)"


def undo(workspace: Workspace, annotator: str, step: StepId | None = None) -> Undone | None:
    """Take back the newest step, or the given one; None when there is nothing to take back.

    Raises NotPossible for a step that was taken back before.
    """
    with workspace.writing() as connection:
        target = _newest(connection, _NEWEST_UNDOABLE) if step is None else _standing(connection, step)
        return None if target is None else _invert(connection, target, "undo", annotator)


def redo(workspace: Workspace, annotator: str) -> Undone | None:
    """Do again what was taken back last; None when there is nothing to do again."""
    with workspace.writing() as connection:
        target = _newest(connection, _NEWEST_REDOABLE)
        return None if target is None else _invert(connection, target, "redo", annotator)


def undoable(workspace: Workspace) -> tuple[str | None, str | None]:
    """The words of the step that undo, and of the one that redo, would act on."""
    with workspace.reading() as connection:
        back, again = _newest(connection, _NEWEST_UNDOABLE), _newest(connection, _NEWEST_REDOABLE)
        return _words(connection, back), _words(connection, again)


def _newest(connection: Connection, query: str) -> StepId | None:
    found = connection.exec_driver_sql(query).scalar()
    return None if found is None else StepId(found)


def _standing(connection: Connection, step: StepId) -> StepId:
    row = connection.exec_driver_sql("SELECT kind, inverted_by FROM step WHERE id = ?", (step,)).first()
    if row is None or row.inverted_by is not None or row.kind == "undo":
        raise NotPossible("This step was taken back already.")
    return step


def _words(connection: Connection, step: StepId | None) -> str | None:
    return connection.exec_driver_sql("SELECT words FROM step WHERE id = ?", (step,)).scalar()


def _invert(connection: Connection, target: StepId, kind: Kind, annotator: str) -> Undone:
    conflicts = _conflicts(connection, target)
    words = _words(connection, target) or ""
    after = steps.newest_decision(connection)
    step = steps.begin(connection, NewStep(kind, words, annotator, target))
    driver(connection).execute(
        "INSERT INTO decision (step_id, item_id, type_id, state, classes, rejected, partial, origin, "
        "previous_id, shown_version, shown_rank, shown_confidence) "
        "SELECT ?, d.item_id, d.type_id, coalesce(p.state, 'unseen'), coalesce(p.classes, '[]'), "
        "coalesce(p.rejected, '[]'), coalesce(p.partial, 0), 'undo', c.id, p.shown_version, p.shown_rank, "
        "p.shown_confidence " + _STANDING + _SAME,
        (step, target),
    )
    changed = steps.make_current(connection, step, after)
    back = schema.bring_back(connection, step)
    return Undone(words, step, conflicts, ChangeSet(items=changed, decisions=True, schema=back))


def _conflicts(connection: Connection, target: StepId) -> tuple[Conflict, ...]:
    rows = driver(connection).execute(
        "SELECT d.item_id, d.type_id, d.state, d.classes, d.rejected, d.partial, "
        "c.state, c.classes, c.rejected, c.partial " + _STANDING + "NOT " + _SAME,
        (target,),
    )
    return tuple(
        Conflict(ItemId(row[0]), TypeId(row[1]), to_decision(*row[2:6]), to_decision(*row[6:10]))
        for row in rows
    )
