"""The Browse page over a real project of drawn images."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.ui.browse.page import BrowsePage
from app.ui.library import Library
from app.ui.session import Session
from app.ui.theme.theme import Theme
from tests.app.ui.pages.conftest import background, project, session, theme

__all__ = ["background", "project", "session", "theme"]


@pytest.fixture
def library(session: Session) -> Library:
    """What is on screen, not asked for yet."""
    return Library(session)


@pytest.fixture
def page(qtbot: QtBot, session: Session, library: Library, theme: Theme) -> Iterator[BrowsePage]:
    """The page in front, every image in its grid."""
    made = BrowsePage(session, library, theme)
    made.resize(1228, 730)
    made.show()
    made.shown()
    with qtbot.waitSignal(library.reordered, timeout=20_000):
        library.reload()
    yield made
    delete(made)  # before the background closes, as when a project is left
