"""The Models page takes in model files from elsewhere, or says why it does not."""

import pickle
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.jobs import ModelVersion
from app.services import defining, registry, resources
from app.ui.jobs_watch import JobsWatch
from app.ui.library import Library
from app.ui.models.page import ModelsPage
from app.ui.models.versions_list import VersionsList
from app.ui.session import Session
from app.ui.theme.theme import Theme

SHIPPED = resources.locate("models", "default", "model.onnx")


@pytest.fixture
def page(session: Session, theme: Theme, qtbot: QtBot) -> ModelsPage:
    registry.ensure_active(session.project)
    made = ModelsPage(session, Library(session), theme, JobsWatch(session))
    qtbot.addWidget(made)
    made.show()
    made.shown()
    versions = made.findChild(VersionsList)
    qtbot.waitUntil(lambda: versions.count() == 1)
    return made


def offer(page: ModelsPage, path: Path, qtbot: QtBot) -> None:
    """Press the button and choose a file in its dialog, as a user does."""
    [button] = [b for b in page.findChildren(QPushButton) if b.text() == "Add model file…"]
    qtbot.waitUntil(button.isEnabled)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.done(0)


def refusal(page: ModelsPage, session: Session, path: Path, qtbot: QtBot) -> str:
    with qtbot.waitSignal(session.said, timeout=30_000) as said:
        offer(page, path, qtbot)
    words, kind = said.args
    assert kind == "bad"
    return words


@pytest.mark.parametrize("content", [b"garbage", pickle.dumps({"weights": [1, 2]}), b""])
def test_what_is_no_model_is_refused_in_words(
    page: ModelsPage, session: Session, tmp_path: Path, qtbot: QtBot, content: bytes
) -> None:
    offered = tmp_path / "offered.onnx"
    offered.write_bytes(content)
    assert "This model cannot be used: offered.onnx" in refusal(page, session, offered, qtbot)
    assert len(registry.versions(session.project)) == 1


def test_a_model_for_other_types_is_refused_with_what_it_knows(
    page: ModelsPage, session: Session, qtbot: QtBot
) -> None:
    assert "made for another schema (category, color" in refusal(page, session, SHIPPED, qtbot)
    assert len(registry.versions(session.project)) == 1


def test_a_model_is_kept_as_a_challenger_shown_and_taken_once(
    page: ModelsPage, session: Session, qtbot: QtBot
) -> None:
    colour = session.project.schema().types[0]
    defining.rename_type(session.project, colour.id, "color")  # as the shipped model calls it
    with qtbot.waitSignal(session.said, timeout=30_000) as said:
        offer(page, SHIPPED, qtbot)
    assert said.args[1] == "info"
    versions = page.findChild(VersionsList)
    qtbot.waitUntil(lambda: versions.count() == 2)
    added = versions.selected
    assert added is not None
    assert not added.active
    assert not added.demo
    assert any(b.text() == f"Activate {added.name}" and b.isVisible() for b in page.findChildren(QPushButton))
    assert "has that model already" in refusal(page, session, SHIPPED, qtbot)
    assert len(registry.versions(session.project)) == 2


def add_challenger(page: ModelsPage, session: Session, qtbot: QtBot) -> ModelVersion:
    colour = session.project.schema().types[0]
    defining.rename_type(session.project, colour.id, "color")
    offer(page, SHIPPED, qtbot)
    versions = page.findChild(VersionsList)
    qtbot.waitUntil(lambda: versions.count() == 2)
    return versions.selected


def press_activate(page: ModelsPage, version: ModelVersion) -> None:
    [button] = [b for b in page.findChildren(QPushButton) if b.text() == f"Activate {version.name}"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_challenger_is_activated_from_its_page(page: ModelsPage, session: Session, qtbot: QtBot) -> None:
    added = add_challenger(page, session, qtbot)
    press_activate(page, added)
    versions = page.findChild(VersionsList)
    qtbot.waitUntil(lambda: versions.selected.active)
    active = registry.active(session.project)
    assert active is not None
    assert active.id == added.id == versions.selected.id


def test_a_version_whose_file_is_gone_is_marked_and_the_one_in_use_stays(
    page: ModelsPage, session: Session, qtbot: QtBot
) -> None:
    added = add_challenger(page, session, qtbot)
    (session.project.folder / added.path).unlink()
    with qtbot.waitSignal(session.said, timeout=30_000) as said:
        press_activate(page, added)
    assert said.args[1] == "bad"
    versions = page.findChild(VersionsList)
    qtbot.waitUntil(lambda: bool(versions.selected.problem))
    assert versions.selected.problem == said.args[0]
    assert not any(b.text().startswith("Activate") and b.isVisible() for b in page.findChildren(QPushButton))
    active = registry.active(session.project)
    assert active is not None
    assert active.demo


def test_the_first_version_appears_on_a_page_that_was_open_before_it(
    session: Session, theme: Theme, qtbot: QtBot
) -> None:
    made = ModelsPage(session, Library(session), theme, JobsWatch(session))
    qtbot.addWidget(made)
    made.show()
    made.shown()
    read: list[list[ModelVersion]] = []
    session.background.read(lambda: registry.versions(session.project), read.append)
    qtbot.waitUntil(lambda: bool(read))
    session.ahead.compute()
    qtbot.waitUntil(lambda: made.findChild(VersionsList).count() == 1, timeout=10_000)
