"""The dialogs: what they say beforehand, what they do, and how they refuse."""

import csv
import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.query import ImageQuery
from app.domain.schema import Selection
from app.services import annotating, browsing, runtime
from app.services.devices import DeviceFound
from app.services.installing import Recipe
from app.services.training_plan import TrainingPlan
from app.ui.dialogs.exporting import Exporting
from app.ui.dialogs.importing import ImportLabels
from app.ui.dialogs.install_runtime import InstallRuntime
from app.ui.dialogs.new_type import NewType
from app.ui.dialogs.start_training import StartTraining
from app.ui.dialogs.training import start_training
from app.ui.session import Session
from app.ui.shell.status_bar import StatusBar
from app.ui.theme.theme import Theme
from tests.app.ui.pages.conftest import IMAGES, label_all, read_all


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


def texts(dialog: QWidget) -> str:
    return "\n".join(w.text() for w in dialog.findChildren(QLabel) if w.isVisible())


def test_a_new_type_comes_with_its_classes(
    qtbot: QtBot, window: QWidget, session: Session, theme: Theme
) -> None:
    dialog = NewType(window, session, theme)
    dialog.open()
    assert not dialog.action.isEnabled()
    QTest.keyClicks(dialog.findChild(QLineEdit), " neck line ")
    dialog.findChild(QPlainTextEdit).setPlainText("crew\n\n  v neck \n")
    dialog.findChildren(QRadioButton)[1].click()
    with qtbot.waitSignal(dialog.accepted):
        dialog.action.click()
    added = session.project.schema().types[-1]
    assert (added.name, added.selection) == ("neck line", Selection.MULTIPLE)
    assert [c.name for c in added.classes] == ["crew", "v neck"]


@pytest.mark.parametrize(
    ("name", "classes", "words"),
    [
        ("Colour", "", "There is a type “colour” already."),
        ("@na", "", "reserved"),
        ("neck", "crew\nCrew", "twice"),
        ("neck", "a|b", "|"),
    ],
)
def test_a_type_that_cannot_be_is_said_while_typing(
    window: QWidget, session: Session, theme: Theme, name: str, classes: str, words: str
) -> None:
    dialog = NewType(window, session, theme)
    dialog.open()
    dialog.findChild(QLineEdit).setText(name)
    dialog.findChild(QPlainTextEdit).setPlainText(classes)
    assert words in dialog.message.words
    assert not dialog.action.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_name_with_a_meaning_of_its_own_is_refused_in_the_dialog(
    qtbot: QtBot, window: QWidget, session: Session, theme: Theme
) -> None:
    dialog = NewType(window, session, theme)
    dialog.open()
    dialog.findChild(QLineEdit).setText("state")
    dialog.action.click()
    qtbot.waitUntil(lambda: "meaning of its own" in dialog.message.words)
    assert dialog.isVisible()
    assert len(session.project.schema().types) == 3


