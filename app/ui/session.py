"""One open project at work: runs scan, suggestions and training in the background and tells the bus.

Pages call its verbs; they never write by themselves and never refresh one another.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.domain.changes import ChangeSet
from app.domain.decision import Change
from app.domain.ids import ItemId
from app.domain.progress import Step
from app.services import annotating, scanning
from app.services.projects import Project
from app.services.settings import AppSettings
from app.services.suggesting import Suggester
from app.services.thumbnails import Thumbnails
from app.ui.activity import Activity
from app.ui.background import Background, Task
from app.ui.bus import Bus


class Session(QObject):
    """Holds what lives as long as one project is open.

    ``activity`` carries the key of a piece of work and its Activity, or None when it ended.
    ``said`` carries a line for the user and its kind (info, good, warn, bad).
    """

    activity = Signal(str, object)
    said = Signal(str, str)

    def __init__(self, project: Project, settings: AppSettings, background: Background, bus: Bus) -> None:
        super().__init__()
        self.project = project
        self.settings = settings
        self.background = background
        self.bus = bus
        self.thumbnails = Thumbnails(project)
        self.suggester = Suggester(project, settings)
        self._scan: Task | None = None
        self._prediction: Task | None = None
        self._predict_again = False
        self._visible: tuple[ItemId, ...] = ()
        bus.changed.connect(self._on_changed)

    def begin(self) -> None:
        """Look through the folders, then compute suggestions ahead."""
        self.rescan()

    def add_folder(self, path: Path) -> None:
        """Refer to one more image folder and look through it."""

        def added(changes: ChangeSet) -> None:
            self.bus.tell(changes)
            self.rescan()

        self.background.write(lambda: scanning.add_folder(self.project, path)[1], added)

    def stop(self) -> None:
        """Ask the work under way to end; what was asked to be stored still is."""
        for task in (self._scan, self._prediction):
            if task is not None:
                task.cancel()

    # Decisions -------------------------------------------------------------------------------------------

    def decide(self, changes: Sequence[Change], words: str, landed: Callable[[], None]) -> None:
        """Store decisions as one undo step; ``landed`` is called when they are on disk, or were refused."""
        annotator = self.settings.annotator

        def stored(decided: annotating.Decided) -> None:
            landed()
            self.bus.tell(decided.changes)

        def refused(error: BaseException) -> None:
            landed()
            self.background.unexpected.emit(error)

        self.background.write(
            lambda: annotating.decide(self.project, changes, words, annotator), stored, refused
        )

    def undo(self) -> None:
        """Take the newest step back."""
        self._travel(annotating.undo, self.tr("Undone"), self.tr("There is nothing to undo."))

    def redo(self) -> None:
        """Repeat the step taken back last."""
        self._travel(annotating.redo, self.tr("Done again"), self.tr("There is nothing to redo."))

    def _travel(self, verb: object, done: str, nothing: str) -> None:
        annotator = self.settings.annotator

        def over(result: object) -> None:
            if result is None:
                self.said.emit(nothing, "info")
                return
            words = f"{done}: {result.words}"
            if result.conflicts:
                words += " · " + self.tr("%n value(s) changed since and were kept", "", len(result.conflicts))
            self.said.emit(words, "warn" if result.conflicts else "info")
            self.bus.tell(result.changes)

        self.background.write(lambda: verb(self.project, annotator), over)

    # Work ahead ------------------------------------------------------------------------------------------

    def rescan(self) -> None:
        """Look for new, changed and vanished images in every folder."""
        if self._scan is not None:
            return
        self._scan = self.background.start(
            lambda: scanning.scan(self.project), self._on_scan_step, self._on_scan_end
        )

    def prioritise(self, items: Sequence[ItemId]) -> None:
        """Compute suggestions for these images, which are on screen, before all others."""
        self._visible = tuple(items)
        self.suggester.prioritise(items)

    def predict(self) -> None:
        """Compute suggestions for whatever has none of the model and dictionary in force."""
        if self._prediction is not None:
            self._predict_again = True
            return
        self._predict_again = False
        self._prediction = self.background.start(
            lambda: self.suggester.compute(self._visible), self._on_prediction_step, self._on_prediction_end
        )

    def _on_scan_step(self, step: Step) -> None:
        self.activity.emit("scan", Activity(self.tr("Looking through folders"), "", step.progress))
        self.bus.tell(step.changes)

    def _on_scan_end(self, _: bool) -> None:
        self._scan = None
        self.activity.emit("scan", None)
        self.predict()

    def _on_prediction_step(self, step: Step) -> None:
        words = self.tr("Suggesting with {}").format(self.suggester.model_name)
        self.activity.emit("predict", Activity(words, self.suggester.device, step.progress))
        self.bus.tell(step.changes)

    def _on_prediction_end(self, cancelled: bool) -> None:
        self._prediction = None
        self.activity.emit("predict", None)
        if self._predict_again and not cancelled:
            self.predict()

    def _on_changed(self, changes: object) -> None:
        if changes.models or changes.schema:
            self.suggester.reload()
            self.predict()
