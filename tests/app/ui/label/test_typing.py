"""Real keys on the Label page: who gets them while a class is looked for, and where an undo leads."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.domain.decision import UNSEEN, Decision, labelled
from app.domain.ids import ItemId, TypeId
from app.services import browsing
from app.ui.label.page import LabelPage
from app.ui.label.type_ahead import TypeAhead
from app.ui.library import Library
from app.ui.session import Session
from app.ui.theme.theme import Theme
from tests.app.ui.label.conftest import show_first


@pytest.fixture
def page(qtbot: QtBot, session: Session, library: Library, theme: Theme) -> Iterator[LabelPage]:
    """The page in an active window with the first image."""
    window = QMainWindow()
    window.resize(1228, 730)
    made = LabelPage(session, library, theme)
    window.setCentralWidget(made)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    show_first(qtbot, library, made)
    qtbot.waitUntil(lambda: made.facts is not None, timeout=20_000)
    yield made
    delete(window)


def press(key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget(), key)


def stored(session: Session, item: int) -> dict[TypeId, Decision]:
    found = browsing.decisions(session.project, [ItemId(item)]).get(ItemId(item), {})
    return {type_id: record.decision for type_id, record in found.items()}


def test_enter_takes_the_row_that_was_found_not_what_is_suggested(
    qtbot: QtBot, session: Session, library: Library, page: LabelPage
) -> None:
    colour = session.project.schema().types[0]
    press(Qt.Key.Key_Slash)
    QTest.keyClicks(QApplication.focusWidget(), "blu")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(stored(session, library.order[0])))
    blue = colour.class_named("blue")
    assert blue is not None
    assert stored(session, library.order[0]) == {colour.id: labelled(blue.id)}


def test_arrows_move_among_the_rows_and_escape_leaves_all_as_it_was(
    qtbot: QtBot, session: Session, library: Library, page: LabelPage
) -> None:
    colour = session.project.schema().types[0]
    press(Qt.Key.Key_Slash)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Escape)
    assert not page.findChild(TypeAhead).isVisible()
    press(Qt.Key.Key_Slash)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(stored(session, library.order[0])))
    assert stored(session, library.order[0]) == {colour.id: labelled(colour.classes[1].id)}


def test_a_slip_becomes_a_class_only_when_its_row_was_marked(
    qtbot: QtBot, session: Session, library: Library, page: LabelPage
) -> None:
    before = session.project.schema().types[0]
    press(Qt.Key.Key_Slash)
    QTest.keyClicks(QApplication.focusWidget(), "blie")
    press(Qt.Key.Key_Return)
    assert page.findChild(TypeAhead).isVisible()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(stored(session, library.order[0])))
    after = session.project.schema().types[0]
    assert [c.name for c in after.classes[len(before.classes) :]] == ["blie"]


def test_an_undo_shows_the_image_that_it_changed(
    qtbot: QtBot, session: Session, library: Library, page: LabelPage
) -> None:
    first, second = library.order[0], library.order[1]
    press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: bool(stored(session, first)))
    press(Qt.Key.Key_D)
    assert library.current == second
    with qtbot.waitSignal(session.travelled):
        session.undo()
    assert library.current == first
    assert all(not d.classes for d in stored(session, first).values())


def test_several_classes_stay_until_enter_goes_on(
    qtbot: QtBot, session: Session, library: Library, page: LabelPage
) -> None:
    pattern = session.project.schema().types[2]
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_2)
    qtbot.waitUntil(lambda: len(stored(session, library.order[0]).get(pattern.id, UNSEEN).classes) == 2)
    press(Qt.Key.Key_Return)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_1)
    qtbot.waitUntil(lambda: len(stored(session, library.order[0])) == 2)
    assert session.project.schema().types[0].id in stored(session, library.order[0])
