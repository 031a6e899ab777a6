"""Welcome, every dialog and what floats: reached by Tab, named, focus seen, nothing cut off."""

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.domain.ids import JobId
from app.domain.paths import shown
from app.domain.progress import Progress
from app.services import homes
from app.services.devices import DeviceFound
from app.services.settings import AppSettings
from app.services.training_plan import TrainingPlan
from app.ui.dialogs.exporting import Exporting
from app.ui.dialogs.frame import DialogFrame
from app.ui.dialogs.importing import ImportLabels
from app.ui.dialogs.install_runtime import InstallRuntime
from app.ui.dialogs.new_type import NewType
from app.ui.dialogs.start_training import StartTraining
from app.ui.jobs_watch import JobsWatch
from app.ui.models.log_dialog import LogDialog
from app.ui.session import Session
from app.ui.shell.keys_card import KeysCard
from app.ui.shell.palette import Palette
from app.ui.theme.theme import Theme
from app.ui.welcome.page import WelcomePage
from tests.app.ui.test_whole_window import cut_off, describe, focus_chain, visible

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit)
PLAN = TrainingPlan({"colour": 1609, "a type with a rather long name": 3}, 1609, 241, "")


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[QWidget]:
    flashing = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)  # two pictures of a field differ by its focus alone
    made = QWidget()
    made.setObjectName("page")
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    yield made
    qapp.setCursorFlashTime(flashing)


def dialogs(window: QWidget, session: Session, theme: Theme) -> dict[str, Callable[[], QWidget]]:
    home = session.project.folder
    return {
        "export": lambda: Exporting(window, session, theme),
        "import": lambda: ImportLabels(window, session, theme),
        "new type": lambda: NewType(window, session, theme),
        "train": lambda: StartTraining(window, theme, PLAN, DeviceFound("cpu", "no GPU was found")),
        "train nowhere": lambda: StartTraining(window, theme, PLAN, DeviceFound("", "No driver is there.")),
        "install": lambda: InstallRuntime(window, session, theme, home, lambda: None),
        "log": lambda: LogDialog(session, JobsWatch(session), JobId("20260101-000000-beef"), window),
    }


GROWING = ("export", "import", "new type", "train", "install")
DIALOGS = ("export", "import", "new type", "train", "train nowhere", "install", "log")


@pytest.fixture(params=DIALOGS)
def dialog(
    request: pytest.FixtureRequest, window: QWidget, session: Session, theme: Theme, qtbot: QtBot
) -> QWidget:
    made = dialogs(window, session, theme)[request.param]()
    made.open()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    if isinstance(made, ImportLabels):
        folder = shown(str(session.project.folder.parent / "images"))
        qtbot.waitUntil(lambda: folder in [b.currentText() for b in made.findChildren(QComboBox)])
    return made


@pytest.fixture
def welcome(qtbot: QtBot, theme: Theme, session: Session, tmp_path: Path) -> WelcomePage:
    settings = AppSettings()
    settings.remember(session.project.folder, "A project whose name is rather long")
    settings.remember(tmp_path / "gone", "Gone")
    page = WelcomePage(settings, theme, session.background)
    qtbot.addWidget(page)
    page.resize(1280, 730)
    page.show()
    page.activateWindow()
    page.shown()
    listed = len(homes.recent(settings))
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page)
    qtbot.waitUntil(lambda: len([b for b in controls(page) if b.toolTip()]) >= listed)
    return page


def controls(place: QWidget) -> list[QWidget]:
    found = [w for kind in CONTROLS for w in visible(place, kind)]
    return [w for w in found if w.isEnabled() and w.parent().metaObject().className() != "QComboBox"]


def in_a_reached_group(widget: QWidget, reached: set[QWidget]) -> bool:
    """The arrow keys go from one radio button to the next: the whole group is one stop."""
    if not isinstance(widget, QAbstractButton) or not widget.autoExclusive():
        return False
    siblings = [b for b in widget.parent().findChildren(QAbstractButton) if b.autoExclusive()]
    return any(b in reached for b in siblings)


