"""Conditions of the filter line: taken apart, put together, checked against the project."""

import pytest

from app.domain.ids import ClassId, TypeId
from app.domain.query import FilterError, ImageQuery, StateFilter, parse_filter
from app.domain.schema import AttributeClass, AttributeType, Schema, Selection
from app.ui.filter_conditions import check_names, completions, conditions, joined

PATTERN = AttributeType(
    TypeId(1),
    "pattern",
    Selection.MULTIPLE,
    (AttributeClass(ClassId(1), "stripe"), AttributeClass(ClassId(2), "polka dot")),
)
SCHEMA = Schema((PATTERN,))
LINE = "dress folder:autumn pattern:'polka dot' pattern~stripe state:unseen type:pattern confidence<0.6"


def test_each_condition_can_be_taken_out_alone() -> None:
    query = parse_filter(LINE)
    found = conditions(query)
    assert len(found) == 7
    for condition in found:
        assert joined(condition.without, parse_filter(condition.words)).is_filtered
        assert set(conditions(condition.without)) != set(found)
        assert len(conditions(condition.without)) == 6
    again = ImageQuery()
    for condition in found:
        again = joined(again, parse_filter(condition.words))
    assert again == query


def test_a_second_state_takes_the_firsts_place_and_a_repeated_class_changes_nothing() -> None:
    query = parse_filter("state:unseen pattern:stripe")
    assert joined(query, parse_filter("state:labelled")).state is StateFilter.LABELLED
    assert joined(query, parse_filter("pattern:stripe")) == query


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("patern:stripe", "no attribute type “patern”. There are: pattern"),
        ("pattern:strip", "has no class “strip”. Did you mean stripe?"),
        ("type:colour", "no attribute type “colour”"),
    ],
)
def test_unknown_names_are_refused_in_words(line: str, words: str) -> None:
    with pytest.raises(FilterError, match=words.replace("?", r"\?")):
        check_names(parse_filter(line), SCHEMA)


def test_whatever_is_completed_can_be_read() -> None:
    offered = completions(SCHEMA, ["autumn", "my folder"])
    assert "pattern:'polka dot'" in offered
    for words in offered:
        check_names(parse_filter(words), SCHEMA)
