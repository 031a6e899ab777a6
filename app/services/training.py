"""Retraining in the background: start a detached child on a frozen snapshot, read what it writes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.changes import ChangeSet
from app.domain.ids import JobId
from app.domain.jobs import Job, JobState
from app.services import preparing, pruning
from app.services.child import detach
from app.services.job_folder import JobFolder, folder_of
from app.services.job_state import look_at
from app.services.preparing import Prepared, TrainingRefused
from app.services.process_lock import inheritable_lock
from app.services.runtime import Runtime
from app.store import jobs as stored

if TYPE_CHECKING:
    from app.services.projects import Project


def start(
    project: Project, runtime: Runtime, *, device: str = "auto", seed: int = 0, flags: Sequence[str] = ()
) -> Job:
    """Freeze what is labelled now and start training on it; the child outlives this process.

    Raises TrainingRefused and DiskFull as ``preparing.prepare`` does, and TrainingRefused where the runtime
    cannot be started.
    """
    return launch(project, runtime, preparing.prepare(project, device=device, seed=seed), flags)


def launch(project: Project, runtime: Runtime, prepared: Prepared, flags: Sequence[str] = ()) -> Job:
    """Let the project know a prepared training and start its child: one transaction and one fork.

    ``flags`` are handed to ``mtss train`` as they are, e.g. ``("--epochs", "30")``. Cut off before the
    transaction nothing was started, and the next look clears up; after it, the job is there and lost.
    """
    folder = folder_of(project, prepared.id)
    with ExitStack() as stack:
        stack.callback(prepared.discard)
        prepared.folder.path.rename(folder.path)
        # Held from before the project knows of the job: whoever polls meanwhile sees it alive.
        lock = stack.enter_context(inheritable_lock(folder.lock))
        with ExitStack() as unknown:
            unknown.callback(shutil.rmtree, folder.path, ignore_errors=True)
            stored.add(project.workspace, prepared.id, prepared.started, prepared.labels)
            unknown.pop_all()
        try:
            _detach(folder, runtime, lock, prepared, flags)
        except OSError as error:
            raise TrainingRefused(f"The training could not be started: {error.strerror}.") from error
    job = Job(prepared.id, JobState.WAITING, prepared.started, labels=prepared.labels)
    return look_at(job, folder)


def jobs(project: Project) -> list[Job]:
    """All jobs, the newest first, those that run as their folders show them."""
    return [_seen(project, job) for job in stored.all_jobs(project.workspace)]


def poll(project: Project) -> tuple[list[Job], ChangeSet]:
    """As ``jobs``; what ended since is noted in the project, which is then said by the ChangeSet.

    What those that are over no longer need is dropped, and so are snapshots that were never launched.
    """
    preparing.sweep(project)
    changes = ChangeSet()
    found: list[Job] = []
    for before in stored.all_jobs(project.workspace):
        now = _seen(project, before)
        if now.state is not before.state or (now.device and now.device != before.device):
            changes |= stored.set_state(
                project.workspace, now.id, now.state, reason=now.reason, device=now.device
            )
        pruning.prune(folder_of(project, now.id), now)
        found.append(now)
    return found, changes


def cancel(project: Project, job_id: JobId) -> None:
    """Ask a running job to stop; it does so between two steps, and ``poll`` then says so."""
    folder_of(project, job_id).ask_to_stop()


def log_tail(project: Project, job_id: JobId) -> str:
    """The last lines that the training printed."""
    return folder_of(project, job_id).log_tail()


def _seen(project: Project, job: Job) -> Job:
    folder = folder_of(project, job.id)
    if not job.state.is_over:
        return look_at(job, folder)
    shown = look_at(replace(job, state=JobState.RUNNING), folder) if folder.path.exists() else job
    return replace(shown, state=job.state, reason=job.reason, seconds_left=None, model=job.model)


def _detach(folder: JobFolder, runtime: Runtime, lock: int, prepared: Prepared, flags: Sequence[str]) -> None:
    command = [str(runtime.python), "-P", "-m", "mtss", "train", "--manifest", str(folder.manifest)]
    command += ["--out", str(folder.model), "--job", str(folder.path)]
    command += ["--device", prepared.device, "--seed", str(prepared.seed)]
    command += ["--name", str(folder.settings()["name"]), *flags]
    if previous := folder.settings()["previous"]:
        command += ["--parent", str(previous)]
    if folder.features.exists():
        command += ["--features", str(folder.features)]
    detach(command, log=folder.log, lock=lock, source=runtime.source)
