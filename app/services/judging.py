"""Judging a new model against the one in use, on the same held-out images.

Reads the database and copies files; nothing here is written to project.sqlite, so that it may take its
time beside whoever does. What comes of it is registered by ``services.adopting``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.ids import JobId
from app.domain.jobs import Job, ModelVersion
from app.domain.schema import Schema
from app.domain.suggestion import Outcome
from app.services import model_files, model_folder, registry
from app.services.comparison import Scores, evaluate
from app.services.held_out import HeldOut, labelled_classes
from app.services.job_folder import folder_of
from app.services.mapping import MappedType, to_rows
from app.services.model_files import ModelRefused
from app.services.verdict import InForce, verdict
from app.store.registering import Given, NewModel
from mtss.labels import LabelProblem
from mtss.manifest import Manifest, ManifestProblem
from mtss.predictor import OnnxPredictor

if TYPE_CHECKING:
    from app.services.projects import Project


@dataclass(frozen=True, slots=True)
class Judged:
    """A job's model, kept in the project's folder but not yet known to the project.

    ``wins``: it may take over, for the reason that ``words`` give. Both hold as long as ``given`` does.
    """

    model: NewModel
    wins: bool
    words: str
    given: Given


def judge(project: Project, job: Job) -> Judged:
    """Keep a finished job's model and compare it with the version that suggests now: seconds.

    Raises ModelRefused when the job left no file that can be used, DiskFull when it cannot be kept.
    """
    schema, before = project.schema(), registry.active(project)
    opened = model_files.read(_kept(project, schema, job.id))
    manifest = _manifest(folder_of(project, job.id).manifest)
    mapped = _only_taught(model_files.map_own(opened, schema), opened, manifest)
    held_out = HeldOut.of(manifest, schema)
    new = evaluate(project.workspace, opened, mapped, schema, held_out)
    old = _in_force(project, before, schema, held_out)
    wins, words = verdict(new, old, labelled_classes(manifest, schema))
    model = NewModel(
        name="",
        path=opened.path.relative_to(project.folder),
        file_hash=opened.sha256,
        backbone=opened.backbone_id,
        rows=to_rows(mapped),
        labels=job.labels,
        metrics=new.f1,
        baseline=old.scores.f1 if old else {},
        images=new.images,
        job=job.id,
    )
    return Judged(model, wins, words, Given(before.id if before else None, schema))


def _kept(project: Project, schema: Schema, job: JobId) -> Path:
    """The job's model where versions live, copied there unless that was done before."""
    folder, kept = folder_of(project, job), project.folder / "models" / job
    outcome = folder.outcome()
    if outcome is None or outcome.model is None:
        raise ModelRefused("This training left no model.")
    if (kept / model_folder.MODEL).exists() and not outcome.model.exists():
        return kept / model_folder.MODEL
    opened = model_files.read(outcome.model)
    model_files.check_fits(opened, model_files.map_own(opened, schema))
    return model_folder.keep(outcome.model, kept, [folder.learned])


def _manifest(path: Path) -> Manifest:
    try:
        return Manifest.read(path)
    except (ManifestProblem, LabelProblem) as problem:
        raise ModelRefused(f"The snapshot that this model was trained on is damaged: {problem}") from problem


def _only_taught(
    mapped: tuple[MappedType, ...], opened: OnnxPredictor, manifest: Manifest
) -> tuple[MappedType, ...]:
    """Rows of classes without a training image are where chance put them: they stand for nothing."""
    training = [s for s in manifest.samples if s.split == "train"]
    taught = {(kind, name) for s in training for kind, names in s.labels.items() for name in names}

    def kept(one: MappedType) -> MappedType:
        names = opened.dictionary[one.branch].classes
        values = tuple(
            v if isinstance(v, Outcome) or (one.branch, name) in taught else None
            for v, name in zip(one.values, names, strict=True)
        )
        return replace(one, values=values)

    return tuple(map(kept, mapped))


def _in_force(
    project: Project, before: ModelVersion | None, schema: Schema, held_out: HeldOut
) -> InForce | None:
    if before is None:
        return None
    try:
        used = model_files.open_version(project, before)
    except ModelRefused:
        return InForce(before, Scores({}, {}), frozenset())
    mapped = registry.mapping(project, before, used)
    known = frozenset(c for m in mapped if m.type is not None for c in m.classes)
    return InForce(before, evaluate(project.workspace, used, mapped, schema, held_out), known)
