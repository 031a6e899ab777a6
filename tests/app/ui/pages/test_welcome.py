"""The Welcome page: what it asks for, what it lists, and how it refuses."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QRadioButton
from pytestqt.qtbot import QtBot

from app.services import projects
from app.services.settings import AppSettings
from app.services.templates import templates
from app.ui.background import Background
from app.ui.theme.theme import Theme
from app.ui.welcome.page import WelcomePage
from app.ui.welcome.strip import TILES, pictures
from tests.app.ui.pages.conftest import TEMPLATE


def shown_page(qtbot: QtBot, settings: AppSettings, theme: Theme, background: Background) -> WelcomePage:
    page = WelcomePage(settings, theme, background)
    qtbot.addWidget(page)
    page.resize(1280, 730)
    page.show()
    page.shown()
    return page


def buttons(page: WelcomePage) -> dict[str, QAbstractButton]:
    return {b.text().strip(): b for b in page.findChildren(QAbstractButton)}


def drop(page: WelcomePage, path: Path) -> None:
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path))])
    nothing = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, nothing)
    page.dropEvent(event)


def test_the_demo_is_one_press_away(qtbot: QtBot, theme: Theme, background: Background) -> None:
    page = shown_page(qtbot, AppSettings(), theme, background)
    demo = buttons(page)["Open the demo catalogue"]
    assert [b.text() for b in buttons(page).values() if b.property("primary")] == [demo.text()]
    with qtbot.waitSignal(page.demo_asked):
        QTest.keyClick(demo, Qt.Key.Key_Space)


def test_a_dropped_folder_is_opened_with_the_template_chosen(
    qtbot: QtBot, theme: Theme, background: Background, tmp_path: Path
) -> None:
    page = shown_page(qtbot, AppSettings(), theme, background)
    choices = page.findChildren(QRadioButton)
    assert [c.property("key") for c in choices] == [t.key for t in templates()]
    choices[2].click()
    with qtbot.waitSignal(page.folder_asked) as asked:
        drop(page, tmp_path)
    assert asked.args == [tmp_path, "imaterialist"]


def test_a_dropped_project_is_opened_as_one(
    qtbot: QtBot, theme: Theme, background: Background, tmp_path: Path
) -> None:
    projects.create(tmp_path / "mine", TEMPLATE).close()
    page = shown_page(qtbot, AppSettings(), theme, background)
    with qtbot.waitSignal(page.project_asked) as asked:
        drop(page, tmp_path / "mine")
    assert asked.args == [tmp_path / "mine"]


def test_a_dropped_file_is_refused_in_words(
    qtbot: QtBot, theme: Theme, background: Background, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("x")
    page = shown_page(qtbot, AppSettings(), theme, background)
    with qtbot.assertNotEmitted(page.folder_asked):
        drop(page, tmp_path / "notes.txt")
    assert "notes.txt" in page.problem


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_recent_projects_are_listed_and_missing_ones_cannot_be_opened(
    qtbot: QtBot, theme: Theme, background: Background, tmp_path: Path, key: Qt.Key
) -> None:
    projects.create(tmp_path / "mine", TEMPLATE).close()
    settings = AppSettings()
    settings.remember(tmp_path / "gone", "gone one")
    settings.remember(tmp_path / "mine", "mine")
    page = shown_page(qtbot, settings, theme, background)
    qtbot.waitUntil(lambda: "mine" in buttons(page))
    gone = buttons(page)["gone one"]
    assert not gone.isEnabled()
    assert "missing" in gone.accessibleName()
    with qtbot.waitSignal(page.project_asked) as asked:
        QTest.keyClick(buttons(page)["mine"], key)
    assert asked.args == [tmp_path / "mine"]


def test_while_opening_nothing_else_can_be_asked_and_a_refusal_gives_it_back(
    qtbot: QtBot, theme: Theme, background: Background
) -> None:
    page = shown_page(qtbot, AppSettings(), theme, background)
    demo = buttons(page)["Open the demo catalogue"]
    page.show_busy("Opening…")
    assert not demo.isEnabled()
    page.show_problem("Another Lapel holds this project.")
    assert demo.isEnabled()
    assert page.problem == "Another Lapel holds this project."


def test_the_strip_spreads_over_the_folder_and_skips_what_is_no_picture(qtbot: QtBot, tmp_path: Path) -> None:
    for number in range(40):
        Image.new("RGB", (48, 60), (number, 0, 0)).save(tmp_path / f"{number:02}.png")
    (tmp_path / "20.png").write_bytes(b"no picture")
    found = pictures(tmp_path)
    reds = [image.pixelColor(5, 5).red() for image in found]
    assert TILES - 1 <= len(found) <= TILES
    assert reds == sorted(reds)
    assert reds[-1] - reds[0] > 25
    assert pictures(tmp_path / "nowhere") == []
