"""``lapel --events FILE``: what the window shows and does, as JSON lines, for scripts that drive it.

Each line has ``time`` (seconds since the epoch) and ``event``: ``shown`` (the window's first frame is on
screen), ``page`` (name), ``image`` (item, name,
types with a suggestion, decided types), ``changed`` (kinds, items), ``activity`` (key, words; null words when
it ended), ``said`` (words, kind), ``focus`` (title of the window that has the keyboard), ``over`` (title of
what floats over the window), ``ready`` (title of a dialog whose primary button can be pressed).
"""

import json
import time
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QDialog, QPushButton

from app.domain.changes import ChangeSet
from app.ui.activity import Activity
from app.ui.label.facts import Facts
from app.ui.shell.overlay import Overlay


class EventLog(QObject):
    """Appends one line an event and flushes it: a reader that follows the file never waits for a buffer."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("a", encoding="ascii", buffering=1)

    def write(self, event: str, **values: object) -> None:
        """Append one event."""
        if not self._file.closed:
            self._file.write(json.dumps({"time": time.time(), "event": event, **values}) + "\n")

    def on_first_frame(self) -> None:
        """The window is on screen."""
        self.write("shown")

    def on_page(self, name: str) -> None:
        """A page came to the front."""
        self.write("page", name=name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.Show) and isinstance(watched, QPushButton):
            self._tell_ready(watched)
        elif event.type() == QEvent.Type.Show and isinstance(watched, Overlay):
            self.write("over", title=watched.accessibleName())
        return False

    def _tell_ready(self, button: QPushButton) -> None:
        dialog = button.window()
        if button.isDefault() and button.isEnabled() and button.isVisible() and isinstance(dialog, QDialog):
            self.write("ready", title=dialog.windowTitle())

    def on_image(self, facts: Facts) -> None:
        """An image is on screen with its suggestions."""
        suggested = sum(bool(s.ranked) for s in facts.suggestions.values())
        decided = len(facts.schema.types) - len(facts.undecided())
        self.write(
            "image",
            item=facts.id,
            name=facts.item.name,
            suggested=suggested,
            decided=decided,
            saving=len(facts.pending),
        )

    def on_changed(self, changes: ChangeSet) -> None:
        """A write was acknowledged."""
        kinds = [name for name, value in asdict(changes).items() if value is True]
        self.write("changed", kinds=kinds, items=sorted(changes.items)[:100])

    def on_activity(self, key: str, activity: Activity | None) -> None:
        """Work in the background began, went on or ended."""
        if activity is None:
            self.write("activity", key=key, words=None)
        else:
            progress = activity.progress
            self.write("activity", key=key, words=activity.words, done=progress.done, total=progress.total)

    def on_focus(self, window: QWindow | None) -> None:
        """Another window of ours has the keyboard."""
        self.write("focus", title=window.title() if window else None)

    def on_said(self, words: str, kind: str) -> None:
        """A line was shown to the user."""
        self.write("said", words=words, kind=kind)

    def close(self) -> None:
        """Close the file; later events are dropped."""
        self._file.close()
