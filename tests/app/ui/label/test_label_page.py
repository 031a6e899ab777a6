"""The Label page over a real project: what is decided is stored for the image it was decided on."""

import os
import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from app.domain.decision import labelled
from app.domain.errors import ProjectError
from app.domain.ids import ItemId
from app.domain.query import ImageQuery
from app.domain.schema import Selection
from app.services import browsing, defining
from app.services.projects import Project
from app.services.settings import AppSettings
from app.store import lock
from app.store.file_names import DATABASE
from app.ui.background import Background
from app.ui.bus import Bus
from app.ui.label.desk import Desk
from app.ui.label.page import LabelPage
from app.ui.label.type_ahead import TypeAhead
from app.ui.label.viewer import Viewer
from app.ui.library import Library
from app.ui.session import Session
from app.ui.theme.theme import Theme
from tests.app.ui.label.conftest import show_first


@pytest.fixture
def page(qtbot: QtBot, session: Session, library: Library, theme: Theme) -> Iterator[LabelPage]:
    """The page in front with the first image."""
    made = LabelPage(session, library, theme)
    made.resize(1228, 730)
    made.show()
    made.activateWindow()
    show_first(qtbot, library, made)
    qtbot.waitUntil(lambda: made.facts is not None, timeout=20_000)
    yield made
    delete(made)


def test_a_new_class_is_decided_for_the_image_it_was_made_on(
    qtbot: QtBot, session: Session, library: Library, page: LabelPage
) -> None:
    first, second = ItemId(library.order[0]), ItemId(library.order[1])
    colour = session.project.schema().types[0]
    gate = Event()
    session.background.write(gate.wait, lambda _: None)  # the writer is busy
    page.findChild(TypeAhead).created.emit("ochre")
    library.go_to(second)
    qtbot.waitUntil(lambda: page.facts is not None and page.facts.id == second)
    gate.set()
    qtbot.waitUntil(lambda: bool(browsing.decisions(session.project, [first]).get(first)))
    ochre = session.project.schema().type(colour.id).class_named("ochre")
    assert ochre is not None
    stored = browsing.decisions(session.project, [first, second])
    assert stored[first][colour.id].decision == labelled(ochre.id)
    assert not stored.get(second)
    assert library.current == second, "whoever went on is not pulled along"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier])
def test_nothing_is_accepted_for_an_image_that_cannot_be_shown(
    qtbot: QtBot,
    session: Session,
    library: Library,
    page: LabelPage,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
) -> None:
    lost = ItemId(library.order[3])
    Path(browsing.items(session.project, [lost])[0].path).unlink()
    library.go_to(lost)
    viewer = page.findChild(Viewer)
    qtbot.waitUntil(lambda: "cannot be shown" in viewer.words, timeout=20_000)
    qtbot.waitUntil(lambda: page.facts is not None and page.facts.id == lost)
    with qtbot.waitSignal(session.said) as said:
        QTest.keyClick(QApplication.focusWidget(), key, modifier)
    assert said.args[1] == "warn"
    assert "cannot be shown" in said.args[0]
    assert library.current == lost
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_1)  # whoever chooses a class means it
    qtbot.waitUntil(lambda: len(browsing.decisions(session.project, [lost]).get(lost, {})) == 1)


def test_the_keyboard_stays_in_the_panel_when_types_change(
    qtbot: QtBot, session: Session, library: Library, page: LabelPage
) -> None:
    """Else no key of the page would do anything until a click."""
    before = QApplication.focusWidget()
    _, changes = defining.add_type(session.project, "fit", Selection.SINGLE)
    session.bus.tell(changes)
    qtbot.waitUntil(lambda: page.facts is not None and len(page.facts.schema.types) == 4)
    qtbot.waitUntil(lambda: not isValid(before))
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_1)
    first = ItemId(library.order[0])
    qtbot.waitUntil(lambda: len(browsing.decisions(session.project, [first]).get(first, {})) == 1)


def test_the_next_unfinished_image_is_found_although_images_are_ordered_anew_meanwhile(
    qtbot: QtBot, library: Library, page: LabelPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ItemId(library.order[0]), ItemId(library.order[1])
    look, looked = browsing.next_unfinished, list[object]()

    def while_it_is_ordered_anew(project: Project, order: "array[int]", place: int, way: int) -> int | None:
        if not looked:
            library.order = array("q", [first, *reversed(order[1:])])
        looked.append(order)
        return look(project, order, place, way)

    monkeypatch.setattr(browsing, "next_unfinished", while_it_is_ordered_anew)
    last = ItemId(library.order[-1])
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: library.current != first)
    assert library.current == last != second
    assert len(looked) == 2


def test_what_an_undo_says_is_said_after_its_image_came_to_the_front(
    qtbot: QtBot, session: Session, library: Library, page: LabelPage
) -> None:
    first, second = ItemId(library.order[0]), ItemId(library.order[1])
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_1)
    qtbot.waitUntil(lambda: bool(browsing.decisions(session.project, [first]).get(first)))
    library.go_to(second)
    order: list[str] = []
    page.turned.connect(lambda: order.append("turned"))
    session.said.connect(lambda *_: order.append("said"))
    with qtbot.waitSignal(session.said):
        session.undo()
    assert order == ["turned", "said"]
    assert library.current == first


def test_facts_that_could_not_be_read_can_be_asked_for_again(
    qtbot: QtBot, project: Project, background: Background
) -> None:
    session = Session(project, AppSettings.load(), background, Bus())
    desk = Desk(session)
    item = ItemId(int(browsing.order(project, ImageQuery())[0]))
    _rename(project.folder, "item", "elsewhere")
    refused: list[BaseException] = []
    background.unexpected.disconnect()
    background.unexpected.connect(refused.append)
    desk.ask(item)
    qtbot.waitUntil(lambda: bool(refused))
    assert desk.get(item) is None
    _rename(project.folder, "elsewhere", "item")
    with qtbot.waitSignal(desk.changed):
        desk.ask(item)
    assert desk.get(item) is not None
    session.stop()


def _rename(folder: Path, old: str, new: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute(f"ALTER TABLE {old} RENAME TO {new}")


def test_a_project_is_let_go_only_when_whoever_reads_ahead_has_ended(
    qtbot: QtBot, project: Project, background: Background
) -> None:
    image = Path(browsing.items(project, [ItemId(int(browsing.order(project, ImageQuery())[-1]))])[0].path)
    image.unlink()
    os.mkfifo(image)
    session = Session(project, AppSettings.load(), background, Bus())
    session.ahead.compute()
    opened: list[int] = []

    def is_being_read() -> bool:
        try:
            opened.append(os.open(image, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody has it open for reading yet
            return False
        return True

    qtbot.waitUntil(is_being_read, timeout=60_000)
    order: list[str] = []
    session.stop()
    background.write(session.let_go, lambda _: order.append("let go"))
    background.read(lambda: None, lambda _: order.append("read"))
    qtbot.waitUntil(lambda: bool(order))
    assert order == ["read"]
    assert _is_open(project), "somebody is still at work in it"
    os.close(opened[0])
    qtbot.waitUntil(lambda: len(order) == 2, timeout=60_000)
    assert not _is_open(project)


def _is_open(project: Project) -> bool:
    try:
        lock.take(project.folder).release()
    except ProjectError:
        return True
    return False
