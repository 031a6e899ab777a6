"""What tests of the Label page have in common: a real project and the library in front of it."""

import pytest
from pytestqt.qtbot import QtBot

from app.domain.ids import ItemId
from app.ui.label.page import LabelPage
from app.ui.library import Library
from app.ui.session import Session
from tests.app.ui.pages.conftest import background, project, session, theme

__all__ = ["background", "project", "session", "theme"]


@pytest.fixture
def library(session: Session) -> Library:
    return Library(session)


def show_first(qtbot: QtBot, library: Library, page: LabelPage) -> None:
    """Bring the page to the front with the first image."""
    with qtbot.waitSignal(library.reordered, timeout=20_000):
        library.reload()
    library.go_to(ItemId(library.order[0]))
    page.shown()
