"""What the window says first when it was asked for something that is not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.services.settings import AppSettings
from app.ui.application import Application


@pytest.fixture
def damaged(own_home: Path) -> Path:
    path = AppSettings.path()
    path.parent.mkdir(parents=True)
    path.write_text('{"annotator": "Bo", "rec')
    return path.with_name("settings.json.damaged")


@pytest.fixture
def application(damaged: Path, qapp: QApplication) -> Iterator[Application]:
    made = Application(qapp)
    yield made
    made.window.close()


def texts(application: Application) -> str:
    return "\n".join(w.text() for w in application.window.findChildren(QLabel) if w.isVisible())


def test_damaged_settings_are_said_and_a_missing_folder_is_refused_in_words(
    qtbot: QtBot, application: Application, damaged: Path, own_home: Path
) -> None:
    application.open(Path("/nope/none"), "garments", demo=False)
    assert str(damaged) in texts(application)
    qtbot.waitUntil(lambda: "/nope/none does not exist" in texts(application))
    assert application.workplace is None
    assert list(own_home.rglob("*.sqlite")) == []
