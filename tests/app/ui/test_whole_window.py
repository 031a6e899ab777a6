"""The whole window on a real project, page by page: readable, nothing cut off, everything reached by Tab."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.ui.application import Application
from app.ui.theme.tokens import DARK, LIGHT, Tokens, contrast
from app.ui.workplace import PAGES

pytestmark = pytest.mark.xdist_group("window")  # one worker: what it has computed serves all

READABLE = 4.5
ON = ("background", "surface", "raised", "hover", "tint")


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda t: t.name)
@pytest.mark.parametrize("role", ["text", "muted"])
@pytest.mark.parametrize("ground", ON)
def test_text_can_be_read_on_every_ground(tokens: Tokens, role: str, ground: str) -> None:
    colours = tokens.colours()
    assert contrast(colours[role], colours[ground]) >= READABLE


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda t: t.name)
@pytest.mark.parametrize("role", ["good", "warn", "bad", "accent"])
@pytest.mark.parametrize("ground", ["surface", "raised"])
def test_verdicts_can_be_read(tokens: Tokens, role: str, ground: str) -> None:
    colours = tokens.colours()
    assert contrast(colours[role], colours[ground]) >= READABLE


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda t: t.name)
def test_the_primary_button_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= READABLE


def test_contrast_of_black_on_white_is_the_greatest() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@contextmanager
def demo(qapp: QApplication, qtbot: QtBot) -> Iterator[Application]:
    """The real window on the demo catalogue, 1280×800, suggestions computed."""
    made = Application(qapp)
    failures: list[BaseException] = []
    made.background.unexpected.connect(failures.append)
    made.open(None, "garments", demo=True)
    qtbot.waitUntil(lambda: made.workplace is not None, timeout=60_000)
    place = made.workplace
    assert place is not None
    qtbot.waitUntil(lambda: len(place.library.order) > 300 and place.session.is_quiet, timeout=240_000)
    yield made
    made.window.close()
    assert failures == []


@pytest.fixture(scope="module")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves its home: the suggestions of 330 images take a while; once is enough."""
    return tmp_path_factory.mktemp("used") / "home"


@pytest.fixture
def application(qapp: QApplication, qtbot: QtBot, own_home: Path, used_home: Path) -> Iterator[Application]:
    """The demo's window, with settings and a project of this test's own."""
    if used_home.exists():
        shutil.copytree(used_home, own_home, dirs_exist_ok=True)
    else:
        with demo(qapp, qtbot):
            pass
        shutil.copytree(own_home, used_home)
    with demo(qapp, qtbot) as made:
        yield made


def visible(window: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [
        w for w in window.findChildren(kind) if w.isVisible() and w.visibleRegion().boundingRect().isValid()
    ]


def cut_off(widget: QWidget) -> str | None:
    """The text of a label or button that does not fit, or None."""
    text = widget.text()
    if isinstance(widget, QLabel):
        if not text or widget.wordWrap():
            return None
        room = widget.contentsRect().width() - 2 * widget.margin()
    else:
        room = widget.width() - 8
    width = (
        max(QFontMetrics(widget.font()).horizontalAdvance(line) for line in text.split("\n")) if text else 0
    )
    return text if width > room + 1 else None


def focus_chain(window: QWidget) -> set[QWidget]:
    """What Tab reaches from where the focus is, pressing the real key until it comes round."""
    seen: list[QWidget] = []
    for _ in range(400):
        focused = QApplication.focusWidget()
        if focused is None or (seen and focused is seen[0] and len(seen) > 1):
            break
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    return set(seen)


def test_nothing_is_cut_off_on_any_page(application: Application, qtbot: QtBot) -> None:
    window = application.window
    window.activateWindow()

    def all_cut_off() -> list[str]:
        widgets = [*visible(window, QLabel), *visible(window, QAbstractButton)]
        return [text for text in map(cut_off, widgets) if text is not None]

    def nothing_cut_off() -> None:
        assert all_cut_off() == []

    for theme in ("dark", "light"):
        application.theme.choose(theme)
        for name in PAGES:
            window.show_page(name)
            qtbot.waitUntil(lambda: application.workplace.session.is_quiet, timeout=60_000)
            qtbot.waitUntil(nothing_cut_off)  # words that have just changed are laid out at the next turn


@pytest.mark.parametrize("name", PAGES)
def test_tab_reaches_every_control(application: Application, qtbot: QtBot, name: str) -> None:
    window = application.window
    window.activateWindow()
    window.show_page(name)
    qtbot.waitUntil(lambda: application.workplace.session.is_quiet, timeout=60_000)
    reached = focus_chain(window)
    controls = [w for kind in (QAbstractButton, QLineEdit, QComboBox) for w in visible(window, kind)]
    controls = [w for w in controls if w.isEnabled() and not isinstance(w.parent(), QComboBox)]
    missed = [w for w in controls if w not in reached and not _in_a_reached_group(w, reached)]
    assert [describe(w) for w in missed] == []
    nameless = [w for w in controls if not (w.accessibleName() or getattr(w, "text", str)())]
    assert [describe(w) for w in nameless] == []


def _in_a_reached_group(widget: QWidget, reached: set[QWidget]) -> bool:
    """Buttons of an exclusive group are one stop: the arrow keys go from one to the next."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and any(b in reached for b in group.buttons())


def describe(widget: QWidget) -> str:
    text = getattr(widget, "text", str)()
    return f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()} {text}"


def test_the_folder_that_is_open_already_is_shown_again(
    qapp: QApplication, qtbot: QtBot, own_home: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (60, 40), (200, 10, 10)).save(tmp_path / "red.jpg")
    made = Application(qapp)
    failures: list[BaseException] = []
    made.background.unexpected.connect(failures.append)
    made.open(tmp_path, "garments", demo=False)
    qtbot.waitUntil(lambda: made.workplace is not None, timeout=60_000)
    place = made.workplace
    qtbot.waitUntil(lambda: place.session.is_quiet, timeout=60_000)
    made.window.show_page("settings")
    made.open_folder(tmp_path, "garments")
    assert made.window.page == "browse"
    asked: list[None] = []
    made.background.write(lambda: None, asked.append)  # behind whatever opening had asked for
    qtbot.waitUntil(lambda: bool(asked))
    assert made.workplace is place
    assert "open in another Lapel" not in "".join(w.text() for w in visible(made.window, QLabel))
    made.window.close()
    assert failures == []
