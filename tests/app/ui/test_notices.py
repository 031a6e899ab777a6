"""Notices stand in the top bar, cover nothing that is worked on, and leave with what they were about."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.ui.main_window import MainWindow
from app.ui.page import Page
from app.ui.theme.theme import Theme

SHORT = "Exported to /tmp/out.jsonl"
LONG = (
    "The folder cannot be read: it lies on a disk that is not there any more, and what is known stays. " * 2
)


class Still(Page):
    """A page with nothing to do."""

    title = "Browse"


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window with a project's filter in the bar."""
    theme = Theme(qapp)
    theme.choose("dark")
    made = MainWindow(theme)
    qtbot.addWidget(made)
    made.add_page("browse", Still)
    made.top_bar.show_project(QLabel("the filter"))
    made.show_page("browse")
    made.show()
    yield made


def place(window: MainWindow, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


@pytest.mark.parametrize("size", [(1280, 800), (1040, 640)])
@pytest.mark.parametrize(("words", "kind"), [(SHORT, "good"), (LONG, "bad")])
def test_a_notice_covers_neither_page_nor_filter(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int], words: str, kind: str
) -> None:
    window.notice.say(words, kind)
    window.resize(*size)
    filter_line = next(w for w in window.top_bar.findChildren(QLabel) if w.text() == "the filter")

    def lies_clear() -> None:
        notice = place(window, window.notice)
        assert not notice.intersects(place(window, filter_line))
        assert notice.left() > 0
        said = window.notice.findChild(QLabel)
        assert said.height() >= said.heightForWidth(said.width())
        page = window.findChild(Still)
        if kind == "good":
            assert not notice.intersects(place(window, page))
        else:
            assert notice.bottom() < place(window, page).top() + 40

    qtbot.waitUntil(lies_clear)


def test_in_a_small_window_a_notice_can_still_be_read(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(620, 350)
    window.notice.say(SHORT, "info")
    assert window.notice.geometry().right() < window.width()
    assert window.notice.width() > 150


@pytest.mark.parametrize(
    ("kind", "stays"), [("info", False), ("good", False), ("warn", False), ("bad", True)]
)
def test_with_the_image_goes_what_was_said_of_it_but_not_bad_news(
    window: MainWindow, kind: str, stays: bool
) -> None:
    window.notice.say(SHORT, kind)
    window.notice.pass_by()
    assert window.notice.words == (SHORT if stays else "")
