"""What stood beside a decision stays beside it, although the model learns from the decision."""

from collections.abc import Mapping
from datetime import UTC, datetime

from app.domain.decision import UNSEEN, Decision, DecisionRecord, Origin, State, labelled
from app.domain.ids import ClassId, FolderId, ItemId, StepId, TypeId
from app.domain.item import Health, Item
from app.domain.schema import Schema
from app.domain.suggestion import Outcome, Shown, Suggestion, SuggestionSet
from app.ui.label.facts import Facts

COLOUR = TypeId(1)
RED, BLUE, GREEN = ClassId(1), ClassId(2), ClassId(3)
BEFORE = {RED: 0.6, BLUE: 0.3, GREEN: 0.1}
LEARNED = {BLUE: 0.9, RED: 0.08, Outcome.NONE: 0.02, GREEN: 0.0}


def _facts(
    confidences: Mapping[ClassId, float] | Mapping[ClassId | Outcome, float], record: DecisionRecord | None
) -> Facts:
    item = Item(ItemId(1), FolderId(1), "/a.jpg", "a.jpg", Health.UNREAD, "", "", 10, 10)
    ranked = tuple(Suggestion(value, 0.5, confidence) for value, confidence in confidences.items())
    suggested = SuggestionSet(item.id, COLOUR, "student 2 + 1 label", ranked, None, True, 1)
    return Facts(item, Schema(()), {COLOUR: record} if record else {}, {COLOUR: suggested})


def _record(decision: Decision, confidence: float | None) -> DecisionRecord:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    shown = Shown("student 2", 2, confidence)
    return DecisionRecord(ItemId(1), COLOUR, decision, StepId(1), "me", when, Origin.PERSON, UNSEEN, shown)


def _confidences(facts: Facts) -> dict[ClassId | Outcome, float | None]:
    suggested = facts.suggestions[COLOUR]
    return {s.value: suggested.confidence_of(s.value) for s in suggested.ranked}


def test_a_decision_does_not_repaint_what_was_suggested() -> None:
    before = _facts(BEFORE, None)
    after = _facts(LEARNED, _record(labelled(BLUE), 0.3)).since(before)
    assert _confidences(after) == BEFORE


def test_read_anew_a_chosen_row_has_the_confidence_it_was_chosen_with() -> None:
    fresh = _facts(LEARNED, _record(labelled(BLUE), 0.3)).since(None)
    assert _confidences(fresh) == LEARNED | {BLUE: 0.3}
    unknown = _facts(LEARNED, _record(labelled(BLUE), None)).since(None)
    assert _confidences(unknown) == LEARNED | {BLUE: None}
    several = _facts(LEARNED, _record(labelled(BLUE, RED), 0.3)).since(None)
    assert _confidences(several) == LEARNED | {BLUE: 0.3, RED: None}
    none = _facts(LEARNED, _record(Decision(State.NONE), 0.2)).since(None)
    assert _confidences(none) == LEARNED | {Outcome.NONE: 0.2}


def test_taken_back_it_is_suggested_anew() -> None:
    undone = _facts(LEARNED, _record(UNSEEN, None)).since(_facts(BEFORE, None))
    assert _confidences(undone) == LEARNED
