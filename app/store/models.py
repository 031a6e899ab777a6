"""The model registry: versions, which one is active, and which class each output row stands for."""

import json
import os
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.changes import ChangeSet
from app.domain.ids import ClassId, ModelId, TypeId
from app.domain.jobs import ModelVersion
from app.store.rows import from_micros
from app.store.workspace import Workspace

_COLUMNS = (
    "id, name, path, file_hash, created, active, demo, labels, metrics, baseline, images, backbone, problem"
)


def activate(workspace: Workspace, model_id: ModelId) -> ChangeSet:
    """Make this version the one that suggests. Raises KeyError for an unknown id."""
    with workspace.writing() as connection:
        _known(connection, model_id)
        activate_row(connection, model_id)
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


def activate_row(connection: Connection, model_id: ModelId) -> None:
    """As ``activate``, inside a transaction under way."""
    connection.exec_driver_sql("UPDATE model SET active = 0 WHERE active = 1")
    connection.exec_driver_sql("UPDATE model SET active = 1 WHERE id = ?", (model_id,))


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
