"""Taking in a model: what was judged beside the project is registered in one transaction, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.changes import ChangeSet
from app.domain.errors import Overtaken
from app.domain.ids import ModelId
from app.domain.jobs import Job, ModelVersion
from app.services import model_files, model_folder, registry
from app.services.judging import Judged, judge
from app.services.mapping import to_rows
from app.store import registering
from app.store.registering import NewModel

if TYPE_CHECKING:
    from app.services.projects import Project


@dataclass(frozen=True, slots=True)
class Adopted:
    """A model as registered, whether it took over, and why, in words."""

    version: ModelVersion
    activated: bool
    words: str
    changes: ChangeSet


def adopt(project: Project, job: Job) -> Adopted:
    """Judge a finished job's model and register it; it takes over when it is no worse.

    Judges again whenever the judgement was overtaken. Raises ModelRefused and DiskFull as ``judge`` does.
    """
    while True:
        judged = judge(project, job)
        try:
            return register(project, judged)
        except Overtaken:
            continue


def register(project: Project, judged: Judged) -> Adopted:
    """Let the project know a judged model, in use from now on where it wins: one short transaction.

    A job's model is registered once, however often this is called. Raises Overtaken, with nothing changed,
    when another version suggests or the schema is another one since it was judged.
    """
    named = replace(judged.model, name=registry.next_name(project))
    model_id, changes = registering.register(
        project.workspace, named, activate=judged.wins, given=judged.given
    )
    return _adopted(project, model_id, judged.words, changes)


def add_file(project: Project, path: Path) -> Adopted:
    """Keep a model file from elsewhere and register it, as a challenger. Raises as its two halves do."""
    return register_file(project, keep_file(project, path))


def keep_file(project: Project, path: Path) -> NewModel:
    """Check a model file and copy it to the project's models: the slow half.

    Raises ModelRefused, DiskFull.
    """
    opened = model_files.read(path)
    _refuse_twin(project, opened.sha256)
    mapped = model_files.map_foreign(opened, project.schema())
    model_files.check_fits(opened, mapped)
    kept = model_folder.keep(path, project.folder / "models" / opened.version)
    return NewModel(
        name=f"{opened.card.name} ({opened.version[:6]})",
        path=kept.relative_to(project.folder),
        file_hash=opened.sha256,
        backbone=opened.backbone_id,
        rows=to_rows(mapped),
    )


def register_file(project: Project, model: NewModel) -> Adopted:
    """Let the project know a kept file. Raises ModelRefused where it has, and can use, that model already."""
    _refuse_twin(project, model.file_hash)
    model_id, changes = registering.register(project.workspace, model)
    return _adopted(project, model_id, "It was not compared: activate it to try it.", changes)


def _refuse_twin(project: Project, file_hash: str) -> None:
    known = (v for v in registry.versions(project) if not v.demo and not v.problem)
    if twin := next((v for v in known if v.file_hash == file_hash), None):
        raise model_files.ModelRefused(f"This project has that model already: “{twin.name}”.")


def _adopted(project: Project, model_id: ModelId, words: str, changes: ChangeSet) -> Adopted:
    version = next(v for v in registry.versions(project) if v.id == model_id)
    return Adopted(version, version.active, words, changes)
