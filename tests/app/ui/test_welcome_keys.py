"""The keys that work while no project is open, in the real window, and after one was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.ui.actions import ACTIONS, Scope
from app.ui.application import Application
from app.ui.shell.keys_card import KeysCard
from app.ui.shell.palette import Palette

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def application(qapp: QApplication, qtbot: QtBot, own_home: Path) -> Iterator[Application]:
    """The real window on Welcome."""
    made = Application(qapp)
    failures: list[BaseException] = []
    made.background.unexpected.connect(failures.append)
    made.open(None, "garments", demo=False)
    made.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    yield made
    made.window.close()
    assert failures == []


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def floating(application: Application, kind: type[QWidget]) -> list[QWidget]:
    return [w for w in application.window.findChildren(kind) if w.isVisible()]


def check_keys(application: Application, qtbot: QtBot) -> None:
    press(Qt.Key.Key_F1)
    [card] = floating(application, KeysCard)
    press(Qt.Key.Key_Escape)
    assert not card.isVisible()
    press(Qt.Key.Key_K, CTRL)
    [palette] = floating(application, Palette)
    press(Qt.Key.Key_Escape)
    assert not palette.isVisible()
    name = application.theme.tokens.name
    press(Qt.Key.Key_L, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert application.theme.tokens.name != name


def test_what_the_table_says_of_everywhere_is_so_on_welcome(application: Application, qtbot: QtBot) -> None:
    check_keys(application, qtbot)
    told = {s.id for s in ACTIONS if s.scope is Scope.EVERYWHERE}
    assert {a.objectName() for a in application.window.actions()} == told
    press(Qt.Key.Key_O, CTRL)
    qtbot.waitUntil(lambda: bool(floating(application, QFileDialog)))
    for dialog in floating(application, QFileDialog):
        dialog.reject()


def test_the_keys_work_in_a_project_and_on_welcome_again(
    application: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    Image.new("RGB", (60, 40), (200, 10, 10)).save(tmp_path / "red.jpg")
    application.open_folder(tmp_path, "garments")
    qtbot.waitUntil(lambda: application.workplace is not None, timeout=60_000)
    place = application.workplace
    assert place is not None
    qtbot.waitUntil(lambda: place.session.is_quiet, timeout=60_000)
    check_keys(application, qtbot)
    application.leave_project()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    check_keys(application, qtbot)
