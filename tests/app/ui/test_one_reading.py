"""One reading at a time, with work that ends when the test says so."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject

from app.ui.background import Failed
from app.ui.one_reading import OneReading


class Desk:
    """Whoever reads: what is asked for now is ``wanted``."""

    def __init__(self) -> None:
        self.wanted = "a"
        self.under_way: list[tuple[Callable[[], Any], Callable[[Any], None], Failed]] = []
        self.found: list[str] = []
        self.errors: list[str] = []
        self.parent = QObject()
        self.reading = OneReading(
            self.parent, self._run, self._begin, self.found.append, lambda e: self.errors.append(str(e))
        )

    def _run(self, work: Callable[[], Any], came: Callable[[Any], None], failed: Failed) -> None:
        self.under_way.append((work, came, failed))

    def _begin(self) -> Callable[[], str]:
        wanted = self.wanted
        return lambda: wanted

    def end(self) -> None:
        """The reading under way ends."""
        [(work, came, _)] = self.under_way
        self.under_way.clear()
        came(work())


def test_the_last_asking_is_answered_by_one_more_reading() -> None:
    desk = Desk()
    for wanted in "abc":
        desk.wanted = wanted
        desk.reading.ask()
    assert len(desk.under_way) == 1
    desk.end()
    assert desk.found == ["a"]
    desk.end()
    assert desk.found == ["a", "c"]
    assert not desk.under_way


def test_a_failure_is_told_and_what_was_asked_meanwhile_is_read() -> None:
    desk = Desk()
    desk.reading.ask()
    desk.reading.ask()
    [(_, _, failed)] = desk.under_way
    desk.under_way.clear()
    failed(OSError("gone"))
    assert desk.errors == ["gone"]
    desk.end()
    assert desk.found == ["a"]


def test_an_answer_that_raises_stops_no_later_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()

    def broken(_: object) -> None:
        raise ValueError("no row")

    monkeypatch.setattr(desk.reading, "_came", broken)
    desk.reading.ask()
    with pytest.raises(ValueError, match="no row"):
        desk.end()
    monkeypatch.setattr(desk.reading, "_came", desk.found.append)
    desk.reading.ask()
    desk.end()
    assert desk.found == ["a"]


def test_once_stopped_nothing_is_told_or_read() -> None:
    desk = Desk()
    desk.reading.ask()
    desk.reading.ask()
    desk.reading.stop()
    desk.end()
    desk.reading.ask()
    assert not desk.found
    assert not desk.under_way
    assert desk.reading.is_stopped
