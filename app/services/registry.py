"""The model registry: which versions there are, which one suggests, switching to another and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.domain.changes import ChangeSet
from app.domain.errors import Overtaken
from app.domain.ids import ModelId
from app.domain.jobs import ModelVersion
from app.services import model_files
from app.services.mapping import MappedType, by_names, completed, from_rows, to_rows
from app.services.model_files import ModelRefused
from app.store import models, registering
from app.store.registering import Given, NewModel
from mtss.predictor import OnnxPredictor

if TYPE_CHECKING:
    from app.services.projects import Project

DEMO_NAME = "demo model"


def versions(project: Project) -> list[ModelVersion]:
    """All versions, the oldest first."""
    return models.versions(project.workspace)


def active(project: Project) -> ModelVersion | None:
    """The version that suggests now."""
    return models.active(project.workspace)


def next_name(project: Project) -> str:
    """What the next trained version will be called."""
    return f"student {sum(not v.demo for v in versions(project)) + 1}"


def ensure_active(project: Project) -> ChangeSet:
    """Where no version suggests yet, the shipped student does from now on. Raises ModelRefused.

    It is mapped to the schema by name and needs no class in common: its features carry few-shot entries for
    any schema.
    """
    if active(project) is not None:
        return ChangeSet()
    opened, schema = model_files.read(model_files.shipped()), project.schema()
    measured = opened.card.metrics["test"]["types"]
    model = NewModel(
        name=DEMO_NAME,
        path=opened.path,
        file_hash=opened.sha256,
        backbone=opened.backbone_id,
        rows=to_rows(by_names(opened.dictionary, schema)),
        demo=True,
        created=_moment(opened.card.created),
        metrics={name: float(of["f1@1"]) for name, of in measured.items()},
        images={name: int(of["images"]) for name, of in measured.items()},
    )
    try:
        _, changes = registering.register(project.workspace, model, activate=True, given=Given(None, schema))
    except Overtaken:
        return ensure_active(project)
    return changes


def _moment(written: str) -> datetime | None:
    """A card's moment, or None where it makes no sense."""
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except ValueError:
        return None


def mapping(project: Project, version: ModelVersion, opened: OnnxPredictor) -> tuple[MappedType, ...]:
    """What the version's rows stand for in today's schema.

    Of the shipped student, types and classes made later under names it knows are suggested too. Where an
    updated application brought another student than was registered, all of it goes by names.
    """
    schema = project.schema()
    if version.demo and opened.sha256 != version.file_hash:
        return by_names(opened.dictionary, schema)
    registered = from_rows(models.class_rows(project.workspace, version.id), opened.dictionary, schema)
    return completed(registered, opened.dictionary, schema) if version.demo else registered


@dataclass(frozen=True, slots=True)
class Checked:
    """A version that somebody wants to use, and why it cannot be, in words: empty where it can."""

    model: ModelId
    problem: str


def activate(project: Project, model_id: ModelId) -> ChangeSet:
    """Let this version suggest from now on: promotion and rollback alike. Raises ModelRefused.

    A version whose file cannot be used is marked with the reason, and the one in use stays.
    """
    checked = check(project, model_id)
    changes = activate_checked(project, checked)
    if checked.problem:
        raise ModelRefused(checked.problem)
    return changes


def check(project: Project, model_id: ModelId) -> Checked:
    """Open a version's file to see whether it can be used: the slow half of activating it."""
    wanted = next(v for v in versions(project) if v.id == model_id)
    try:
        _ = model_files.open_version(project, wanted)
    except ModelRefused as refusal:
        return Checked(model_id, str(refusal))
    return Checked(model_id, "")


def activate_checked(project: Project, checked: Checked) -> ChangeSet:
    """Put a checked version to use, or mark it with what is wrong with it: the short half."""
    changes = models.set_problem(project.workspace, checked.model, checked.problem)
    return changes if checked.problem else changes | models.activate(project.workspace, checked.model)
