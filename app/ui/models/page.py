"""The Models page: versions and trainings on the left, the selected version on the right."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout

from app.domain.changes import ChangeSet
from app.domain.ids import JobId, ModelId
from app.domain.jobs import ModelVersion
from app.services import registry, training
from app.services.adopting import Adopted
from app.services.model_files import ModelRefused
from app.services.registry import Checked
from app.ui import refusals
from app.ui.dialogs.training import start_training
from app.ui.jobs_watch import JobsWatch
from app.ui.library import Library
from app.ui.models.add_file import AddFile
from app.ui.models.job_card import JobCard
from app.ui.models.log_dialog import LogDialog
from app.ui.models.past_jobs import PastJobs
from app.ui.models.version_view import VersionView
from app.ui.models.versions_list import VersionsList
from app.ui.page import Page
from app.ui.session import Session
from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button, set_primary
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.text import label

_LEFT = 330


class ModelsPage(Page):
    """Versions, the training under way, and what the selected version is worth."""

    def __init__(self, session: Session, library: Library, theme: Theme, watch: JobsWatch) -> None:
        super().__init__()
        self.title = self.tr("Models")
        self._session = session
        self._theme = theme
        self._watch = watch
        self._versions: list[ModelVersion] = []
        self._devices: dict[ModelId, str] = {}
        self._stale = True
        self._wanted: ModelId | None = None
        self._add = AddFile(self, session, self._want)
        self._train = button(self.tr("Train…"), self._start, primary=True)
        self._card = JobCard(theme)
        self._list = VersionsList(theme)
        self._past = PastJobs()
        self._view = VersionView(theme)
        self._empty = EmptyState(
            theme,
            "layers",
            self.tr("No version yet"),
            self.tr("Label some images, then train: the first version appears here with its figures."),
        )
        self._right = QStackedWidget()
        self._arrange()
        self._connect()

    def shown(self) -> None:
        """The page is visible now."""
        if self._stale:
            self._reload()
        self._show_jobs()
        self._list.setFocus()

    def _connect(self) -> None:
        self._list.chosen.connect(self._show_version)
        self._view.activated.connect(self._activate)
        for source in (self._card, self._past):
            source.log_asked.connect(self._open_log)
        self._card.cancelled.connect(self._cancel)
        self._watch.changed.connect(self._show_jobs)
        self._session.bus.changed.connect(self._on_changed)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.models:
            self._stale = True
            if self.isVisible():
                self._reload()

    def _reload(self) -> None:
        self._stale = False
        project = self._session.project
        self._session.background.read(lambda: registry.versions(project), self._take)

    def _take(self, versions: list[ModelVersion]) -> None:
        self._versions = versions
        self._view.allow()
        self._list.show_versions(versions)
        if self._wanted in [v.id for v in versions]:
            self._list.select(self._wanted)
            self._wanted = None
        self._right.setCurrentIndex(1 if versions else 0)
        if self._list.selected is not None:
            self._show_version(self._list.selected)

    def _show_version(self, version: ModelVersion) -> None:
        active = next((v for v in self._versions if v.active), None)
        self._view.show_version(version, active, self._devices.get(version.id, ""))
        set_primary(self._train, not self._view.can_activate)

    def _show_jobs(self) -> None:
        job = self._watch.running
        self._card.setVisible(job is not None)
        self._train.setEnabled(job is None)
        self._train.setToolTip(self.tr("A training is under way.") if job else "")
        if job is not None:
            self._card.show_job(job)
        self._past.show_jobs(self._watch.jobs)
        devices = {j.model: j.device for j in self._watch.jobs if j.model is not None}
        if devices != self._devices:
            self._devices = devices
            if self._list.selected is not None:
                self._show_version(self._list.selected)

    def _activate(self, model: ModelId) -> None:
        session = self._session

        def switch(checked: Checked) -> tuple[ChangeSet, str]:
            return registry.activate_checked(session.project, checked), checked.problem

        session.in_halves(
            lambda: registry.check(session.project, model), switch, self._on_switched, self._on_refused
        )

    def _on_switched(self, answer: tuple[ChangeSet, str]) -> None:
        changes, problem = answer
        self._session.bus.tell(changes)
        if problem:
            self._on_refused(ModelRefused(problem))

    def _want(self, answer: Adopted) -> None:
        """Show this version as soon as the list has it."""
        self._wanted = answer.version.id

    def _start(self) -> None:
        start_training(self.window(), self._session, self._theme)

    def _cancel(self, job: JobId) -> None:
        project = self._session.project
        self._session.background.write(lambda: training.cancel(project, job), lambda _: self._watch.look())

    def _on_refused(self, error: BaseException) -> None:
        self._view.allow()
        refusals.tell(self._session, error)

    def _open_log(self, job: JobId) -> None:
        LogDialog(self._session, self._watch, job, self).open()

    def _arrange(self) -> None:
        left = QFrame()
        left.setObjectName("sidebar")
        left.setFixedWidth(_LEFT)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(self.tr("Versions"), "strong"), 1)
        head.addWidget(self._add.button)
        head.addWidget(self._train)
        column = QVBoxLayout(left)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._card)
        column.addWidget(self._list, 1)
        column.addWidget(self._past)
        self._card.hide()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self._view)
        self._right.addWidget(self._empty)
        self._right.addWidget(scroll)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(self._right, 1)
