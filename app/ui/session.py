"""One open project at work: stores decisions, looks through folders, and tells the bus.

Pages call its verbs; they never write by themselves and never refresh one another.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.changes import ChangeSet
from app.domain.decision import Change
from app.domain.ids import ItemId
from app.domain.progress import Step
from app.domain.undoing import Decided, Undone
from app.services import annotating, backup, scanning
from app.services.projects import Project
from app.services.settings import AppSettings
from app.services.thumbnails import Thumbnails
from app.ui.activity import Activity
from app.ui.ahead import Ahead
from app.ui.background import Background, Failed, Task
from app.ui.bus import Bus
from app.ui.halves import Halves

BACKUP_MS = 30 * 60 * 1000

A = TypeVar("A")
B = TypeVar("B")


class Session(QObject):
    """Holds what lives as long as one project is open.

    ``activity`` carries the key of a piece of work and its Activity, or None when it ended.
    ``said`` carries a line for the user and its kind (info, good, warn, bad).
    ``travelled`` carries the ItemIds that an undo or redo has changed.
    """

    activity = Signal(str, object)
    said = Signal(str, str)
    travelled = Signal(object)

    def __init__(self, project: Project, settings: AppSettings, background: Background, bus: Bus) -> None:
        super().__init__()
        self.project = project
        self.settings = settings
        self.background = background
        self.bus = bus
        self.thumbnails = Thumbnails(project, settings.cache_limit_mb)
        self.ahead = Ahead(project, self.thumbnails, background, bus)
        self.ahead.activity.connect(self.activity)
        self.ahead.refused.connect(background.unexpected)
        self._scan: Task | None = None
        self._halves: set[Halves[Any, Any]] = set()
        self._ending: list[Callable[[], None]] = []
        self._backups = QTimer(self)
        self._backups.setInterval(BACKUP_MS)
        self._backups.timeout.connect(self._back_up)

    @property
    def is_quiet(self) -> bool:
        """Whether neither a scan nor suggestions are under way."""
        return self._scan is None and self.ahead.is_quiet

    def begin(self) -> None:
        """Look through the folders, then compute suggestions ahead; copy the database now and then."""
        self.rescan()
        self._back_up()
        self._backups.start()

    def stop(self) -> None:
        """Ask the work under way to end; what was asked to be stored still is."""
        self._backups.stop()
        if self._scan is not None:
            self._scan.cancel()
        for halves in self._halves:
            halves.leave()
        tasks = [task for task in (self.ahead.stop(), self._scan) if task is not None]
        self._ending = [*(task.wait for task in tasks), *(halves.wait for halves in self._halves)]

    def let_go(self) -> None:
        """After ``stop``, on the writer or once it has ended: close the project when nobody writes."""
        with ExitStack() as stack:
            stack.callback(self.project.close)
            stack.callback(self.background.finish_aside)
            for wait in self._ending:
                stack.callback(wait)

    def in_halves(
        self, slow: Callable[[], A], short: Callable[[A], B], done: Callable[[B], None], failed: Failed
    ) -> None:
        """Run ``slow`` beside the writer, then ``short`` on it with what came of it, and hand on its answer.

        Decisions do not wait for the slow half. Both halves are done even when the project is closed
        meanwhile.
        """
        halves = Halves(self.background, slow, short)
        self._halves.add(halves)
        halves.begin(done, failed, lambda: self._halves.discard(halves))

    def decide(self, changes: Sequence[Change], words: str, landed: Callable[[], None]) -> None:
        """Store decisions as one undo step; ``landed`` is called when they are on disk, or were refused."""

        def stored(decided: Decided) -> None:
            self.bus.tell(decided.changes)
            landed()

        def refused(error: BaseException) -> None:
            landed()
            self.background.unexpected.emit(error)

        annotator = self.settings.annotator
        self.background.write(
            lambda: annotating.decide(self.project, changes, words, annotator), stored, refused
        )

    def undo(self) -> None:
        """Take the newest step back."""
        self._travel(annotating.undo, self.tr("Undone"), self.tr("There is nothing to undo."))

    def redo(self) -> None:
        """Do the step again that was taken back last."""
        self._travel(annotating.redo, self.tr("Done again"), self.tr("There is nothing to redo."))

    def add_folder(self, path: Path) -> None:
        """Refer to one more image folder and look through it."""

        def added(changes: ChangeSet) -> None:
            self.bus.tell(changes)
            self.rescan()

        self.background.write(lambda: scanning.add_folder(self.project, path)[1], added)

    def rescan(self) -> None:
        """Look for new, changed and vanished images in every folder."""
        if self._scan is None:
            self._scan = self.background.start(
                lambda: scanning.scan(self.project),
                self._on_scan_step,
                self._on_scan_end,
                self._on_scan_failed,
            )

    def prioritise(self, items: Sequence[ItemId]) -> None:
        """Compute suggestions for these images, which are on screen, before all others."""
        self.ahead.prioritise(items)

    def _back_up(self) -> None:
        """Off the serial writer: SQLite copies beside whoever writes."""
        self.background.read(lambda: backup.back_up_when_due(self.project), lambda _: None)

    def _travel(self, verb: Callable[[Project, str], Undone | None], done: str, nothing: str) -> None:
        def over(result: Undone | None) -> None:
            if result is None:
                self.said.emit(nothing, "info")
                return
            words = f"{done}: {result.words}"
            if result.conflicts:
                kept = self.tr("{} values were changed since and stay").format(len(result.conflicts))
                words = f"{words} · {kept}"
            self.bus.tell(result.changes)
            self.travelled.emit(result.changes.items)
            self.said.emit(words, "warn" if result.conflicts else "info")  # about the image in front by now

        annotator = self.settings.annotator
        self.background.write(lambda: verb(self.project, annotator), over)

    def _on_scan_step(self, step: Step) -> None:
        self.activity.emit("scan", Activity(self.tr("Looking through folders"), "", step.progress))
        self.bus.tell(step.changes)

    def _on_scan_end(self, _: bool) -> None:
        self._scan = None
        self.activity.emit("scan", None)
        self.ahead.compute()

    def _on_scan_failed(self, error: BaseException) -> None:
        self._on_scan_end(True)
        self.background.unexpected.emit(error)
