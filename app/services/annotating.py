"""Accepting, correcting and clearing; taking back and doing again."""

from collections.abc import Sequence

from app.domain.changes import ChangeSet
from app.domain.decision import NONE, NOT_APPLICABLE, Change, Decision, labelled
from app.domain.errors import NotPossible
from app.domain.ids import StepId
from app.domain.schema import AttributeType, Schema, Selection
from app.domain.suggestion import Outcome, SuggestionSet
from app.domain.undoing import Conflict, Decided, Undone
from app.services.projects import Project
from app.store import decisions
from app.store import undo as steps

__all__ = ["Conflict", "Decided", "Undone"]


def decide(project: Project, changes: Sequence[Change], words: str, annotator: str) -> Decided:
    """Store decisions as one step: on disk when this returns. Raises NotPossible, ProjectError."""
    schema = project.schema()
    for change in changes:
        _check(schema, change)
    step, items = decisions.decide(project.workspace, changes, words, annotator)
    return Decided(step, ChangeSet(items=items, decisions=True))


def undo(project: Project, annotator: str, step: StepId | None = None) -> Undone | None:
    """Take back the newest step, or the given one, where its values still stand; None if there is none."""
    return _inverted(project, steps.undo(project.workspace, annotator, step))


def redo(project: Project, annotator: str) -> Undone | None:
    """Do again what was taken back last, where nothing else was decided since; None if there is none."""
    return _inverted(project, steps.redo(project.workspace, annotator))


def _inverted(project: Project, undone: Undone | None) -> Undone | None:
    """What came of an undo or redo; a removed class that it names again is in the schema again."""
    if undone is not None and undone.changes.schema:
        project.forget_schema()
    return undone


def undoable(project: Project) -> tuple[str | None, str | None]:
    """The words of what undo, and of what redo, would act on."""
    return steps.undoable(project.workspace)


def acceptance(suggestions: SuggestionSet, kind: AttributeType) -> Decision | None:
    """What Enter takes: what the set marks as accepted, else its first rank; None when it is empty."""
    taken = suggestions.accepted
    if taken is None or taken == ():
        if not suggestions.ranked:
            return None
        first = suggestions.ranked[0].value
        taken = first if isinstance(first, Outcome) else (first,)
    if isinstance(taken, Outcome):
        return NONE if taken is Outcome.NONE else NOT_APPLICABLE
    return labelled(*(taken if kind.selection is Selection.MULTIPLE else taken[:1]))


def _check(schema: Schema, change: Change) -> None:
    named = (*change.decision.classes, *change.decision.rejected)
    kinds = {kind.id: kind for kind in schema.types}
    kind = kinds.get(change.type)
    if kind is None or not {c.id for c in kind.classes}.issuperset(named):
        raise NotPossible("This attribute type or class is no longer part of the project.")
    if kind.selection is Selection.SINGLE and len(change.decision.classes) > 1:
        raise NotPossible(f"“{kind.name}” takes one class only.")
