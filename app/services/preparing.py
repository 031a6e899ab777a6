"""Before a training: whether it can be, and the frozen snapshot that it learns from.

Reads the database and writes files; nothing here is written to project.sqlite, so that it may take its time
beside whoever does. A snapshot lies in ``jobs/<id>.partial`` until ``services.training`` launches it.
"""

from __future__ import annotations

import errno
import json
import secrets
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.errors import DiskFull, LapelError
from app.domain.ids import JobId
from app.domain.jobs import ModelVersion
from app.services import model_files, registry, snapshot
from app.services.job_folder import JobFolder, folder_of
from app.services.process_lock import LockHeld, inheritable_lock
from app.store import jobs as stored

if TYPE_CHECKING:
    from app.services.projects import Project

# Below this nothing is left for calibration and for the held-out images that a version is judged by.
LEAST_LABELLED = 20
_PARTIAL = ".partial"


class TrainingRefused(LapelError):
    """A training cannot be started now; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A frozen snapshot of ``labels`` labelled images that waits to be launched.

    As long as it is held no other is made: launch or discard it.
    """

    id: JobId
    started: datetime
    labels: int
    device: str
    seed: int
    folder: JobFolder
    held: ExitStack

    def discard(self) -> None:
        """Let go of it; what was not launched is deleted."""
        shutil.rmtree(self.folder.path, ignore_errors=True)
        self.held.close()


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


def prepare(project: Project, *, device: str = "auto", seed: int = 0) -> Prepared:
    """Freeze what is labelled now: seconds on a large project; what is decided meanwhile may be in it or not.

    Raises TrainingRefused with what is missing, DiskFull when the snapshot has no room.
    """
    with ExitStack() as stack:
        try:
            _ = stack.enter_context(inheritable_lock(_lock(project)))
            _sweep(project)
            if words := preconditions(project):
                raise TrainingRefused(words)
            prepared = _frozen(project, device, seed, stack)
        except LockHeld as held:
            raise TrainingRefused("A training is being prepared already.") from held
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise DiskFull("The disk is full: no training was started, nothing else changed.") from error
            raise TrainingRefused(f"The training's folder cannot be written: {error.strerror}.") from error
    return prepared


def sweep(project: Project) -> None:
    """Delete snapshots that were cut off: nobody launches them any more."""
    if _partials(project):
        try:
            with inheritable_lock(_lock(project)):
                _sweep(project)
        except LockHeld:
            return  # one is being made at this moment


def _frozen(project: Project, device: str, seed: int, stack: ExitStack) -> Prepared:
    """The snapshot, which takes the lock over; an error deletes what is written of it."""
    started = datetime.now(UTC)
    job_id = JobId(f"{started:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}")
    folder = JobFolder(folder_of(project, job_id).path.with_suffix(_PARTIAL))
    with ExitStack() as on_failure:
        on_failure.callback(shutil.rmtree, folder.path, ignore_errors=True)
        labels = _write(project, folder, device, seed)
        on_failure.pop_all()
    return Prepared(job_id, started, labels, device, seed, folder, stack.pop_all())


def _write(project: Project, folder: JobFolder, device: str, seed: int) -> int:
    folder.path.mkdir(parents=True)
    active = registry.active(project)
    frozen = snapshot.freeze(project.workspace, project.schema(), folder, _backbone(active))
    asked: dict[str, object] = {
        "name": registry.next_name(project),
        "labels": frozen.labelled,
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


def _lock(project: Project) -> Path:
    return project.folder / "jobs" / "preparing.lock"


def _partials(project: Project) -> list[Path]:
    return list((project.folder / "jobs").glob(f"*{_PARTIAL}"))


def _sweep(project: Project) -> None:
    for folder in _partials(project):
        shutil.rmtree(folder, ignore_errors=True)
