"""The model registry: keeping what a job made, judging it against the model in use, switching and back."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.changes import ChangeSet
from app.domain.errors import DiskFull
from app.domain.ids import ModelId
from app.domain.jobs import Job, ModelVersion
from app.domain.suggestion import Outcome
from app.services import model_files
from app.services.comparison import HeldOut, Scores, evaluate, mean_of
from app.services.job_folder import JobFolder
from app.services.mapping import MappedType, by_names, from_rows, to_rows
from app.services.model_files import ModelRefused
from app.store import models
from app.store.models import NewModel
from mtss.labels import LabelProblem
from mtss.manifest import Manifest, ManifestProblem
from mtss.predictor import OnnxPredictor

if TYPE_CHECKING:
    from app.services.projects import Project

__all__ = ["Adopted", "ModelRefused"]

DEMO_NAME = "demo model"


@dataclass(frozen=True, slots=True)
class Adopted:
    """A job's model as registered, whether it took over, and why, in words."""

    version: ModelVersion
    activated: bool
    words: str
    changes: ChangeSet


def versions(project: Project) -> list[ModelVersion]:
    """All versions, the oldest first."""
    return models.versions(project.workspace)


def active(project: Project) -> ModelVersion | None:
    """The version that suggests now."""
    return models.active(project.workspace)


def next_name(project: Project) -> str:
    """What the next trained version will be called."""
    return f"student {sum(not v.demo for v in versions(project)) + 1}"


def register_demo(project: Project) -> ChangeSet:
    """Register and activate the shipped student, mapped to the schema by name. Raises ModelRefused.

    It needs no class in common: its features carry few-shot entries for any schema.
    """
    predictor = model_files.read(model_files.shipped())
    model_id, changes = models.register(
        project.workspace,
        NewModel(
            name=DEMO_NAME,
            path=predictor.path,
            file_hash=predictor.sha256,
            backbone=predictor.backbone_id,
            rows=to_rows(by_names(predictor.dictionary, project.schema())),
            demo=True,
        ),
    )
    return changes | models.activate(project.workspace, model_id)


def ensure_active(project: Project) -> ChangeSet:
    """Register the shipped student where no version is active yet. Raises ModelRefused."""
    return ChangeSet() if active(project) else register_demo(project)


def predictor(project: Project, threads: int = 1) -> OnnxPredictor:
    """The active model, opened. Raises ModelRefused when there is none or its file cannot be used."""
    version = active(project)
    if version is None:
        raise ModelRefused("This project has no model yet.")
    return model_files.open_version(project, version, threads)


def mapping(project: Project, version: ModelVersion, opened: OnnxPredictor) -> tuple[MappedType, ...]:
    """What the version's rows stand for in today's schema.

    The shipped student goes by names, so that a type added later under a name it knows is suggested too.
    """
    if version.demo:
        return by_names(opened.dictionary, project.schema())
    rows = models.class_rows(project.workspace, version.id)
    return from_rows(rows, opened.dictionary, project.schema())


def activate(project: Project, model_id: ModelId) -> ChangeSet:
    """Let this version suggest from now on: promotion and rollback alike. Raises ModelRefused.

    A version whose file cannot be used is marked with the reason, and the one in use stays.
    """
    wanted = next(v for v in versions(project) if v.id == model_id)
    try:
        _ = model_files.open_version(project, wanted)
    except ModelRefused as refusal:
        models.set_problem(project.workspace, model_id, str(refusal))
        raise
    return models.set_problem(project.workspace, model_id, "") | models.activate(project.workspace, model_id)


def adopt(project: Project, job: Job) -> Adopted:
    """Register a finished job's model; it takes over when it is no worse on the held-out images.

    Raises ModelRefused when the job left no file that can be used, DiskFull when it cannot be kept.
    """
    folder = JobFolder(project.folder / "jobs" / job.id)
    outcome = folder.outcome()
    if outcome is None or outcome.model is None:
        raise ModelRefused("This training left no model.")
    file, held_out, told = _kept(project, job, folder, outcome.model)
    return _judge(project, file, held_out, told, job)


def add_file(project: Project, path: Path) -> Adopted:
    """Register a model file from elsewhere, as a challenger. Raises ModelRefused, DiskFull."""
    opened = model_files.read(path)
    model_files.check_fits(opened, model_files.map_to(opened, project.schema()))
    folder = project.folder / "models" / opened.version
    file = _copy(path, folder)
    return _judge(project, file, None, None, None)


