"""What a block of the attribute panel shows for each state, without a widget."""

import pytest

from app.domain.decision import NONE, UNSEEN, labelled
from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.schema import AttributeClass, AttributeType, Selection
from app.domain.suggestion import Outcome, Suggestion, SuggestionSet
from app.ui.label.rows import FOCUSED_ROWS, RESTING_ROWS, rows_for, taken_by_enter, value_for_key

PATTERN = AttributeType(
    TypeId(1),
    "pattern",
    Selection.MULTIPLE,
    tuple(AttributeClass(ClassId(n), f"class {n}") for n in range(1, 13)),
)


def suggested(*values: tuple[ClassId | Outcome, float], accepted: object = None) -> SuggestionSet:
    ranked = tuple(Suggestion(v, c, c) for v, c in values)
    return SuggestionSet(ItemId(1), PATTERN.id, "student 7", ranked, accepted, True, 0)


RANKED = suggested((ClassId(5), 0.8), (ClassId(2), 0.1), (ClassId(9), 0.05), accepted=(ClassId(5),))


def test_focused_rows_follow_the_rank_and_number_from_one() -> None:
    rows = rows_for(PATTERN, UNSEEN, RANKED, focused=True, locked=False)
    assert [r.value for r in rows[:3]] == [5, 2, 9]
    assert [r.key for r in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert len(rows) == FOCUSED_ROWS
    assert [r.offered for r in rows[:2]] == [True, False]


def test_classes_without_a_suggestion_follow_in_schema_order_without_confidence() -> None:
    rows = rows_for(PATTERN, UNSEEN, RANKED, focused=True, locked=False)
    assert [r.value for r in rows[3:]] == [1, 3, 4]
    assert all(r.confidence is None for r in rows[3:])


def test_locked_numbers_stay_with_their_class() -> None:
    rows = rows_for(PATTERN, UNSEEN, RANKED, focused=True, locked=True)
    assert [(r.key, r.value) for r in rows] == [(str(n), n) for n in range(1, 10)]
    assert next(r for r in rows if r.value == 5).offered


def test_a_decided_block_at_rest_shows_only_what_was_decided_with_the_models_own_confidence() -> None:
    rows = rows_for(PATTERN, labelled(ClassId(2)), RANKED, focused=False, locked=False)
    assert [(r.value, r.confidence, r.chosen, r.offered) for r in rows] == [(2, 0.1, True, False)]


def test_a_decided_class_far_down_the_rank_is_still_shown() -> None:
    rows = rows_for(PATTERN, labelled(ClassId(12)), RANKED, focused=True, locked=False)
    assert rows[-1].value == 12
    assert rows[-1].chosen
    assert rows[-1].key == ""


def test_a_resting_undecided_block_is_short() -> None:
    for resting in RESTING_ROWS:
        rows = rows_for(PATTERN, UNSEEN, RANKED, focused=False, locked=False, resting=resting)
        assert len(rows) == resting


def test_an_outcome_on_top_is_a_row_with_its_own_key() -> None:
    none_first = suggested((Outcome.NONE, 0.7), (ClassId(1), 0.3), accepted=Outcome.NONE)
    rows = rows_for(PATTERN, UNSEEN, none_first, focused=True, locked=False)
    assert (rows[0].key, rows[0].value, rows[0].offered, rows[0].confidence) == ("0", Outcome.NONE, True, 0.7)
    assert (rows[1].key, rows[1].value) == ("1", 1)


def test_a_decided_none_is_shown_as_chosen() -> None:
    rows = rows_for(PATTERN, NONE, RANKED, focused=False, locked=False)
    assert [(r.value, r.chosen) for r in rows] == [(Outcome.NONE, True)]


@pytest.mark.parametrize(("number", "expected"), [(1, 5), (2, 2), (9, None)])
def test_number_keys_take_the_row_that_shows_them(number: int, expected: int | None) -> None:
    rows = rows_for(PATTERN, UNSEEN, RANKED, focused=True, locked=False)
    assert value_for_key(rows, number) == expected


@pytest.mark.parametrize(
    ("accepted", "decision"),
    [
        (None, None),
        ((), None),
        ((ClassId(3),), labelled(ClassId(3))),
        ((ClassId(3), ClassId(4)), labelled(ClassId(3), ClassId(4))),
        (Outcome.NONE, NONE),
    ],
)
def test_enter_takes_what_is_offered(accepted: object, decision: object) -> None:
    assert taken_by_enter(suggested(accepted=accepted)) == decision


def test_enter_takes_nothing_without_a_suggestion() -> None:
    assert taken_by_enter(None) is None
