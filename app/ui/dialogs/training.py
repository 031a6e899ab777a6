"""From "Train" to a job under way: what is missing, the runtime, then one look at what will be learned."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget

from app.domain.changes import ChangeSet
from app.domain.jobs import Job
from app.domain.progress import Progress
from app.services import devices, preparing, runtime, training, training_plan
from app.services.devices import DeviceFound
from app.services.runtime import Runtime
from app.services.training_plan import TrainingPlan
from app.ui import refusals
from app.ui.activity import Activity
from app.ui.dialogs.frame import DialogFrame
from app.ui.dialogs.install_runtime import InstallRuntime
from app.ui.dialogs.start_training import StartTraining
from app.ui.session import Session
from app.ui.theme.theme import Theme

LOOKING = "looking"
"""The key of the work between "Train" and the dialog: asking PyTorch for its devices takes seconds."""


@dataclass(frozen=True, slots=True)
class _Outset:
    plan: TrainingPlan
    runtime: Runtime | None
    device: DeviceFound | None


def start_training(parent: QWidget, session: Session, theme: Theme) -> None:
    """Open what comes next: a refusal in words, the installation, or the question whether to start."""
    project, asked = session.project, session.settings.device

    def look() -> _Outset:
        plan = training_plan.plan(project)
        found = None if plan.problem else runtime.find(runtime.home())
        return _Outset(plan, found, devices.look(found, asked) if found else None)

    def decide(outset: _Outset) -> None:
        session.activity.emit(LOOKING, None)
        if any(d.isVisible() for d in parent.findChildren(DialogFrame)):
            return  # asked for twice while it was looked for once
        if outset.plan.problem:
            session.said.emit(outset.plan.problem, "warn")
        elif outset.runtime is None:
            again = partial(start_training, parent, session, theme)
            InstallRuntime(parent, session, theme, runtime.home(), again).open()
        else:
            _confirm(parent, session, theme, outset)

    def refuse(error: BaseException) -> None:
        session.activity.emit(LOOKING, None)
        refusals.tell(session, error)

    words = session.tr("Counting the labels and looking for what training needs")
    session.activity.emit(LOOKING, Activity(words, "", Progress(0, None, "")))
    session.background.read(look, decide, refuse)


def _confirm(parent: QWidget, session: Session, theme: Theme, outset: _Outset) -> None:
    found, device = outset.runtime, outset.device
    assert found is not None and device is not None
    asked = session.settings.device
    dialog = StartTraining(parent, theme, outset.plan, device)
    dialog.accepted.connect(lambda: _start(session, found, asked))
    dialog.open()


def _start(session: Session, found: Runtime, asked: str) -> None:
    def started(job: Job) -> None:
        session.bus.tell(ChangeSet(jobs=True))
        words = session.tr("Training on {} images has begun; it goes on when the window is closed.")
        session.said.emit(words.format(f"{job.labels:,}"), "info")

    session.in_halves(
        lambda: preparing.prepare(session.project, device=asked),
        lambda prepared: training.launch(session.project, found, prepared),
        started,
        lambda error: refusals.tell(session, error),
    )