def _kept(
    project: Project, job: Job, folder: JobFolder, made: Path
) -> tuple[Path, HeldOut, frozenset[tuple[str, str]]]:
    """Check the job's file, copy the model folder to where versions live, and read what it was taught."""
    opened = model_files.read(made)
    model_files.check_fits(opened, model_files.map_to(opened, project.schema()))
    try:
        manifest = Manifest.read(folder.manifest)
    except (ManifestProblem, LabelProblem) as problem:
        raise ModelRefused(f"The snapshot that this model was trained on is damaged: {problem}") from problem
    file = _copy(made, project.folder / "models" / job.id)
    _copy_beside(folder.path / "learned.json", file.parent)
    taught = {(t, c) for s in manifest.samples if s.split == "train" for t in s.labels for c in s.labels[t]}
    return file, HeldOut.of(manifest), frozenset(taught)


def _judge(
    project: Project,
    file: Path,
    held_out: HeldOut | None,
    taught: frozenset[tuple[str, str]] | None,
    job: Job | None,
) -> Adopted:
    opened = model_files.read(file)
    mapped = model_files.map_to(opened, project.schema())
    if taught is not None:
        mapped = tuple(_only_taught(m, opened, taught) for m in mapped)
    before = active(project)
    new, old = _scores(project, opened, mapped, before, held_out)
    model_id, changes = models.register(
        project.workspace,
        NewModel(
            name=next_name(project) if job else file.parent.name,
            path=file.relative_to(project.folder),
            file_hash=opened.sha256,
            backbone=opened.backbone_id,
            rows=to_rows(mapped),
            labels=job.labels if job else 0,
            metrics=new.f1,
            baseline=old.f1,
            images=new.images,
            job=job.id if job else None,
        ),
    )
    wins, words = _verdict(new, old, before)
    if job is not None and wins:
        changes |= models.activate(project.workspace, model_id)
    version = next(v for v in versions(project) if v.id == model_id)
    return Adopted(version, version.active, words, changes)


def _scores(
    project: Project,
    opened: OnnxPredictor,
    mapped: tuple[MappedType, ...],
    before: ModelVersion | None,
    held_out: HeldOut | None,
) -> tuple[Scores, Scores]:
    nothing = Scores({}, {})
    if held_out is None:
        return nothing, nothing
    schema, workspace = project.schema(), project.workspace
    new = evaluate(workspace, opened, mapped, schema, held_out)
    if before is None:
        return new, nothing
    try:
        used = model_files.open_version(project, before)
    except ModelRefused:
        return new, nothing  # what suggests now cannot be opened: there is nothing to be worse than
    old = evaluate(workspace, used, mapping(project, before, used), schema, held_out)
    return new, old


def _verdict(new: Scores, old: Scores, before: ModelVersion | None) -> tuple[bool, str]:
    after = mean_of(new.f1, new.images)
    was = mean_of(old.f1, new.images) if old.f1 else None
    count = max(new.images.values(), default=0)
    if after is None:
        if before is None or before.demo:
            return True, "Too few held-out images to compare; it replaces the demo model."
        return False, f"Too few held-out images to compare; “{before.name}” stays in use."
    if was is None or before is None:
        return True, f"F1@1 is {after:.1%} on {count} held-out images; there was nothing to compare with."
    told = f"F1@1 on {count} held-out images: {after:.1%}, “{before.name}” {was:.1%}."
    if after >= was:
        return True, f"{told} It suggests from now on."
    return False, f"{told} “{before.name}” stays in use; you can activate this one all the same."


def _only_taught(mapped: MappedType, opened: OnnxPredictor, taught: frozenset[tuple[str, str]]) -> MappedType:
    """Rows of classes without a training image are where chance put them: they stand for nothing."""
    names = opened.dictionary[mapped.branch].classes
    values = tuple(
        v if isinstance(v, Outcome) or (mapped.branch, name) in taught else None
        for v, name in zip(mapped.values, names, strict=True)
    )
    return replace(mapped, values=values)


def _copy(file: Path, folder: Path) -> Path:
    """Copy the model and its readable companions, complete or not at all."""
    partial = folder.with_name(folder.name + ".partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        shutil.copyfile(file, partial / "model.onnx")
        for name in ("card.json", "labels.json", "dictionary.json", "calibration.json"):
            _copy_beside(file.with_name(name), partial)
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise DiskFull(f"The new model could not be kept ({error.strerror}); nothing changed.") from error
    return folder / "model.onnx"


def _copy_beside(file: Path, folder: Path) -> None:
    if file.exists():
        shutil.copyfile(file, folder / file.name)
