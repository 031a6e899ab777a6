"""One open project at work: runs scan, suggestions and training in the background and tells the bus.

Pages call its verbs; they never write by themselves and never refresh one another.
"""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal

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


class Says(Protocol):
    """Shows one line to the user, with an optional undo offer."""

    def __call__(self, words: str, *, kind: str = "info") -> None: ...


class Session(QObject):
    """Holds what lives as long as one project is open.

    ``activity`` carries the Activity under way, or None. ``said`` carries a line for the user and its kind
    (info, good, warn, bad).
    """

    activity = Signal(object)
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

    def close(self) -> None:
        """Let go of the project; every decision asked for is on disk afterwards."""
        for task in (self._scan, self._prediction):
            if task is not None:
                task.cancel()

    # Decisions -------------------------------------------------------------------------------------------

    def decide(self, changes: Sequence[Change], words: str) -> None:
        """Store decisions as one undo step."""
        annotator = self.settings.annotator
        self.background.write(
            lambda: annotating.decide(self.project, changes, words, annotator),
            lambda decided: self.bus.tell(decided.changes),
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
        self.activity.emit(Activity("scan", self.tr("Looking through folders"), "", step.progress))
        self.bus.tell(step.changes)

    def _on_scan_end(self, _: bool) -> None:
        self._scan = None
        self.activity.emit(None)
        self.predict()

    def _on_prediction_step(self, step: Step) -> None:
        words = self.tr("Suggesting with {}").format(self.suggester.model_name)
        self.activity.emit(Activity("predict", words, self.suggester.device, step.progress))
        self.bus.tell(step.changes)

    def _on_prediction_end(self, cancelled: bool) -> None:
        self._prediction = None
        self.activity.emit(None)
        if self._predict_again and not cancelled:
            self.predict()

    def _on_changed(self, changes: object) -> None:
        if changes.models or changes.schema:
            self.suggester.reload()
            self.predict()
