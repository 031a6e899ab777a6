"""What floats over the window: the command palette and the table of keys, driven by real keys."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from app.ui.actions import ACTIONS, Actions, title
from app.ui.shell.keys_card import KeysCard
from app.ui.shell.palette import Palette
from app.ui.theme.theme import Theme

CTRL = Qt.KeyboardModifier.ControlModifier


class Window(QMainWindow):
    """A window with some of the table's actions, which notes what ran."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(1280, 800)
        self.ran: list[str] = []
        names = ("undo", "redo", "browse", "palette", "next-unfinished", "pick-1")
        self.actions_ = Actions(self, {n: (lambda n=n: self.ran.append(n)) for n in names})
        self.below = QPushButton("below", self)
        self.setCentralWidget(self.below)


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[Window]:
    made = Window()
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.below.setFocus()
    yield made


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    made = Theme(qapp)
    made.choose("dark")
    return made


@pytest.fixture
def palette(window: Window, theme: Theme) -> Palette:
    return Palette(window, theme, list(window.actions_.all()))


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def write(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)


def test_it_lists_what_can_be_done_but_not_itself_nor_bare_numbers(palette: Palette) -> None:
    assert palette.titles == ["Undo", "Redo", "Browse", "Next unfinished image"]


def test_typing_narrows_and_beginnings_come_first(palette: Palette) -> None:
    write("un")
    assert palette.titles == ["Undo", "Next unfinished image"]
    write(" im")
    assert palette.titles == ["Next unfinished image"]


def test_enter_runs_the_marked_row_and_the_keyboard_goes_back(window: Window, palette: Palette) -> None:
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert window.ran == ["redo"]
    assert not palette.isVisible()
    assert window.below.hasFocus()


def test_escape_closes_and_runs_nothing(window: Window, palette: Palette) -> None:
    write("undo")
    press(Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert window.ran == []
    assert window.below.hasFocus()


def test_nothing_found_is_said_and_enter_does_nothing(window: Window, palette: Palette) -> None:
    write("xyzzy")
    said = [w.text() for w in palette.findChildren(QLabel) if w.isVisible() and "xyzzy" in w.text()]
    assert len(said) == 1
    press(Qt.Key.Key_Return)
    assert palette.isVisible()
    assert window.ran == []


def test_the_window_s_keys_rest_while_it_is_open(window: Window, palette: Palette) -> None:
    press(Qt.Key.Key_1, CTRL)
    press(Qt.Key.Key_G)
    press(Qt.Key.Key_Tab)
    assert window.ran == []
    assert palette.isVisible()
    assert QApplication.focusWidget() in palette.findChildren(type(QApplication.focusWidget()))


def test_a_click_beside_the_card_closes_it(window: Window, palette: Palette) -> None:
    QTest.mouseClick(palette, Qt.MouseButton.LeftButton, pos=palette.card.geometry().center())
    assert palette.isVisible()
    QTest.mouseClick(palette, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert not palette.isVisible()


def test_it_stands_in_the_middle_and_follows_the_window(window: Window, palette: Palette) -> None:
    for width in (1280, 1040):
        window.resize(width, 700)
        assert palette.geometry() == window.rect()
        assert abs(palette.card.geometry().center().x() - width // 2) <= 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_Return])
def test_the_key_table_names_every_key_and_closes(window: Window, theme: Theme, key: Qt.Key) -> None:
    card = KeysCard(window, theme)
    words = {w.text() for w in card.findChildren(QLabel)}
    for spec in ACTIONS:
        if spec.keys and not spec.id.startswith("pick-"):
            assert title(spec) in words
    assert card.card.geometry().bottom() < 640  # whole in a window that is not small
    press(key)
    assert not card.isVisible()
    assert window.below.hasFocus()


@pytest.mark.parametrize("size", [(640, 400), (600, 340)])
def test_in_a_small_window_what_floats_is_scrolled_and_not_squeezed(
    window: Window, theme: Theme, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    card = KeysCard(window, theme)
    words = [w for w in card.findChildren(QLabel) if w.text()]
    qtbot.waitUntil(lambda: all(w.height() >= w.sizeHint().height() for w in words))
    assert all(w.width() >= w.sizeHint().width() for w in words)
    bar = card.findChild(QScrollArea).verticalScrollBar()
    press(Qt.Key.Key_PageDown)
    assert bar.value() > 0
    press(Qt.Key.Key_Escape)
    palette = Palette(window, theme, list(window.actions_.all()))
    assert palette.card.geometry().bottom() < size[1]
    words = [w for w in palette.findChildren(QLabel) if w.isVisible()]
    qtbot.waitUntil(lambda: all(w.height() >= w.sizeHint().height() for w in words))
