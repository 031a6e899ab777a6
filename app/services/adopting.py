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
    """Register a model file from elsewhere, as a challenger. Raises ModelRefused, DiskFull.

    A file that the project has already, and can use, is refused.
    """
    opened = model_files.read(path)
    known = (v for v in registry.versions(project) if not v.demo and not v.problem)
    if twin := next((v for v in known if v.file_hash == opened.sha256), None):
        raise model_files.ModelRefused(f"This project has that model already: “{twin.name}”.")
    mapped = model_files.map_to(opened, project.schema())
    model_files.check_fits(opened, mapped)
    kept = model_folder.keep(path, project.folder / "models" / opened.version)
    model = NewModel(
        name=f"{opened.card.name} ({opened.version[:6]})",
        path=kept.relative_to(project.folder),
        file_hash=opened.sha256,
        backbone=opened.backbone_id,
        rows=to_rows(mapped),
    )
    model_id, changes = registering.register(project.workspace, model)
    return _adopted(project, model_id, "It was not compared: activate it to try it.", changes)


def _adopted(project: Project, model_id: ModelId, words: str, changes: ChangeSet) -> Adopted:
    version = next(v for v in registry.versions(project) if v.id == model_id)
    return Adopted(version, version.active, words, changes)
