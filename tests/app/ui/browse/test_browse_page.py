"""The Browse page at work: what is shown, selected, narrowed, labelled and opened, by real events."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.changes import ChangeSet
from app.domain.decision import State
from app.domain.ids import ItemId
from app.domain.query import ImageQuery, Sort, StateFilter
from app.services import browsing
from app.ui.browse.check import Check
from app.ui.browse.flow import CAPTION
from app.ui.browse.page import BrowsePage
from app.ui.filter_line import FilterLine
from app.ui.library import Library
from app.ui.session import Session
from app.ui.theme.theme import Theme
from tests.app.ui.pages.conftest import IMAGES, label_all

LONG = 20_000
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def tile(page: BrowsePage, position: int) -> QRect:
    grid = page.images.grid
    return grid.visualRect(grid.tiles.at(position))


def click(page: BrowsePage, position: int, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(page.images.grid.viewport(), LEFT, keys, tile(page, position).center())


def picked(page: BrowsePage) -> list[int]:
    return list(page.images.grid.choosing.picked)


def row_of(page: BrowsePage, text: str) -> QPoint:
    model = page.sidebar.model()
    for number in range(model.rowCount()):
        index = model.index(number, 0)
        if index.data() == text and index.flags() & Qt.ItemFlag.ItemIsEnabled:
            page.sidebar.scrollTo(index)
            return page.sidebar.visualRect(index).center()
    raise AssertionError(f"no row {text}")


def check(page: BrowsePage, name: str) -> Check:
    return next(c for c in page.panel.findChildren(Check) if c.accessibleName().startswith(name))


def values(session: Session, ids: list[ItemId]) -> list[object]:
    """The stored value of the first type."""
    first = session.project.schema().types[0]
    found = browsing.decisions(session.project, ids)
    return [found[i][first.id].decision if first.id in found.get(i, {}) else None for i in ids]


def test_tiles_show_name_state_and_picture(qtbot: QtBot, page: BrowsePage) -> None:
    model = page.images.grid.tiles
    qtbot.waitUntil(lambda: model.at(0).data() is not None, timeout=LONG)
    assert model.at(0).data() == "blue-bar-no002x"
    assert model.at(0).data(Qt.ItemDataRole.AccessibleTextRole) == "blue-bar-no002x, images, Unseen"
    centre = tile(page, 0).center() - QPoint(0, CAPTION // 2)

    def blue() -> bool:
        seen = page.images.grid.viewport().grab(QRect(centre, centre)).toImage().pixelColor(0, 0)
        return seen.blue() > 150 and seen.red() < 100

    qtbot.waitUntil(blue, timeout=LONG)
    assert model.at(IMAGES - 1).row() == (IMAGES - 1) // model.columns


def test_mouse_selects_like_a_file_browser(page: BrowsePage) -> None:
    click(page, 1)
    click(page, 7, SHIFT)
    assert picked(page) == [1, 2, 3, 4, 5, 6, 7]
    click(page, 4, CTRL)
    assert picked(page) == [1, 2, 3, 5, 6, 7]
    selected = page.images.grid.selectionModel()
    assert not selected.isSelected(page.images.grid.tiles.at(4))
    assert len(selected.selectedIndexes()) == 6
    click(page, 0)
    assert picked(page) == [0]


def test_keys_move_extend_toggle_and_clear(page: BrowsePage, library: Library) -> None:
    grid = page.images.grid
    columns = grid.tiles.columns
    click(page, 0)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert picked(page) == [columns]
    QTest.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    assert picked(page) == [columns, columns + 1]
    QTest.keyClick(grid, Qt.Key.Key_Right, CTRL)
    QTest.keyClick(grid, Qt.Key.Key_Right, CTRL)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert picked(page) == [columns, columns + 1, columns + 3]
    assert library.current == library.order[columns + 3]
    QTest.keyClick(grid, Qt.Key.Key_A, CTRL)
    assert len(picked(page)) == IMAGES
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert picked(page) == []
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert picked(page) == [IMAGES - 1]


def test_enter_and_double_click_open_the_image(qtbot: QtBot, page: BrowsePage, library: Library) -> None:
    click(page, 3)
    with qtbot.waitSignal(page.opened) as opened:
        QTest.keyClick(page.images.grid, Qt.Key.Key_Return)
    assert opened.args == [library.order[3]]
    with qtbot.waitSignal(page.opened) as opened:
        QTest.mouseDClick(page.images.grid.viewport(), LEFT, NONE, tile(page, 5).center())
    assert opened.args == [library.order[5]]
    assert library.current == library.order[5]


def test_other_width_other_columns_same_selection(page: BrowsePage) -> None:
    click(page, 1)
    click(page, 9, SHIFT)
    before = page.images.grid.tiles.columns
    page.images.grid.set_tile(200)
    assert page.images.grid.tiles.columns < before
    assert picked(page) == list(range(1, 10))
    assert len(page.images.grid.selectionModel().selectedIndexes()) == 9


def test_a_click_in_the_sidebar_narrows_and_the_header_says_so(
    qtbot: QtBot, page: BrowsePage, library: Library, session: Session
) -> None:
    label_all(session.project, 20)
    page.narrowing.refresh()
    qtbot.waitUntil(lambda: page.sidebar.model().rowCount() > 10, timeout=LONG)
    with qtbot.waitSignal(library.reordered, timeout=LONG):
        QTest.mouseClick(page.sidebar.viewport(), LEFT, NONE, row_of(page, "Unfinished"))
    assert library.query == ImageQuery(state=StateFilter.UNFINISHED)
    qtbot.waitUntil(lambda: page.sidebar.currentIndex().data() == "Unfinished", timeout=LONG)
    with qtbot.waitSignal(library.reordered, timeout=LONG):
        QTest.mouseClick(page.sidebar.viewport(), LEFT, NONE, row_of(page, "bar"))
    assert library.query.classes == (("shape", "bar"),)
    assert 0 < len(library.order) <= 20


def test_labels_for_many_are_one_step(
    qtbot: QtBot, page: BrowsePage, library: Library, session: Session
) -> None:
    label_all(session.project, 2)  # both blue
    click(page, 0)
    click(page, 4, SHIFT)
    qtbot.waitUntil(lambda: "2 of 5" in check(page, "colour: blue").accessibleName(), timeout=LONG)
    assert check(page, "colour: blue").checkState() == Qt.CheckState.PartiallyChecked
    QTest.mouseClick(check(page, "colour: red"), LEFT, NONE, QPoint(8, 12))
    assert check(page, "colour: blue").checkState() == Qt.CheckState.Unchecked
    apply = next(b for b in page.panel.findChildren(QPushButton) if b.text() == "Apply")
    with qtbot.waitSignal(session.bus.changed, timeout=LONG) as told:
        QTest.mouseClick(apply, LEFT)
    ids = [ItemId(i) for i in library.order[:5]]
    assert told.args[0].items == frozenset(ids)
    red = session.project.schema().types[0].class_named("red")
    assert red is not None
    assert [v.classes for v in values(session, ids)] == [(red.id,)] * 5
    qtbot.waitUntil(lambda: check(page, "colour: red").accessibleName().endswith("all"), timeout=LONG)
    assert not apply.isEnabled()
    with qtbot.waitSignal(session.bus.changed, timeout=LONG):
        session.undo()
    states = [v.state if v else State.UNSEEN for v in values(session, ids)]
    assert states == [State.LABELLED, State.LABELLED, State.UNSEEN, State.UNSEEN, State.UNSEEN]


def test_none_and_not_applicable_for_many(
    qtbot: QtBot, page: BrowsePage, library: Library, session: Session
) -> None:
    click(page, 0)
    click(page, 1, SHIFT)
    more = next(b for b in page.panel.findChildren(QPushButton) if b.accessibleName().startswith("colour"))
    QTest.mouseClick(more, LEFT)
    QTest.mouseClick(check(page, "colour: Not applicable"), LEFT, NONE, QPoint(8, 12))
    with qtbot.waitSignal(session.bus.changed, timeout=LONG):
        page.panel.apply()
    found = values(session, [ItemId(i) for i in library.order[:2]])
    assert [v.state for v in found] == [State.NOT_APPLICABLE] * 2


def test_a_filter_that_finds_nothing_can_be_cleared(qtbot: QtBot, page: BrowsePage, library: Library) -> None:
    library.ask(ImageQuery(text=("nothing is called so",), sort=Sort.RECENT))
    qtbot.waitUntil(lambda: page.centre.emptiness is not None, timeout=LONG)
    clear = next(b for b in page.centre.findChildren(QPushButton) if b.text() == "Clear filter")
    with qtbot.waitSignal(library.reordered, timeout=LONG):
        clear.click()
    assert library.query == ImageQuery(sort=Sort.RECENT)
    qtbot.waitUntil(lambda: page.centre.emptiness is None, timeout=LONG)


def test_a_vanished_folder_is_named_and_its_images_marked(
    qtbot: QtBot, page: BrowsePage, session: Session, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "images")
    session.rescan()
    model = page.images.grid.tiles
    qtbot.waitUntil(lambda: "Cannot be read" in (model.at(0).data(Qt.ItemDataRole.AccessibleTextRole) or ""))
    assert "images" in model.at(0).data(Qt.ItemDataRole.ToolTipRole)


def test_a_change_behind_another_page_is_shown_on_return(
    qtbot: QtBot, page: BrowsePage, session: Session, library: Library
) -> None:
    model = page.images.grid.tiles
    qtbot.waitUntil(lambda: model.at(0).data() is not None, timeout=LONG)
    page.hide()
    kinds = session.project.schema().types
    label_all(session.project)
    library.go_to(ItemId(library.order[6]))
    session.bus.tell(ChangeSet(items=frozenset(map(ItemId, library.order)), decisions=True))
    page.show()
    page.shown()
    spoken = Qt.ItemDataRole.AccessibleTextRole
    qtbot.waitUntil(lambda: f"{kinds[0].name} blue" in model.at(0).data(spoken), timeout=LONG)
    assert page.images.grid.choosing.current == 6


# The offscreen platform cannot raise a pop-up, and says so.
OFFSCREEN = pytest.mark.qt_log_ignore(r"does not support (raise|grabbing|propagate)", extend=True)


def chips(line: FilterLine) -> list[str]:
    return [b.text() for b in line.findChildren(QPushButton) if b.isVisible()]


@pytest.fixture
def line(qtbot: QtBot, session: Session, library: Library, theme: Theme, page: BrowsePage) -> FilterLine:
    made = FilterLine(session, library, theme)
    qtbot.addWidget(made)
    made.resize(420, 28)
    made.show()
    return made


@OFFSCREEN
def test_the_filter_line_asks_shows_chips_and_says_what_is_wrong(
    qtbot: QtBot, line: FilterLine, library: Library
) -> None:
    edit = line.focusProxy()
    QTest.keyClicks(edit, "state:unseen confidence<60%")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert library.query == ImageQuery(state=StateFilter.UNSEEN, confidence_below=0.6)
    qtbot.waitUntil(lambda: chips(line) == ["state:unseen", "confidence<0.6"], timeout=LONG)
    QTest.keyClicks(edit, "color:red")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert line.problem == "There is no attribute type “color”. There are: colour, shape, pattern."
    assert library.query.classes == ()
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert line.problem == ""
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert library.query == ImageQuery(state=StateFilter.UNSEEN)
    qtbot.waitUntil(lambda: chips(line) == ["state:unseen"], timeout=LONG)
    next(b for b in line.findChildren(QPushButton) if b.isVisible()).click()
    assert not library.query.is_filtered


@OFFSCREEN
def test_a_class_is_completed_and_taken_with_one_enter(
    qtbot: QtBot, line: FilterLine, library: Library
) -> None:
    edit = line.focusProxy()
    assert isinstance(edit, QLineEdit)
    completer = edit.completer()
    line.activateWindow()
    line.setFocus()
    qtbot.waitUntil(lambda: edit.hasFocus() and completer.model().rowCount() > 10, timeout=LONG)
    QTest.keyClicks(edit, "blu")
    popup = completer.popup()
    qtbot.waitUntil(popup.isVisible, timeout=LONG)
    assert popup.model().index(0, 0).data() == "colour:blue"
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert library.query.classes == (("colour", "blue"),)
    qtbot.waitUntil(lambda: edit.text() == "" and chips(line) == ["colour:blue"], timeout=LONG)


def next_by_tab(widget: QWidget) -> QWidget:
    following = widget.nextInFocusChain()
    while not (following.isVisible() and following.focusPolicy() & Qt.FocusPolicy.TabFocus):
        following = following.nextInFocusChain()
    return following


def test_tab_reaches_every_control_in_reading_order(page: BrowsePage, qtbot: QtBot) -> None:
    click(page, 0)
    page.activateWindow()
    page.sidebar.setFocus()
    qtbot.waitUntil(page.sidebar.hasFocus, timeout=LONG)
    qtbot.waitUntil(lambda: next_by_tab(page.images.grid) is check(page, "colour: red"), timeout=LONG)
    usable = [w for w in page.findChildren(QWidget) if w.isVisible() and w.isEnabled()]
    wanted = [w for w in usable if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    reached: list[QWidget] = []
    while (now := page.focusWidget()) not in reached:
        assert now is not None
        reached.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    assert not set(wanted) - set(reached)
    assert not [w for w in reached if not (w.accessibleName() or isinstance(w, QPushButton))]
    assert [w.accessibleName() for w in reached][:6] == [
        "Facets",
        "Order of the images",
        "Size of the images",
        "Images",
        "colour: red",
        "colour: green",
    ]
    assert [w.text() for w in reached if isinstance(w, QPushButton)][-1] == "Clear"
