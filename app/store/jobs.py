"""What the project remembers of its training jobs; their progress lies in their folders."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.changes import ChangeSet
from app.domain.ids import JobId
from app.domain.jobs import Job, JobState
from app.store.rows import from_micros, to_micros
from app.store.workspace import Workspace

_COLUMNS = "id, state, started, labels, device, reason, model_id"


def add(
    workspace: Workspace, job_id: JobId, started: datetime, labels: int, state: JobState = JobState.WAITING
) -> ChangeSet:
    """Note a new job."""
    with workspace.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO job (id, state, started, labels) VALUES (?, ?, ?, ?)",
            (job_id, str(state), to_micros(started), labels),
        )
    return ChangeSet(jobs=True)


def set_state(
    workspace: Workspace, job_id: JobId, state: JobState, *, reason: str = "", device: str = ""
) -> ChangeSet:
    """Note where a job stands; an empty device keeps the one known. Raises KeyError for an unknown id."""
    with workspace.writing() as connection:
        result = connection.exec_driver_sql(
            "UPDATE job SET state = ?, reason = ?, device = coalesce(nullif(?, ''), device) WHERE id = ?",
            (str(state), reason, device, job_id),
        )
        if result.rowcount == 0:
            raise KeyError(job_id)
    return ChangeSet(jobs=True)


def all_jobs(workspace: Workspace) -> list[Job]:
    """All jobs as the project knows them, the newest first. Progress and curve are not stored here."""
    with workspace.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM job ORDER BY started DESC, id DESC")
        return [_job(row) for row in rows]


def job(workspace: Workspace, job_id: JobId) -> Job | None:
    """One job, or None."""
    with workspace.reading() as connection:
        row = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM job WHERE id = ?", (job_id,)).first()
        return _job(row) if row else None


def _job(row: Row[Any]) -> Job:
    return Job(
        id=JobId(row.id),
        state=JobState(row.state),
        started=from_micros(row.started),
        labels=row.labels,
        device=row.device,
        reason=row.reason,
        model=row.model_id,
    )
