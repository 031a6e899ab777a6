"""Who goes first: what somebody looks for does not wait, work aside lets the keys go before it."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.services.courtesy import Courtesy
from app.ui.background import Background


@pytest.fixture
def keys_pause() -> threading.Event:
    return threading.Event()


@pytest.fixture
def background(qtbot: QtBot, keys_pause: threading.Event) -> Iterator[Background]:
    """Somebody is at the keys until ``keys_pause`` is set."""
    assert qtbot
    made = Background()
    made.courtesy = Courtesy(lambda _: _until(keys_pause), lambda: float(keys_pause.is_set()))
    made.courtesy.notice()
    yield made
    keys_pause.set()
    made.close()


def _until(event: threading.Event) -> None:
    event.wait(60)


def test_work_aside_waits_for_a_pause_and_reading_does_not(
    qtbot: QtBot, background: Background, keys_pause: threading.Event
) -> None:
    done: list[str] = []
    background.aside(lambda: "aside", done.append)
    background.read(lambda: "read", done.append)
    qtbot.waitUntil(lambda: done == ["read"])
    keys_pause.set()
    qtbot.waitUntil(lambda: done == ["read", "aside"])


def test_whoever_waits_for_work_aside_finds_it_done(
    qtbot: QtBot, background: Background, keys_pause: threading.Event
) -> None:
    """As before a project is closed: nothing reads from it afterwards."""
    order: list[str] = []
    background.aside(lambda: order.append("aside"), lambda _: None)
    background.write(lambda: (background.finish_aside(), order.append("closed")), lambda _: None)
    assert order == []
    keys_pause.set()
    qtbot.waitUntil(lambda: order == ["aside", "closed"])
    background.close()
    background.finish_aside()  # nothing is left to wait for


def test_what_fails_aside_is_told(qtbot: QtBot, background: Background, keys_pause: threading.Event) -> None:
    told: list[BaseException] = []
    background.unexpected.connect(told.append)
    keys_pause.set()
    background.aside(lambda: 1 / 0, lambda _: None)
    qtbot.waitUntil(lambda: [type(error) for error in told] == [ZeroDivisionError])
