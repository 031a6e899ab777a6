"""The Settings page: what is changed is kept, and what the rules forbid is said."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.services import backup
from app.services.settings import AppSettings
from app.ui.library import Library
from app.ui.session import Session
from app.ui.settings.named_list import NamedList
from app.ui.settings.page import SettingsPage
from app.ui.theme.theme import Theme
from tests.app.ui.pages.conftest import label_all

YOU, MACHINE, FOLDERS, ATTRIBUTES, BACKUPS = range(5)


@pytest.fixture
def page(qtbot: QtBot, session: Session, theme: Theme) -> SettingsPage:
    made = SettingsPage(session, Library(session), theme)
    qtbot.addWidget(made)
    made.resize(1228, 730)
    made.show()
    made.shown()
    return made


def named(page: QWidget, kind: type, name: str) -> QWidget:
    return next(w for w in page.findChildren(kind) if w.accessibleName() == name)


def pressed(page: QWidget, text: str) -> None:
    next(b for b in page.findChildren(QPushButton) if b.text() == text and b.isVisible()).click()


def texts(page: QWidget) -> str:
    return "\n".join(w.text() for w in page.findChildren(QLabel) if w.isVisible())


def type_names(session: Session) -> list[str]:
    return [t.name for t in session.project.schema().types]


def test_name_theme_and_room_are_kept_as_they_change(
    qtbot: QtBot, page: SettingsPage, session: Session, theme: Theme
) -> None:
    name = named(page, QLineEdit, "Your name")
    name.selectAll()
    QTest.keyClicks(name, "  Ana   B ")
    QTest.keyClick(name, Qt.Key.Key_Return)
    look = named(page, QComboBox, "Theme")
    look.setFocus()
    with qtbot.waitSignal(theme.changed):
        look.setCurrentIndex(look.findData("light"))
        look.activated.emit(look.currentIndex())
    page.open_section(MACHINE)
    room = named(page, QSpinBox, "Room for thumbnails")
    room.setValue(1500)
    room.editingFinished.emit()
    qtbot.waitUntil(lambda: AppSettings.load().cache_limit_mb == 1500)
    kept = AppSettings.load()
    assert (kept.annotator, kept.theme) == ("Ana B", "light")
    assert session.settings.annotator == "Ana B"
    assert theme.tokens.name == "light"


def test_an_empty_name_is_not_taken(page: SettingsPage, session: Session) -> None:
    before = session.settings.annotator
    name = named(page, QLineEdit, "Your name")
    name.setText("   ")
    name.editingFinished.emit()
    assert (session.settings.annotator, name.text()) == (before, before)


def test_folders_show_their_counts(
    qtbot: QtBot, page: SettingsPage, session: Session, tmp_path: Path
) -> None:
    page.open_section(FOLDERS)
    qtbot.waitUntil(lambda: "48 images" in texts(page))
    with qtbot.waitSignal(page.folder_asked):
        pressed(page, "Add folder…")


def test_types_are_ordered_and_renamed_and_labels_follow(
    qtbot: QtBot, page: SettingsPage, session: Session
) -> None:
    page.open_section(ATTRIBUTES)
    types = named(page, NamedList, "Attribute types")
    types.setCurrentRow(0)
    pressed(page, "Down")
    qtbot.waitUntil(lambda: type_names(session) == ["shape", "colour", "pattern"])
    qtbot.waitUntil(lambda: types.item(1).text() == "colour")
    assert types.currentRow() == 1, "the moved type stays selected"
    types.item(1).setText("hue")
    qtbot.waitUntil(lambda: type_names(session) == ["shape", "hue", "pattern"])
    qtbot.waitUntil(lambda: types.item(1).text() == "hue")


def test_a_name_that_is_taken_is_refused_and_the_old_one_stands(
    qtbot: QtBot, page: SettingsPage, session: Session
) -> None:
    page.open_section(ATTRIBUTES)
    types = named(page, NamedList, "Attribute types")
    types.item(0).setText("Shape")
    qtbot.waitUntil(lambda: "There is a type “shape” already." in texts(page))
    assert types.item(0).text() == "colour"
    assert type_names(session)[0] == "colour"


def test_classes_are_added_by_enter_and_removed_only_when_unused(
    qtbot: QtBot, page: SettingsPage, session: Session
) -> None:
    label_all(session.project)
    page.open_section(ATTRIBUTES)
    field, classes = named(page, QLineEdit, "New class"), named(page, NamedList, "Classes")
    QTest.keyClicks(field, "teal")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: classes.count() == 4)
    assert field.text() == ""

    def remove(row: int) -> None:
        classes.setCurrentRow(row)
        [b for b in page.findChildren(QPushButton) if b.text() == "Remove" and b.isVisible()][1].click()

    remove(3)
    qtbot.waitUntil(lambda: classes.count() == 3)
    remove(0)
    qtbot.waitUntil(lambda: "“red” stays" in texts(page))
    assert [c.name for c in session.project.schema().types[0].classes] == ["red", "green", "blue"]


def test_back_up_now_adds_one_to_the_list(qtbot: QtBot, page: SettingsPage, session: Session) -> None:
    before = len(backup.list_backups(session.project))
    page.open_section(BACKUPS)
    with qtbot.waitSignal(session.said) as said:
        pressed(page, "Back up now")
    assert said.args[1] == "good"
    made = backup.list_backups(session.project)
    assert len(made) == before + 1
    qtbot.waitUntil(lambda: made[0].name in texts(page))


def test_the_device_is_named_with_its_reason(qtbot: QtBot, page: SettingsPage, session: Session) -> None:
    session.settings.device = "cpu"
    page.open_section(MACHINE)
    qtbot.waitUntil(lambda: "Trains on the CPU: the CPU was asked for." in texts(page), timeout=90_000)
