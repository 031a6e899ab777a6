"""Adding a version to the registry: whole, once a job, and only while what it was judged by still holds."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from app.domain.changes import ChangeSet
from app.domain.errors import Overtaken
from app.domain.ids import ClassId, JobId, ModelId, TypeId
from app.domain.schema import Schema
from app.store import schema
from app.store.models import activate_row
from app.store.rows import now, to_micros
from app.store.workspace import Workspace

ClassRows = Mapping[TypeId, Sequence[ClassId | None]]


@dataclass(frozen=True, slots=True)
class NewModel:
    """A model about to be registered. ``rows`` maps a type to the class (or None) of each output row.

    ``created``: when it was made, where that was not just now.
    """

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
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a model was judged by: the version that suggested then (None: none did), and the schema."""

    active: ModelId | None
    schema: Schema


def register(
    workspace: Workspace, model: NewModel, *, activate: bool = False, given: Given | None = None
) -> tuple[ModelId, ChangeSet]:
    """Add a version and, where wanted, let it suggest from now on: both, or nothing.

    A job's model is also noted with the job; one that is noted already stays the only one. Raises Overtaken,
    and adds nothing, when ``given`` is no longer so.
    """
    with workspace.writing() as connection:
        if model.job is not None and (known := _made_by(connection, model.job)) is not None:
            return known, ChangeSet()
        if given is not None:
            _check(connection, given)
        model_id = _insert(connection, model)
        if activate:
            activate_row(connection, model_id)
    return model_id, ChangeSet(models=True, jobs=model.job is not None)


def _made_by(connection: Connection, job: JobId) -> ModelId | None:
    return connection.exec_driver_sql("SELECT model_id FROM job WHERE id = ?", (job,)).scalar()


def _check(connection: Connection, given: Given) -> None:
    active = connection.exec_driver_sql("SELECT id FROM model WHERE active = 1").scalar()
    if active != given.active:
        raise Overtaken("Another version suggests now than the one that this model was compared with.")
    if schema.read(connection) != given.schema:
        raise Overtaken("The attribute types were changed while this model was being compared.")


def _insert(connection: Connection, model: NewModel) -> ModelId:
    result = connection.exec_driver_sql(
        "INSERT INTO model (name, path, file_hash, created, demo, labels, metrics, baseline, images, "
        "backbone, class_ids, job_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            model.name,
            os.fsencode(model.path),
            model.file_hash,
            now() if model.created is None else to_micros(model.created),
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
    return model_id