def check_reached_and_named(place: QWidget) -> None:
    reached = focus_chain(place)
    missed = [w for w in controls(place) if w not in reached and not in_a_reached_group(w, reached)]
    assert [describe(w) for w in missed] == []
    nameless = [w for w in controls(place) if not (w.accessibleName() or getattr(w, "text", str)())]
    assert [describe(w) for w in nameless] == []


def check_focus_is_seen(place: QWidget) -> None:
    """Each control's picture with the keyboard on it differs from the one without."""
    every = controls(place)
    unseen = []
    for number, control in enumerate(every):
        control.setFocus(Qt.FocusReason.TabFocusReason)
        focused = control.grab().toImage()
        every[number - 1].setFocus(Qt.FocusReason.TabFocusReason)
        if len(every) > 1 and control.grab().toImage() == focused:
            unseen.append(describe(control))
    assert unseen == []


def check_nothing_is_cut_off(place: QWidget, theme: Theme, qtbot: QtBot) -> None:
    def nothing_cut_off() -> None:
        labels = [*visible(place, QLabel), *visible(place, QAbstractButton)]
        assert [text for text in map(cut_off, labels) if text is not None] == []
        for words in visible(place, QLabel):
            assert words.height() >= words.heightForWidth(words.width()), words.text()

    for name in ("dark", "light"):
        theme.choose(name)
        qtbot.waitUntil(nothing_cut_off)


def test_every_control_of_a_dialog_is_reached_and_named(dialog: QWidget) -> None:
    check_reached_and_named(dialog)


def test_a_dialog_begins_in_its_body_or_with_what_it_is_for(dialog: QWidget) -> None:
    focused = QApplication.focusWidget()
    assert dialog.isAncestorOf(focused)
    others = [w for w in controls(dialog) if getattr(w, "text", str)() not in ("Cancel", "Close")]
    assert focused in others or not others


def test_in_a_dialog_the_eye_finds_the_keyboard(dialog: QWidget) -> None:
    check_focus_is_seen(dialog)


def test_nothing_in_a_dialog_is_cut_off(dialog: QWidget, theme: Theme, qtbot: QtBot) -> None:
    check_nothing_is_cut_off(dialog, theme, qtbot)


@pytest.mark.parametrize("dialog", GROWING, indirect=True)
def test_a_dialog_grows_with_what_is_told_later(dialog: QWidget, theme: Theme, qtbot: QtBot) -> None:
    assert isinstance(dialog, DialogFrame)
    words = "Downloading torch-2.9.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl from the index of wheels, " * 3
    dialog.show_progress(Progress(150, 2_000, words))
    dialog.message.say(words)
    check_nothing_is_cut_off(dialog, theme, qtbot)
    qtbot.waitUntil(lambda: not overlapping(dialog))


def overlapping(dialog: QWidget) -> list[str]:
    """Words and controls that are painted over one another."""
    parts = [*visible(dialog, QLabel), *visible(dialog, QAbstractButton)]
    where = [QRect(w.mapTo(dialog, QPoint()), w.size()) for w in parts]
    pairs = [(a, b) for a, b in combinations(range(len(parts)), 2) if where[a].intersects(where[b])]
    return [f"{describe(parts[a])} / {describe(parts[b])}" for a, b in pairs]


def test_every_control_of_welcome_is_reached_and_named(welcome: WelcomePage) -> None:
    check_reached_and_named(welcome)


def test_on_welcome_the_eye_finds_the_keyboard(welcome: WelcomePage) -> None:
    check_focus_is_seen(welcome)


def test_nothing_on_welcome_is_cut_off(welcome: WelcomePage, theme: Theme, qtbot: QtBot) -> None:
    check_nothing_is_cut_off(welcome, theme, qtbot)


@pytest.mark.parametrize("kind", [Palette, KeysCard])
def test_nothing_that_floats_is_cut_off(
    window: QWidget, theme: Theme, qtbot: QtBot, kind: type[QWidget]
) -> None:
    made = kind(window, theme, []) if kind is Palette else kind(window, theme)
    assert made.accessibleName()
    assert made.isAncestorOf(QApplication.focusWidget())
    check_nothing_is_cut_off(made, theme, qtbot)
