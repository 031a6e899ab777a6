"""The model registry: versions, which one is active, and which class each output row stands for."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.changes import ChangeSet
from app.domain.ids import ClassId, JobId, ModelId, TypeId
from app.domain.jobs import ModelVersion
from app.store.rows import from_micros, now
from app.store.workspace import Workspace

ClassRows = Mapping[TypeId, Sequence[ClassId | None]]

_COLUMNS = (
    "id, name, path, file_hash, created, active, demo, labels, metrics, baseline, images, backbone, problem"
)


@dataclass(frozen=True, slots=True)
class NewModel:
    """A model about to be registered. ``rows`` maps a type to the class (or None) of each output row."""

    name: str
    path: Path
    file_hash: str
    backbone: str
    rows: ClassRows
    demo: bool = False
    labels: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])
    baseline: Mapping[str, float] = field(default_factory=dict[str, float])
    images: Mapping[str, int] = field(default_factory=dict[str, int])
    job: JobId | None = None


def register(workspace: Workspace, model: NewModel) -> tuple[ModelId, ChangeSet]:
    """Add a version, not active. A job's model is also noted with the job."""
    with workspace.writing() as connection:
        result = connection.exec_driver_sql(
            "INSERT INTO model (name, path, file_hash, created, demo, labels, metrics, baseline, images, "
            "backbone, class_ids, job_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                model.name,
                os.fsencode(model.path),
                model.file_hash,
                now(),
                int(model.demo),
                model.labels,
                json.dumps(dict(model.metrics)),
                json.dumps(dict(model.baseline)),
                json.dumps(dict(model.images)),
                model.backbone,
                json.dumps({str(t): list(classes) for t, classes in model.rows.items()}),
                model.job,
            ),
        )
        model_id = ModelId(int(result.lastrowid))
        if model.job is not None:
            connection.exec_driver_sql("UPDATE job SET model_id = ? WHERE id = ?", (model_id, model.job))
    return model_id, ChangeSet(models=True, jobs=model.job is not None)


def activate(workspace: Workspace, model_id: ModelId) -> ChangeSet:
    """Make this version the one that suggests. Raises KeyError for an unknown id."""
    with workspace.writing() as connection:
        _known(connection, model_id)
        connection.exec_driver_sql("UPDATE model SET active = 0 WHERE active = 1")
        connection.exec_driver_sql("UPDATE model SET active = 1 WHERE id = ?", (model_id,))
    return ChangeSet(models=True)


def set_problem(workspace: Workspace, model_id: ModelId, words: str) -> ChangeSet:
    """Note why a version cannot be used, or that it can again (empty words)."""
    with workspace.writing() as connection:
        _known(connection, model_id)
        connection.exec_driver_sql("UPDATE model SET problem = ? WHERE id = ?", (words, model_id))
    return ChangeSet(models=True)


def versions(workspace: Workspace) -> list[ModelVersion]:
    """All versions, the oldest first."""
    with workspace.reading() as connection:
        return [
            _version(row) for row in connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM model ORDER BY id")
        ]


def active(workspace: Workspace) -> ModelVersion | None:
    """The version that suggests now, or None."""
    with workspace.reading() as connection:
        row = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM model WHERE active = 1").first()
        return _version(row) if row else None


def class_rows(workspace: Workspace, model_id: ModelId) -> dict[TypeId, tuple[ClassId | None, ...]]:
    """The class that each output row of each type stands for, as registered. Raises KeyError."""
    with workspace.reading() as connection:
        stored = json.loads(_known(connection, model_id))
    return {
        TypeId(int(t)): tuple(None if c is None else ClassId(c) for c in row) for t, row in stored.items()
    }


def _known(connection: Connection, model_id: ModelId) -> str:
    text = connection.exec_driver_sql("SELECT class_ids FROM model WHERE id = ?", (model_id,)).scalar()
    if text is None:
        raise KeyError(model_id)
    return str(text)


def _version(row: Row[Any]) -> ModelVersion:
    return ModelVersion(
        id=row.id,
        name=row.name,
        path=os.fsdecode(row.path),
        file_hash=row.file_hash,
        created=from_micros(row.created),
        active=bool(row.active),
        demo=bool(row.demo),
        labels=row.labels,
        metrics=json.loads(row.metrics),
        baseline=json.loads(row.baseline),
        images=json.loads(row.images),
        backbone=row.backbone,
        problem=row.problem,
    )
