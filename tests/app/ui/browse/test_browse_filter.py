"""Conditions of the filter line: taken apart, put together, checked against the project."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from app.domain.ids import ClassId, TypeId
from app.domain.query import FilterError, ImageQuery, StateFilter, parse_filter
from app.domain.schema import AttributeClass, AttributeType, Schema, Selection
from app.ui.actions import Actions
from app.ui.filter_conditions import check_names, completions, conditions, joined
from app.ui.filter_line import FilterLine
from app.ui.library import Library
from app.ui.session import Session
from app.ui.theme.theme import Theme

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


def test_the_window_s_keys_work_while_one_types_and_the_field_keeps_its_own(
    qtbot: QtBot, session: Session, library: Library, theme: Theme
) -> None:
    window, ran = QMainWindow(), []
    qtbot.addWidget(window)
    names = ("export", "palette", "train", "undo", "browse")
    actions = Actions(window, {name: (lambda name=name: ran.append(name)) for name in names})
    window.setCentralWidget(FilterLine(session, library, theme))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    field = window.findChild(QLineEdit)
    field.setFocus()
    QTest.keyClicks(field, "strg")
    for key in (Qt.Key.Key_E, Qt.Key.Key_K, Qt.Key.Key_T):
        QTest.keyClick(field, key, Qt.KeyboardModifier.ControlModifier)
    assert ran == ["export", "palette", "train"]
    assert field.text() == "strg"
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert ran == ["export", "palette", "train"]
    assert actions["undo"].isEnabled()
