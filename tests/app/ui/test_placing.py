"""The window stands within its screen, as large as it was left, and loses nothing where it is small."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout
from pytestqt.qtbot import QtBot

from app.domain.facets import LibraryCounts
from app.domain.progress import Progress
from app.ui.activity import Activity
from app.ui.main_window import MainWindow
from app.ui.page import Page
from app.ui.placing import Placing
from app.ui.theme.theme import Theme


class Wide(Page):
    """A page that cannot be narrower than most."""

    title = "Wide"

    def __init__(self) -> None:
        super().__init__()
        self.edge = QLabel("the right edge")
        self.edge.setMinimumWidth(900)
        QVBoxLayout(self).addWidget(self.edge)


@pytest.fixture
def open_window(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[], MainWindow]]:
    """Opens the window as the application does: a new one each time, on the same settings."""
    theme = Theme(qapp)
    theme.choose("dark")

    def opened() -> MainWindow:
        window = MainWindow(theme)
        qtbot.addWidget(window)
        window.add_page("wide", Wide)
        Placing(window, tmp_path / "window.ini").restore()
        window.show_page("wide")
        with qtbot.waitSignal(window.first_frame):
            window.show()
        return window

    yield opened


def test_the_window_lies_within_its_screen(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    assert window.screen().availableGeometry().contains(window.frameGeometry())
    bar = window.status_bar
    on_screen = QRect(bar.mapToGlobal(bar.rect().topLeft()), bar.size())
    assert window.screen().availableGeometry().contains(on_screen)


def test_the_window_has_the_size_it_was_left_with(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    window.resize(700, 430)
    window.close()
    assert open_window().size() == QSize(700, 430)


def test_a_note_of_the_size_that_makes_no_sense_is_not_missed(
    open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    (tmp_path / "window.ini").write_text("[window]\ngeometry=huge\n")
    window = open_window()
    assert window.screen().availableGeometry().contains(window.frameGeometry())


def test_in_a_small_window_a_page_is_scrolled_and_the_bars_stay(
    open_window: Callable[[], MainWindow],
) -> None:
    window = open_window()
    window.resize(620, 350)
    around = window.findChild(Wide)
    assert around is not None
    assert around.width() >= 900
    assert window.status_bar.geometry().bottom() < window.height()
    assert window.centralWidget().width() == window.width() == 620


def test_in_a_small_window_what_runs_is_told_before_the_counts(
    open_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window, name = open_window(), "A catalogue with a name that is not short"
    bar = window.status_bar
    bar.show_project(name)
    bar.show_counts(LibraryCounts(images=123_456, finished=1_234, begun=345, broken=67, folders=1))
    window.resize(620, 350)
    progress = Progress(10, 123_456, "", rate=812.0)
    bar.show_activity("predict", Activity("Computing suggestions", "student 1 on the CPU", progress))
    labels = [w for w in bar.findChildren(QLabel) if w.isVisible()]
    assert any(w.text().startswith("Computing suggestions") for w in labels)
    assert "Saved" in [w.text() for w in labels]
    qtbot.waitUntil(lambda: all(w.width() >= w.sizeHint().width() for w in labels))
    bar.show_activity("predict", None)
    assert name in [w.text() for w in bar.findChildren(QLabel) if w.isVisible()]
