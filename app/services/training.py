"""Retraining in the background: freeze a snapshot, start a detached child, read what it writes."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.domain.changes import ChangeSet
from app.domain.errors import DiskFull, LapelError
from app.domain.ids import JobId
from app.domain.jobs import Job, JobState, ModelVersion
from app.services import model_files, registry, snapshot
from app.services.child import detach
from app.services.job_folder import JobFolder
from app.services.job_state import look_at
from app.services.process_lock import inheritable_lock
from app.services.runtime import Runtime
from app.store import jobs as stored

if TYPE_CHECKING:
    from app.services.projects import Project

# Below this nothing is left for calibration and for the held-out images that a version is judged by.
LEAST_LABELLED = 20
_NO_SPACE = 28


class TrainingRefused(LapelError):
    """A training cannot be started now; the message says what is missing."""


def preconditions(project: Project) -> str | None:
    """Why training cannot start, in words, or None when it can."""
    running = [j for j in stored.all_jobs(project.workspace) if not j.state.is_over]
    if any(folder_of(project, j.id).is_alive() for j in running):
        return "A training is running already."
    spoken = snapshot.said(project.workspace, project.schema())
    images = sum(any(map(snapshot.says_something, s.values())) for s in spoken.values())
    if images < LEAST_LABELLED:
        return f"{LEAST_LABELLED} labelled images are needed; {images} are there."
    if not any(len(t.classes) > 1 for t in project.schema().types):
        return "An attribute type with at least two classes is needed."
    return None


def start(
    project: Project, runtime: Runtime, *, device: str = "auto", seed: int = 0, flags: Sequence[str] = ()
) -> Job:
    """Freeze what is labelled now and start training on it; the child outlives this process.

    ``flags`` are handed to ``mtss train`` as they are, e.g. ``("--epochs", "30")``.
    Raises TrainingRefused with what is missing, DiskFull when the snapshot has no room.
    """
    if words := preconditions(project):
        raise TrainingRefused(words)
    started = datetime.now(UTC)
    job_id = JobId(f"{started:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}")
    folder = folder_of(project, job_id)
    try:
        labels = _prepare(project, folder, device=device, seed=seed)
    except OSError as error:
        shutil.rmtree(folder.path, ignore_errors=True)
        if error.errno == _NO_SPACE:
            raise DiskFull("The disk is full: no training was started, nothing else changed.") from error
        raise TrainingRefused(f"The training's folder cannot be written: {error.strerror}.") from error
    # Held from before the project knows of the job: whoever polls meanwhile sees it alive.
    with inheritable_lock(folder.lock) as lock:
        stored.add(project.workspace, job_id, started, labels)
        _launch(folder, runtime, lock, ["--device", device, "--seed", str(seed), *flags])
    return look_at(Job(job_id, JobState.WAITING, started, labels=labels), folder)


def jobs(project: Project) -> list[Job]:
    """All jobs, the newest first, those that run as their folders show them."""
    return [_seen(project, job) for job in stored.all_jobs(project.workspace)]


def poll(project: Project) -> tuple[list[Job], ChangeSet]:
    """As ``jobs``; what ended since is noted in the project, which is then said by the ChangeSet."""
    changes = ChangeSet()
    found: list[Job] = []
    for before in stored.all_jobs(project.workspace):
        now = _seen(project, before)
        if now.state is not before.state or (now.device and now.device != before.device):
            changes |= stored.set_state(
                project.workspace, now.id, now.state, reason=now.reason, device=now.device
            )
        found.append(now)
    return found, changes


def cancel(project: Project, job_id: JobId) -> None:
    """Ask a running job to stop; it does so between two steps, and ``poll`` then says so."""
    folder_of(project, job_id).ask_to_stop()


def log_tail(project: Project, job_id: JobId) -> str:
    """The last lines that the training printed."""
    return folder_of(project, job_id).log_tail()


def folder_of(project: Project, job_id: JobId) -> JobFolder:
    """The job's folder inside the project."""
    return JobFolder(project.folder / "jobs" / job_id)


def _seen(project: Project, job: Job) -> Job:
    folder = folder_of(project, job.id)
    if not job.state.is_over:
        return look_at(job, folder)
    shown = look_at(replace(job, state=JobState.RUNNING), folder) if folder.path.exists() else job
    return replace(shown, state=job.state, reason=job.reason, seconds_left=None, model=job.model)


def _prepare(project: Project, folder: JobFolder, *, device: str, seed: int) -> int:
    folder.path.mkdir(parents=True)
    active = registry.active(project)
    frozen = snapshot.freeze(project.workspace, project.schema(), folder, _backbone(active))
    asked: dict[str, object] = {
        "name": registry.next_name(project),
        "labels": frozen.labelled,
        "unlabelled": frozen.unlabelled,
        "splits": dict(frozen.by_split),
        "device": device,
        "seed": seed,
        "previous": active.file_hash if active else "",
    }
    folder.config.write_text(json.dumps(asked, indent=1), encoding="utf-8")
    return frozen.labelled


def _backbone(active: ModelVersion | None) -> str | None:
    """Whose stored features the child can use: it trains on the backbone of the student shipped with it."""
    if model_files.shipped().exists():
        return model_files.read(model_files.shipped()).backbone_id
    return active.backbone if active else None


def _launch(folder: JobFolder, runtime: Runtime, lock: int, flags: Sequence[str]) -> None:
    command = [str(runtime.python), "-P", "-m", "mtss", "train", "--manifest", str(folder.manifest)]
    command += ["--out", str(folder.model), "--job", str(folder.path)]
    command += ["--name", str(folder.settings()["name"]), *flags]
    if previous := folder.settings()["previous"]:
        command += ["--parent", str(previous)]
    if folder.unlabelled.exists():
        command += ["--unlabelled", str(folder.unlabelled)]
    if folder.features.exists():
        command += ["--features", str(folder.features)]
    detach(command, log=folder.log, lock=lock, source=runtime.source)