def test_export_says_what_a_spreadsheet_cannot_hold_and_writes_it(
    qtbot: QtBot, window: QWidget, session: Session, theme: Theme, tmp_path: Path
) -> None:
    label_all(session.project)
    dialog = Exporting(window, session, theme)
    dialog.open()
    dialog.findChildren(QRadioButton)[1].click()
    assert dialog.format == "csv"
    qtbot.waitUntil(lambda: "who decided and when" in dialog.message.words)
    with qtbot.waitSignal(dialog.accepted):
        dialog.write_to(tmp_path / "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines()))
    assert len(rows) == IMAGES
    assert all(Path(r["image"]).name.startswith(f"{r['colour']}-{r['shape']}-") for r in rows)


def test_a_refused_export_says_why_and_can_be_tried_elsewhere(
    qtbot: QtBot, window: QWidget, session: Session, theme: Theme, tmp_path: Path
) -> None:
    label_all(session.project, 3)
    dialog = Exporting(window, session, theme)
    dialog.open()
    dialog.findChildren(QRadioButton)[1].click()
    dialog.write_to(tmp_path / "nowhere" / "out.csv")
    qtbot.waitUntil(lambda: "could not be written" in dialog.message.words)
    assert dialog.action.isEnabled()
    with qtbot.waitSignal(dialog.accepted):
        dialog.write_to(tmp_path / "out.csv")


def test_labels_are_previewed_then_imported_as_one_step(
    qtbot: QtBot, window: QWidget, session: Session, theme: Theme, tmp_path: Path
) -> None:
    ids = list(browsing.order(session.project, ImageQuery()))
    names = [i.name for i in browsing.items(session.project, ids)]
    lines = [
        {"image": n, "labels": {"colour": ["teal" if i == 0 else "red"]}} for i, n in enumerate(names[:5])
    ]
    lines.append({"image": "gone.jpg", "labels": {"sleeve": ["long"]}})
    manifest = tmp_path / "images" / "manifest.jsonl"
    manifest.write_text("".join(json.dumps(line) + "\n" for line in lines))
    dialog = ImportLabels(window, session, theme)
    dialog.open()
    qtbot.waitUntil(lambda: "6 values on 5 of the project's images; the file names 6." in texts(dialog))
    assert "New types: sleeve" in texts(dialog)
    assert "New classes: 2" in texts(dialog)
    said: list[str] = []
    session.said.connect(lambda words, _: said.append(words))
    with qtbot.waitSignal(dialog.accepted):
        dialog.action.click()
    assert said == ["Labels imported for 5 images; 1 images of the file are not in this folder"]
    assert len(browsing.decisions(session.project, ids)) == 5
    annotating.undo(session.project, "tester")
    left = browsing.decisions(session.project, ids)
    assert not any(r.decision.classes for records in left.values() for r in records.values())


def test_a_damaged_manifest_is_named_by_line_and_nothing_is_imported(
    qtbot: QtBot, window: QWidget, session: Session, theme: Theme, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"image": "a.jpg", "labels": {}}\nnonsense\n')
    dialog = ImportLabels(window, session, theme)
    dialog.open()
    qtbot.waitUntil(lambda: "No manifest lies in this folder." in texts(dialog))
    dialog.take(bad)
    qtbot.waitUntil(lambda: "bad.jsonl:2" in dialog.message.words)
    assert not dialog.action.isEnabled()


def test_the_start_dialog_names_labels_held_out_images_and_device(window: QWidget, theme: Theme) -> None:
    plan = TrainingPlan({"colour": 1200, "shape": 12}, 1200, 180, "")
    dialog = StartTraining(window, theme, plan, DeviceFound("cpu", "no GPU can be used: none found"))
    dialog.open()
    said = texts(dialog)
    assert "1,200 labelled images. 180 of them are held out" in said
    assert "too few to learn much" in said
    assert "On the CPU: no GPU can be used: none found." in said
    assert dialog.action.isEnabled()
    dialog.reject()


def test_without_its_device_training_does_not_start(window: QWidget, theme: Theme) -> None:
    dialog = StartTraining(window, theme, TrainingPlan({}, 30, 4, ""), DeviceFound("", "no GPU can be used"))
    dialog.open()
    assert dialog.message.words == "no GPU can be used"
    assert not dialog.action.isEnabled()
    dialog.reject()


def test_train_says_what_is_missing(qtbot: QtBot, window: QWidget, session: Session, theme: Theme) -> None:
    read_all(session.project)
    label_all(session.project, 12)
    with qtbot.waitSignal(session.said) as said:
        start_training(window, session, theme)
    assert said.args == ["20 labelled images are needed; 12 are there.", "warn"]


def test_train_asks_before_it_starts(qtbot: QtBot, window: QWidget, session: Session, theme: Theme) -> None:
    read_all(session.project)
    label_all(session.project)
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(1280, 26)
    bar.show()
    session.activity.connect(bar.show_activity)
    for _ in range(2):  # an impatient hand
        start_training(window, session, theme)
        assert "what training needs" in texts(bar), "told at once: asking PyTorch takes seconds"
    ended: list[str] = []
    session.activity.connect(lambda key, activity: ended.append(key) if activity is None else None)
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=90_000)
    [dialog] = window.findChildren(StartTraining)
    assert "what training needs" not in texts(bar)
    assert "48 labelled images" in texts(dialog)
    dialog.reject()
    assert not any((session.project.folder / "jobs").iterdir())


def test_installing_goes_on_to_what_was_asked(
    qtbot: QtBot, window: QWidget, session: Session, theme: Theme, tmp_path: Path
) -> None:
    went_on: list[bool] = []
    recipe = Recipe(wanted=(), arguments=("--no-index", "--dry-run", str(_package(tmp_path))), space=1)
    dialog = InstallRuntime(window, session, theme, tmp_path / "home", lambda: went_on.append(True), recipe)
    dialog.open()
    assert runtime.SIZE_WORDS in texts(dialog)
    with qtbot.waitSignal(dialog.accepted, timeout=120_000):
        dialog.action.click()
    assert went_on == [True]


def test_too_little_room_is_said_and_can_be_tried_again(
    qtbot: QtBot, window: QWidget, session: Session, theme: Theme, tmp_path: Path
) -> None:
    recipe = Recipe(wanted=(), space=10**18)
    dialog = InstallRuntime(window, session, theme, tmp_path / "home", lambda: None, recipe)
    dialog.open()
    dialog.action.click()
    qtbot.waitUntil(lambda: "GB free" in dialog.message.words)
    assert (dialog.action.text(), dialog.action.isEnabled()) == ("Try again", True)
    dialog.reject()


def test_cancelling_an_installation_leaves_nothing(
    qtbot: QtBot, window: QWidget, session: Session, theme: Theme, tmp_path: Path
) -> None:
    recipe = Recipe(wanted=(), arguments=("--no-index", "--dry-run", str(_package(tmp_path))), space=1)
    home = tmp_path / "home"
    dialog = InstallRuntime(window, session, theme, home, lambda: None, recipe)
    dialog.open()
    dialog.action.click()
    qtbot.waitUntil(dialog.bar.isVisible)
    with qtbot.waitSignal(dialog.rejected, timeout=60_000):
        dialog.reject()
    assert not (home / "environment").exists()
    assert runtime.find_installed(home) is None


def _package(folder: Path) -> Path:
    """The smallest wheel that pip accepts."""
    import zipfile

    wheel = folder / "tiny-1.0-py3-none-any.whl"
    about = "tiny-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("tiny.py", "")
        packed.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        packed.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{about}/RECORD", "")
    return wheel
