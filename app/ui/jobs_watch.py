"""Follows background trainings, whichever page is shown, and takes in the version that one leaves behind."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from app.domain.changes import ChangeSet
from app.domain.errors import Overtaken
from app.domain.ids import JobId
from app.domain.jobs import Job, JobState
from app.domain.progress import Progress
from app.services import adopting, judging, training
from app.services.adopting import Adopted
from app.ui import refusals
from app.ui.activity import Activity
from app.ui.models import words
from app.ui.one_reading import OneReading
from app.ui.session import Session

_SLOW_MS = 2000
"""How often to look where no file event comes: a killed child writes nothing any more."""
_GATHER_MS = 150
"""Events of one burst are answered by one look."""


class JobsWatch(QObject):
    """``jobs`` holds every job, the newest first; ``changed`` fires when any of them did."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.jobs: tuple[Job, ...] = ()
        background = session.background
        self._reading = OneReading(self, background.read, self._begin, self._take, background.unexpected.emit)
        self._refused: dict[JobId, str] = {}
        self._tried: set[JobId] = set()
        self._files = QFileSystemWatcher(self)
        self._slow, self._soon = QTimer(self), QTimer(self)
        self._slow.setInterval(_SLOW_MS)
        self._soon.setInterval(_GATHER_MS)
        self._soon.setSingleShot(True)
        self._slow.timeout.connect(self.look)
        self._soon.timeout.connect(self.look)
        self._files.directoryChanged.connect(lambda _: self._look_soon())
        self._files.fileChanged.connect(lambda _: self._look_soon())
        session.bus.changed.connect(self._on_changed)

    @property
    def running(self) -> Job | None:
        """The job under way, or None."""
        return next((j for j in self.jobs if not j.state.is_over), None)

    def look(self) -> None:
        """Read where the jobs stand; also what ended while nobody looked."""
        self._reading.ask()

    def close(self) -> None:
        """Stop looking: the project is being closed. A training goes on and is found again."""
        self._reading.stop()
        self._slow.stop()
        self._soon.stop()
        self._session.bus.changed.disconnect(self._on_changed)

    def _begin(self) -> Callable[[], tuple[list[Job], ChangeSet]]:
        return partial(training.poll, self._session.project)

    def _take(self, answer: tuple[list[Job], ChangeSet]) -> None:
        found, changes = answer
        before, self.jobs = self.jobs, tuple(map(self._with_refusal, found))
        self._follow_files()
        self._show_activity(before)
        if self.jobs != before:
            self.changed.emit()
        self._session.bus.tell(changes)
        for job in self.jobs:
            if job.state is JobState.SUCCEEDED and job.model is None and not job.reason:
                self._adopt(job)

    def _follow_files(self) -> None:
        job = self.running
        wanted: set[str] = set()
        if job is not None:
            folder = self._session.project.folder / "jobs" / job.id
            wanted = {str(folder), str(folder / "events.jsonl")}
        watched = {*self._files.directories(), *self._files.files()}
        if stale := watched - wanted:
            self._files.removePaths(list(stale))
        if missing := wanted - watched:
            # A path that is not there yet is refused and asked for again at the next look.
            self._files.addPaths(list(missing))
        if job is None:
            self._slow.stop()
        elif not self._slow.isActive():
            self._slow.start()

    def _show_activity(self, before: tuple[Job, ...]) -> None:
        job = self.running
        if job is None:
            if any(not j.state.is_over for j in before):
                self._session.activity.emit("train", None)
            return
        rate = (1 - job.progress) / job.seconds_left if job.seconds_left else None
        progress = Progress(round(1000 * job.progress), 1000, job.words, 1000 * rate if rate else None)
        detail = " · ".join(p for p in (job.words, words.device(job.device)) if p)
        self._session.activity.emit("train", Activity(self.tr("Training"), detail, progress))

    def _adopt(self, job: Job) -> None:
        if job.id in self._tried:
            return
        self._tried.add(job.id)
        session, project = self._session, self._session.project
        session.in_halves(
            lambda: judging.judge(project, job),
            lambda judged: adopting.register(project, judged),
            self._on_adopted,
            partial(self._on_refused, job),
        )

    def _on_adopted(self, adopted: Adopted) -> None:
        session = self._session
        session.bus.tell(adopted.changes)
        kind = "good" if adopted.activated else "info"
        session.said.emit(words.adopted(adopted), kind)

    def _on_refused(self, job: Job, error: BaseException) -> None:
        if isinstance(error, Overtaken):
            self._tried.discard(job.id)
            if not self._reading.is_stopped:
                self._adopt(job)  # judged again, by what is so now
            return
        refusals.tell(self._session, error)
        self._refused[job.id] = str(error)
        self.look()

    def _with_refusal(self, job: Job) -> Job:
        return replace(job, reason=self._refused.get(job.id, job.reason))

    def _look_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.jobs:
            self.look()
