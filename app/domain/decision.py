"""What a person has said about one attribute type of one image, and the record kept of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.ids import ClassId, ItemId, StepId, TypeId
from app.domain.suggestion import Shown


class State(StrEnum):
    """Where one (image, attribute type) stands."""

    UNSEEN = "unseen"
    LABELLED = "labelled"
    NONE = "none"
    NOT_APPLICABLE = "na"


class Origin(StrEnum):
    """Who or what made a decision."""

    PERSON = "person"
    IMPORT = "import"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Decision:
    """The value of one (image, type).

    ``classes`` is ordered as chosen. ``rejected`` are classes known not to apply. ``partial`` says that
    further classes may apply (imported labels). An unseen value may still carry rejections.
    """

    state: State = State.UNSEEN
    classes: tuple[ClassId, ...] = ()
    rejected: tuple[ClassId, ...] = ()
    partial: bool = False

    def __post_init__(self) -> None:
        if (self.state is State.LABELLED) != bool(self.classes):
            raise ValueError("A labelled value names at least one class, every other value names none.")

    def with_toggled(self, class_id: ClassId) -> "Decision":
        """The value after one class of a multiple-choice type was switched; empty means unseen again."""
        if class_id in self.classes:
            kept = tuple(c for c in self.classes if c != class_id)
            return labelled(*kept) if kept else UNSEEN
        return labelled(*self.classes, class_id)


UNSEEN = Decision()
NONE = Decision(State.NONE)
NOT_APPLICABLE = Decision(State.NOT_APPLICABLE)


def labelled(*classes: ClassId) -> Decision:
    """A value that names these classes."""
    return Decision(State.LABELLED, tuple(dict.fromkeys(classes)))


@dataclass(frozen=True, slots=True)
class Change:
    """A wish to give one (image, type) a new value, with what was on screen when it was made."""

    item: ItemId
    type: TypeId
    decision: Decision
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One stored decision: never changed, only followed by newer ones."""

    item: ItemId
    type: TypeId
    decision: Decision
    step: StepId
    annotator: str
    when: datetime
    origin: Origin
    previous: Decision
    shown: Shown | None
