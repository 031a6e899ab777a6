"""All that the panel knows of one image: what was decided, what is suggested, what is being saved."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.decision import UNSEEN, Decision, DecisionRecord, Origin, State
from app.domain.ids import ItemId, TypeId
from app.domain.item import Item
from app.domain.schema import AttributeType, Schema
from app.domain.suggestion import UNKNOWN, Outcome, SuggestionSet

_OUTCOMES = {State.NONE: Outcome.NONE, State.NOT_APPLICABLE: Outcome.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class Facts:
    """``pending`` holds decisions shown but not yet acknowledged by the disk: they win over ``records``."""

    item: Item
    schema: Schema
    records: dict[TypeId, DecisionRecord] = field(default_factory=dict)
    suggestions: dict[TypeId, SuggestionSet] = field(default_factory=dict)
    pending: dict[TypeId, Decision] = field(default_factory=dict)

    @property
    def id(self) -> ItemId:
        """The image's id."""
        return self.item.id

    def decision(self, type_id: TypeId) -> Decision:
        """The value on screen."""
        if type_id in self.pending:
            return self.pending[type_id]
        record = self.records.get(type_id)
        return record.decision if record else UNSEEN

    def is_decided(self, type_id: TypeId) -> bool:
        """Whether the value on screen is a person's."""
        return self.decision(type_id).state is not State.UNSEEN

    def undecided(self) -> tuple[AttributeType, ...]:
        """The types nobody looked at, in display order."""
        return tuple(t for t in self.schema.types if not self.is_decided(t.id))

    def with_pending(self, type_id: TypeId, decision: Decision) -> "Facts":
        """With one more value on its way to the disk."""
        return replace(self, pending={**self.pending, type_id: decision})

    def since(self, known: "Facts | None") -> "Facts":
        """With the suggestions that stood beside each decision, which the model has learned from since.

        Those of ``known`` stay as they were; where nothing is known, a chosen row has the confidence that
        was recorded with the decision.
        """
        kept = dict(self.suggestions)
        for type_id in kept.keys() & self.records.keys():
            if self.is_decided(type_id):
                before = known.suggestions.get(type_id) if known else None
                kept[type_id] = before or _as_recorded(kept[type_id], self.records[type_id])
        return replace(self, suggestions=kept)

    def mark(self, type_id: TypeId) -> str:
        """The state mark of a type."""
        state = self.decision(type_id).state
        if state is State.UNSEEN:
            suggested = self.suggestions.get(type_id)
            return "suggested" if suggested and suggested.ranked else "unseen"
        return str(state)

    def note(self, type_id: TypeId, me: str) -> str:
        """Who decided and when, or which model suggests."""
        record = self.records.get(type_id)
        if self.is_decided(type_id) and record and type_id not in self.pending:
            return _who(record, me)
        suggested = self.suggestions.get(type_id)
        if suggested is None:
            return ""
        name = suggested.version.rpartition(" · ")[0] or suggested.version  # the digest is for the record
        return name if suggested.calibrated else f"{name} · uncalibrated"


def _as_recorded(suggested: SuggestionSet, record: DecisionRecord) -> SuggestionSet:
    """What the record says of its first class, or outcome; nothing is known of its other classes."""
    first, *others = record.decision.classes or (_OUTCOMES.get(record.decision.state),)
    said = record.shown.confidence if record.shown else None
    known: dict[object, float] = {first: UNKNOWN if said is None else said, **dict.fromkeys(others, UNKNOWN)}
    ranked = (replace(s, confidence=known.get(s.value, s.confidence)) for s in suggested.ranked)
    return replace(suggested, ranked=tuple(ranked))


def _who(record: DecisionRecord, me: str) -> str:
    who = "you" if record.annotator == me else record.annotator
    if record.origin is Origin.IMPORT:
        who = f"{record.annotator}, imported"
    when = record.when.astimezone()
    today = datetime.now().astimezone().date()
    return f"{who}, {when:%H:%M}" if when.date() == today else f"{who}, {when:%-d %b}"
