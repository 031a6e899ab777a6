"""A person at the keys of the Label page, every press timed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.changes import ChangeSet
from app.domain.ids import ItemId, TypeId
from app.ui.application import Application
from app.ui.label.facts import Facts
from app.ui.label.page import LabelPage
from app.ui.workplace import Workplace
from tests.benchmarks.window import wait_until

KEYSTROKES, COLD = 300, 20


@dataclass
class Times:
    """Milliseconds of every single press."""

    screen: list[float] = field(default_factory=list)
    disk: list[float] = field(default_factory=list)
    next: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)


class _Painted(QObject):
    """Says when the window has painted after something in it changed."""

    def __init__(self, watched: QObject) -> None:
        super().__init__()
        self.seen = False
        watched.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        self.seen = self.seen or event.type() == QEvent.Type.Paint
        return False


class Typist:
    """A person at the keys."""

    def __init__(self, running: Application, workplace: Workplace) -> None:
        self._window = running.window
        self._library = workplace.library
        self._types = workplace.session.project.schema().types
        self._landed: set[ItemId] = set()
        self._presented: Facts | None = None
        self._predicting = False
        running.bus.changed.connect(self._on_changed)
        workplace.session.activity.connect(self._on_activity)
        QTest.keyClick(self._window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)  # makes the page
        self._page = running.window.findChild(LabelPage)
        self._page.presented.connect(self._on_presented)

    def run(self) -> Times:
        """Label until there are enough keystrokes, then look at images never read."""
        times = Times()
        wait_until(lambda: self._predicting, "suggestions under way")
        wait_until(self._is_shown, "the first image with suggestions")
        while len(times.screen) < KEYSTROKES:
            for kind in self._types:
                self._press_number(times, kind.id)
            self._press_next(times)
        unread = list(self._library.order)[-COLD * 5 :: 5]
        for item in unread:
            self._look_at_unread(times, ItemId(item))
        if not self._predicting:
            raise RuntimeError("the suggestions ended before the keystrokes did: measure with more images")
        return times

    def _press_number(self, times: Times, kind: TypeId) -> None:
        panel, item = self._page._panel, self._library.current
        panel.focus_type(kind)
        wait_until(lambda: self._page._front.desk.get(item) is not None, "the image's facts")
        block = panel._blocks[kind]
        QApplication.processEvents()  # what is waiting to be painted is not this key's
        painted = _Painted(block)
        self._landed.clear()
        began = time.perf_counter()
        QTest.keyClick(self._window.focusWidget() or self._window, Qt.Key.Key_1)
        wait_until(lambda: painted.seen, "the block painted anew")
        times.screen.append(_since(began))
        block.removeEventFilter(painted)
        wait_until(lambda: item in self._landed, "the acknowledgement")
        times.disk.append(_since(began))

    def _press_next(self, times: Times) -> None:
        position = self._library.position
        following = ItemId(self._library.order[position + 1])
        wait_until(lambda: self._is_ahead(following), "the next image read ahead")
        self._time_image(times.next, lambda: QTest.keyClick(self._window.focusWidget(), Qt.Key.Key_D))

    def _look_at_unread(self, times: Times, item: ItemId) -> None:
        """As a person jumps, from the palette or a tile: the window sees a key or a click first."""

        def jump() -> None:
            QTest.keyClick(self._window, Qt.Key.Key_Shift)
            self._library.go_to(item)

        self._time_image(times.cold, jump)

    def _time_image(self, into: list[float], act: Callable[[], object]) -> None:
        self._presented = None
        painted = _Painted(self._page._front.stage.viewer)
        began = time.perf_counter()
        act()
        wait_until(self._is_shown, "the image with its suggestions")
        painted.seen = False
        self._page._front.stage.viewer.update()
        wait_until(lambda: painted.seen, "the picture painted")
        into.append(_since(began))
        self._page._front.stage.viewer.removeEventFilter(painted)

    def _is_shown(self) -> bool:
        facts = self._presented
        return facts is not None and facts.id == self._library.current and bool(facts.suggestions)

    def _is_ahead(self, item: ItemId) -> bool:
        facts = self._page._front.desk.get(item)
        return (
            facts is not None
            and bool(facts.suggestions)
            and self._page._front._pictures.get(item) is not None
        )

    def _on_presented(self, facts: Facts) -> None:
        self._presented = facts

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.decisions:
            self._landed |= changes.items

    def _on_activity(self, key: str, activity: object) -> None:
        if key == "predict":
            self._predicting = activity is not None


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
