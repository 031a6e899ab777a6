"""Opening a registered model's file: found where it lies today, unchanged since, and truly a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.errors import LapelError
from app.domain.jobs import ModelVersion
from app.domain.schema import Schema
from app.services import resources
from app.services.mapping import MappedType, by_ids, by_names
from mtss.predictor import ModelProblem, OnnxPredictor

if TYPE_CHECKING:
    from app.services.projects import Project


class ModelRefused(LapelError):
    """A model file cannot be used; the message says why. What was active stays active."""


def path_of(project: Project, version: ModelVersion) -> Path:
    """The version's file. The shipped student lies in the resources, which move with an update."""
    return shipped() if version.demo else project.folder / version.path


def shipped() -> Path:
    """The default student's file."""
    return resources.locate("models", "default", "model.onnx")


def read(path: Path, threads: int = 1) -> OnnxPredictor:
    """Open a model file. Raises ModelRefused, in words, for a file that is none."""
    try:
        return OnnxPredictor(path, threads=threads)
    except ModelProblem as problem:
        raise ModelRefused(f"This model cannot be used: {problem}.") from problem


def open_version(project: Project, version: ModelVersion, threads: int = 1) -> OnnxPredictor:
    """Open a registered version. Raises ModelRefused when its file is missing, changed or damaged.

    An updated application may ship another default student; that one is taken as it comes.
    """
    path = path_of(project, version)
    if not path.is_file():
        raise ModelRefused(f"The file of “{version.name}” is missing: {path}.")
    predictor = read(path, threads)
    if not version.demo and predictor.sha256 != version.file_hash:
        raise ModelRefused(f"The file of “{version.name}” was changed since it was registered: {path}.")
    return predictor


def map_own(predictor: OnnxPredictor, schema: Schema) -> tuple[MappedType, ...]:
    """What the rows of a model stand for that this project had trained: by id, by name where it has none."""
    if any(t.class_ids for t in predictor.label_space.types):
        return by_ids(predictor.label_space, predictor.dictionary, schema)
    return map_foreign(predictor, schema)


def map_foreign(predictor: OnnxPredictor, schema: Schema) -> tuple[MappedType, ...]:
    """What the rows of a file from elsewhere stand for: by name. Ids begin at 1 in every project."""
    return by_names(predictor.dictionary, schema)


def check_fits(predictor: OnnxPredictor, mapped: tuple[MappedType, ...]) -> None:
    """Raises ModelRefused when the model knows none of the project's classes."""
    if not any(m.classes for m in mapped):
        theirs = ", ".join(predictor.label_space.names) or "no attribute types"
        raise ModelRefused(
            f"This model was made for another schema ({theirs}): it knows none of this project's classes."
        )
