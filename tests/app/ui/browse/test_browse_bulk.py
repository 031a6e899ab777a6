"""Labels for many images at once: what they have, and what a wish changes."""

from datetime import UTC, datetime

import pytest

from app.domain.decision import (
    NONE,
    NOT_APPLICABLE,
    UNSEEN,
    Decision,
    DecisionRecord,
    Origin,
    State,
    labelled,
)
from app.domain.ids import ClassId, ItemId, StepId, TypeId
from app.domain.schema import AttributeClass, AttributeType, Schema, Selection
from app.domain.suggestion import Outcome
from app.ui.browse.bulk import Has, Value, Wishes, changes, step_words, tally

RED, BLUE, STRIPE, CHECK = map(ClassId, (1, 2, 3, 4))
COLOUR = AttributeType(
    TypeId(1), "colour", Selection.SINGLE, (AttributeClass(RED, "red"), AttributeClass(BLUE, "blue"))
)
PATTERNS = (AttributeClass(STRIPE, "stripe"), AttributeClass(CHECK, "check"))
PATTERN = AttributeType(TypeId(2), "pattern", Selection.MULTIPLE, PATTERNS)
SCHEMA = Schema((COLOUR, PATTERN))


def _records(kind: AttributeType, *decisions: Decision) -> dict[ItemId, dict[TypeId, DecisionRecord]]:
    now = datetime.now(UTC)
    return {
        ItemId(i): {
            kind.id: DecisionRecord(ItemId(i), kind.id, d, StepId(1), "me", now, Origin.PERSON, UNSEEN, None)
        }
        for i, d in enumerate(decisions)
    }


def _after(kind: AttributeType, before: Decision, *wishes: tuple[Value, bool]) -> Decision:
    wanted = Wishes()
    for value, wish in wishes:
        wanted = wanted.with_wish(kind, value, wish)
    made = changes([ItemId(0)], _records(kind, before), SCHEMA, wanted)
    return made[0].decision if made else before


def test_tally_says_none_some_or_all() -> None:
    records = _records(PATTERN, labelled(STRIPE), labelled(STRIPE, CHECK), NONE, UNSEEN)
    found = tally([ItemId(i) for i in range(5)], records)  # the fifth was never decided
    assert found.count(PATTERN.id, STRIPE) == 2
    assert found.has(PATTERN.id, STRIPE) is Has.SOME
    assert found.has(PATTERN.id, Outcome.NOT_APPLICABLE) is Has.NO
    assert found.count(PATTERN.id, Outcome.NONE) == 1
    two = tally([ItemId(0), ItemId(1)], records)
    assert two.has(PATTERN.id, STRIPE) is Has.ALL
    assert two.plus(found).count(PATTERN.id, STRIPE) == 4
    assert two.plus(found).images == 7


@pytest.mark.parametrize(
    ("before", "wishes", "after"),
    [
        (UNSEEN, [(STRIPE, True)], labelled(STRIPE)),
        (labelled(CHECK), [(STRIPE, True)], labelled(CHECK, STRIPE)),
        (labelled(CHECK, STRIPE), [(CHECK, False)], labelled(STRIPE)),
        (labelled(STRIPE), [(STRIPE, False)], UNSEEN),
        (NONE, [(STRIPE, True)], labelled(STRIPE)),
        (NONE, [(Outcome.NONE, False)], UNSEEN),
        (labelled(STRIPE), [(Outcome.NONE, False)], labelled(STRIPE)),
        (labelled(STRIPE), [(Outcome.NOT_APPLICABLE, True)], NOT_APPLICABLE),
        (NOT_APPLICABLE, [(CHECK, False)], NOT_APPLICABLE),
    ],
)
def test_several_classes(before: Decision, wishes: list[tuple[Value, bool]], after: Decision) -> None:
    assert _after(PATTERN, before, *wishes) == after


def test_one_class_replaces_another_where_only_one_is_allowed() -> None:
    assert _after(COLOUR, labelled(RED), (BLUE, True)) == labelled(BLUE)
    assert _after(COLOUR, labelled(RED), (RED, True), (BLUE, True)) == labelled(BLUE)
    assert _after(COLOUR, labelled(RED), (RED, False)) == UNSEEN


def test_rejections_and_partial_labels_are_kept() -> None:
    before = Decision(State.LABELLED, (CHECK,), (STRIPE,), partial=True)
    assert _after(PATTERN, before, (STRIPE, True)) == Decision(
        State.LABELLED, (CHECK, STRIPE), (), partial=True
    )
    assert _after(PATTERN, before, (CHECK, False)) == Decision(State.UNSEEN, (), (STRIPE,))


def test_images_that_comply_are_left_alone() -> None:
    records = _records(PATTERN, labelled(STRIPE), labelled(CHECK))
    wishes = Wishes().with_wish(PATTERN, STRIPE, True)
    made = changes([ItemId(0), ItemId(1), ItemId(2)], records, SCHEMA, wishes)
    assert [c.item for c in made] == [1, 2]


def test_a_wish_rules_out_what_cannot_stand_beside_it() -> None:
    wishes = Wishes().with_wish(PATTERN, STRIPE, True).with_wish(PATTERN, CHECK, True)
    assert wishes.get(PATTERN.id, STRIPE)
    assert wishes.rules_out(PATTERN, Outcome.NONE)
    assert not wishes.rules_out(PATTERN, STRIPE)
    assert wishes.with_wish(PATTERN, Outcome.NONE, True).get(PATTERN.id, STRIPE) is None
    assert not wishes.with_wish(PATTERN, STRIPE, None).with_wish(PATTERN, CHECK, None)


def test_the_step_is_called_by_what_was_done() -> None:
    wishes = Wishes().with_wish(PATTERN, STRIPE, True).with_wish(PATTERN, CHECK, False)
    assert step_words(SCHEMA, wishes, "5 images") == "Pattern: stripe, −check · 5 images"
