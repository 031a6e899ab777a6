"""What the labelling keys decide, without a widget."""

from dataclasses import replace

from app.domain.decision import NONE, NOT_APPLICABLE, UNSEEN, Decision, labelled
from app.domain.ids import ClassId, FolderId, ItemId, TypeId
from app.domain.item import Health, Item
from app.domain.schema import AttributeClass, AttributeType, Schema, Selection
from app.domain.suggestion import Outcome, Suggestion, SuggestionSet
from app.ui.label import keys
from app.ui.label.desk import shown_for
from app.ui.label.facts import Facts

COLOUR = AttributeType(
    TypeId(1),
    "colour",
    Selection.SINGLE,
    (AttributeClass(ClassId(1), "red"), AttributeClass(ClassId(2), "navy")),
)
PATTERN = AttributeType(
    TypeId(2),
    "pattern",
    Selection.MULTIPLE,
    (AttributeClass(ClassId(3), "stripe"), AttributeClass(ClassId(4), "dot")),
)
SLEEVE = AttributeType(TypeId(3), "sleeve", Selection.SINGLE, (AttributeClass(ClassId(5), "long"),))
ITEM = Item(ItemId(7), FolderId(1), "/x/a.jpg", "a.jpg", Health.GOOD, "", "ff", 10, 10)


def suggestion(type_id: int, value: object, confidence: float = 0.9) -> SuggestionSet:
    accepted = value if isinstance(value, Outcome) else (value,)
    ranked = (Suggestion(value, confidence, confidence),)
    return SuggestionSet(ITEM.id, TypeId(type_id), "student 2 + 3 labels", ranked, accepted, True, 3)


FACTS = Facts(
    ITEM,
    Schema((COLOUR, PATTERN, SLEEVE)),
    suggestions={TypeId(1): suggestion(1, ClassId(2)), TypeId(3): suggestion(3, Outcome.NOT_APPLICABLE)},
)


def with_value(type_: AttributeType, decision: Decision) -> Facts:
    return replace(FACTS, pending={type_.id: decision})


def test_a_single_choice_is_replaced_and_a_doubled_key_keeps_it() -> None:
    facts = with_value(COLOUR, labelled(ClassId(1)))
    assert keys.picked(facts, COLOUR.id, ClassId(2)) == labelled(ClassId(2))
    assert keys.picked(facts, COLOUR.id, ClassId(1)) == labelled(ClassId(1))


def test_a_multiple_choice_is_switched_and_the_last_one_off_is_unseen() -> None:
    assert keys.picked(FACTS, PATTERN.id, ClassId(3)) == labelled(ClassId(3))
    one = with_value(PATTERN, labelled(ClassId(3)))
    assert keys.picked(one, PATTERN.id, ClassId(4)) == labelled(ClassId(3), ClassId(4))
    assert keys.picked(one, PATTERN.id, ClassId(3)) == UNSEEN


def test_none_gives_way_to_a_class_in_a_multiple_choice() -> None:
    assert keys.picked(with_value(PATTERN, NONE), PATTERN.id, ClassId(4)) == labelled(ClassId(4))


def test_outcomes_are_taken_as_such() -> None:
    assert keys.picked(FACTS, SLEEVE.id, Outcome.NOT_APPLICABLE) == NOT_APPLICABLE
    assert keys.picked(FACTS, SLEEVE.id, Outcome.NONE) == NONE


def test_keys_stay_only_where_more_classes_may_follow() -> None:
    assert keys.stays(FACTS, PATTERN.id, ClassId(3))
    assert not keys.stays(FACTS, PATTERN.id, Outcome.NONE)
    assert not keys.stays(FACTS, COLOUR.id, ClassId(1))


def test_accept_all_takes_every_undecided_type_that_has_a_suggestion() -> None:
    assert keys.accepted_all(FACTS) == {COLOUR.id: labelled(ClassId(2)), SLEEVE.id: NOT_APPLICABLE}
    decided = with_value(COLOUR, labelled(ClassId(1)))
    assert keys.accepted_all(decided) == {SLEEVE.id: NOT_APPLICABLE}


def test_after_a_decision_the_keys_go_down_then_wrap() -> None:
    assert keys.next_undecided(FACTS, COLOUR.id) == PATTERN.id
    assert keys.next_undecided(with_value(SLEEVE, NONE), SLEEVE.id) == COLOUR.id
    everything = replace(FACTS, pending={t.id: NONE for t in FACTS.schema.types})
    assert keys.next_undecided(everything, COLOUR.id) is None


def test_clearing_asks_for_something_to_clear() -> None:
    assert keys.cleared(FACTS, COLOUR.id) is None
    assert keys.cleared(with_value(COLOUR, NONE), COLOUR.id) == UNSEEN


def test_what_was_on_screen_is_kept_with_the_decision() -> None:
    taken = shown_for(FACTS, COLOUR.id, labelled(ClassId(2)))
    assert taken is not None
    assert (taken.version, taken.rank, taken.confidence) == ("student 2 + 3 labels", 1, 0.9)
    corrected = shown_for(FACTS, COLOUR.id, labelled(ClassId(1)))
    assert corrected is not None
    assert (corrected.version, corrected.rank) == ("student 2 + 3 labels", None)
    outcome = shown_for(FACTS, SLEEVE.id, NOT_APPLICABLE)
    assert outcome is not None
    assert outcome.rank == 1
    assert shown_for(FACTS, PATTERN.id, labelled(ClassId(3))) is None
