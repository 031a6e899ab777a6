"""What undo and redo report."""

from dataclasses import dataclass

from app.domain.changes import ChangeSet
from app.domain.decision import Decision
from app.domain.ids import ItemId, StepId, TypeId


@dataclass(frozen=True, slots=True)
class Conflict:
    """A value that was left alone, because it is no longer what the step wrote."""

    item: ItemId
    type: TypeId
    written: Decision
    current: Decision


@dataclass(frozen=True, slots=True)
class Undone:
    """A step taken back or done again: its words, what could not be, and what changed."""

    words: str
    step: StepId
    conflicts: tuple[Conflict, ...]
    changes: ChangeSet


@dataclass(frozen=True, slots=True)
class Decided:
    """A step of decisions that is on disk."""

    step: StepId
    changes: ChangeSet
