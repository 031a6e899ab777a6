"""Suggestions computed ahead of the annotator: opens the model, keeps it fresh, works through the library."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.changes import ChangeSet
from app.domain.ids import ItemId, TypeId
from app.domain.progress import Step
from app.domain.suggestion import SuggestionSet
from app.services import registry
from app.services.projects import Project
from app.services.suggesting import Suggester
from app.services.thumbnails import Thumbnails
from app.ui.activity import Activity
from app.ui.background import Background, Task
from app.ui.bus import Bus

KEY = "predict"
QUIET_MS = 2000
"""After a correction the library is ranked anew when nobody has decided anything for so long."""


class Ahead(QObject):
    """``activity`` carries KEY and an Activity or None; ``refused`` what keeps the model out."""

    activity = Signal(str, object)
    refused = Signal(object)

    def __init__(self, project: Project, thumbnails: Thumbnails, background: Background, bus: Bus) -> None:
        super().__init__()
        self._project = project
        self._thumbnails = thumbnails
        self._background = background
        self._bus = bus
        self._suggester: Suggester | None = None
        self._task: Task | None = None
        self._visible: tuple[ItemId, ...] = ()
        self._busy = False  # somebody opens or refreshes the model
        self._again = False  # something changed meanwhile
        self._owed = False  # what is stored is by an older version than the one on screen
        self._urgent = False
        self._stale = False
        self._closed = False
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self.compute)
        bus.changed.connect(self._on_changed)

    @property
    def model_name(self) -> str:
        """The version that suggests, or an empty string while none does."""
        return self._suggester.model.name if self._suggester else ""

    @property
    def version(self) -> str:
        """What suggestions made now carry, or an empty string while no model is open."""
        return self._suggester.version if self._suggester else ""

    @property
    def is_quiet(self) -> bool:
        """Whether the model is open, up to date, and has worked through the library."""
        return (
            self._suggester is not None and self._task is None and not (self._busy or self._quiet.isActive())
        )

    def compute(self) -> None:
        """Suggest for every image that has none by the model and dictionary in force."""
        if self._closed:
            return
        if self._suggester is None:
            if not self._busy:
                self._open()
            return
        if self._task is not None:
            self._stale = True
            return
        self._stale = False
        suggester, first = self._suggester, self._visible
        self._task = self._background.start(
            lambda: suggester.compute(first), self._on_step, self._on_end, self._on_failed
        )

    def prioritise(self, items: Sequence[ItemId]) -> None:
        """These images are on screen: they come first."""
        self._visible = tuple(items)
        if self._suggester is not None:
            self._suggester.prioritise(items)

    def suggest(self, item: ItemId, *, cold: bool) -> dict[TypeId, SuggestionSet]:
        """One image's suggestions; ``cold`` reads an image that was never read. For background threads."""
        suggester = self._suggester
        if suggester is None:
            return {}
        return suggester.look_now(item) if cold else suggester.suggest(item)

    def stop(self) -> Task | None:
        """Ask the work under way to end, and return it."""
        self._closed = True
        self._quiet.stop()
        self._bus.changed.disconnect(self._on_changed)
        if self._task is not None:
            self._task.cancel()
        return self._task

    # Opening and refreshing the model --------------------------------------------------------------------

    def _open(self) -> None:
        self._busy = True
        self._background.write(
            lambda: registry.ensure_active(self._project), self._on_active, self._on_refused
        )

    def _on_active(self, changes: ChangeSet) -> None:
        if self._closed:
            return
        self._bus.tell(changes)
        self._background.read(
            lambda: Suggester(self._project, self._thumbnails, courtesy=self._background.courtesy),
            self._take,
            self._on_refused,
        )

    def _take(self, suggester: Suggester) -> None:
        if not self._closed:
            self._suggester = suggester
            self._urgent = True
            self._on_refreshed(ChangeSet(predictions=True))

    def _refresh(self) -> None:
        """Take in what has changed: at once, or when whoever is at the model has done."""
        if self._busy:
            self._again = True
        elif self._suggester is not None:
            self._busy = True
            read = self._background.read if self._urgent else self._background.aside
            read(self._suggester.refresh, self._on_refreshed, self._on_refused)
        elif self._urgent:
            self._open()

    def _on_refreshed(self, changes: ChangeSet) -> None:
        self._owed = self._owed or changes.predictions
        self._bus.tell(changes)
        self._settle()

    def _on_refused(self, error: BaseException) -> None:
        if not self._closed:
            self.refused.emit(error)
        self._settle()

    def _settle(self) -> None:
        """Nobody is at the model any more: what changed meanwhile comes first, then what is owed."""
        self._busy = False
        if self._closed:
            return
        if self._again:
            self._again = False
            self._refresh()
            return
        if self._owed:
            self._rank_soon()
        self._owed = self._urgent = False

    def _rank_soon(self) -> None:
        """Go through the library by the version in force now; one that is out of use goes no further."""
        if self._urgent and self._task is not None:
            self._task.cancel()
        self._quiet.start(0 if self._urgent else QUIET_MS)

    # Working through the library -------------------------------------------------------------------------

    def _on_step(self, step: Step) -> None:
        words = self.tr("Suggesting with {}").format(self.model_name)
        self.activity.emit(KEY, Activity(words, self.tr("CPU"), step.progress))
        self._bus.tell(step.changes)

    def _on_end(self, cancelled: bool) -> None:
        self._task = None
        self.activity.emit(KEY, None)
        if cancelled and not self._closed:
            self._bus.tell(ChangeSet(library=True, predictions=True))  # its last step: stored, not yet told
        if self._stale:
            self.compute()

    def _on_failed(self, error: BaseException) -> None:
        self.refused.emit(error)
        self._on_end(False)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.decisions or changes.schema or changes.models:
            self._urgent = self._urgent or changes.models
            self._refresh()
