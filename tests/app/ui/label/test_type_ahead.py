"""Finding classes by a few letters: order, and when a row offers to create one."""

import pytest

from app.domain.ids import ClassId, TypeId
from app.domain.schema import AttributeClass, AttributeType, Selection
from app.ui.label.type_ahead import choices_for

NAMES = ("solid", "horizontal stripe", "stripe", "pinstripe", "check")
TYPE = AttributeType(
    TypeId(1),
    "pattern",
    Selection.SINGLE,
    tuple(AttributeClass(ClassId(n), name) for n, name in enumerate(NAMES)),
)


def names(typed: str) -> list[str]:
    return [c.name for c in choices_for(TYPE, typed) if c.value is not None]


def test_nothing_typed_lists_every_class_in_schema_order() -> None:
    assert names("") == list(NAMES)


def test_exact_then_beginning_of_name_then_of_word_then_inside() -> None:
    assert names("stripe") == ["stripe", "horizontal stripe", "pinstripe"]
    assert names("STR") == ["stripe", "horizontal stripe", "pinstripe"]


@pytest.mark.parametrize("typed", ["stripe", "  Stripe ", "horizontal  stripe"])
def test_a_known_name_is_never_offered_for_creation(typed: str) -> None:
    assert all(c.value is not None for c in choices_for(TYPE, typed))


def test_a_new_name_is_offered_last_and_only_explicitly() -> None:
    found = choices_for(TYPE, "chec")
    assert [c.name for c in found] == ["check", "chec"]
    assert found[-1].value is None


@pytest.mark.parametrize("typed", ["@none", "a|b", "x" * 81, "   "])
def test_names_that_cannot_be_stored_are_not_offered(typed: str) -> None:
    assert all(c.value is not None for c in choices_for(TYPE, typed))
