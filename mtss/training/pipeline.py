"""`mtss train`: all teachers, then the student; calibrated, measured, exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mtss.calibration import Calibration
from mtss.card import ModelCard
from mtss.training.config import TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.device import Device
from mtss.training.events import Run
from mtss.training.finish import Provenance, calibrate, finish
from mtss.training.further import NOTHING, Further
from mtss.training.judging import embed_branches
from mtss.training.learning import TrainedStudent, train_student
from mtss.training.preparing import Sources, TrainingProblem, prepare, without_unused
from mtss.training.resuming import PROGRESS, Checkpoints
from mtss.training.teacher_files import save_teacher
from mtss.training.teaching import TooFewLabels, TrainedTeacher, train_teacher


@dataclass(frozen=True)
class Trained:
    model: Path
    card: ModelCard
    notes: tuple[str, ...] = field(default=())


def train(
    sources: Sources,
    out: Path,
    config: TrainConfig,
    device: Device,
    provenance: Provenance,
    run: Run,
    checkpoints: Checkpoints,
) -> Trained:
    """Everything from a manifest to a model folder.

    Raises TrainingProblem, FeatureProblem, ResumeProblem, and Cancelled with a checkpoint left behind.
    """
    out.mkdir(parents=True, exist_ok=True)
    run.tell("device", device=str(device.torch), reason=device.reason)
    sources, config, unused = without_unused(sources, config, run, linear=not config.teacher_hidden)
    prepared = prepare(sources, run, config)
    backbone, data, further = prepared.backbone, prepared.data, prepared.further
    config = replace(config, input_size=backbone.input_size)
    with checkpoints.running():
        learned = learn(data, config, device, run, checkpoints, backbone.id, further)
        run.begin("measuring and exporting", 0.05)
        taught = further.count if learned.student.fit.steps else 0
        notes = (*provenance.notes, *learned.notes, *unused)
        told = replace(provenance, notes=notes, unlabelled=taught)
        model, card = finish(
            out, backbone, data, learned.teachers, learned.student, told, learned.calibrations
        )
    return Trained(model, card, told.notes)


@dataclass(frozen=True)
class Learned:
    """Teachers, student, sentences for the card; `calibrations` where validation images were learned from."""

    teachers: list[TrainedTeacher]
    student: TrainedStudent
    notes: list[str]
    calibrations: dict[str, Calibration] | None


def learn(
    data: FeatureSet,
    config: TrainConfig,
    device: Device,
    run: Run,
    checkpoints: Checkpoints,
    backbone: str,
    further: Further = NOTHING,
) -> Learned:
    """Both stages, the teachers kept in the checkpoints' folder.

    With `config.refit` validation images first judge teachers and calibrate a student, then teach.
    """
    refit = config.refit and bool(data.mask("val").any())
    share = 0.25 if refit else 0.45
    teachers, notes = train_teachers(data, config, device, run, checkpoints, backbone, share)
    calibrations = None
    if refit:
        calibrations = _calibrate_first(data, teachers, config, device, run, checkpoints, further)
        data = data.all_taught()
        share, later = (0.45 - share) / len(teachers), checkpoints.within("refined")
        refined = [_refitted(t, data, config, device, run, share, later) for t in teachers]
        teachers = [
            replace(t, calibration=calibrations[t.name]) if "val" in t.learned_from else t for t in refined
        ]
        for teacher in teachers:
            _save(checkpoints.folder, teacher, backbone, config, data)
    run.begin("student", 0.2 if refit else 0.3)
    student = train_student(data, teachers, config, device.torch, run, further, checkpoints)
    run.tell("student", score=student.fit.score, step=student.fit.step)
    return Learned(teachers, student, notes, calibrations)


def _refitted(
    first: TrainedTeacher,
    data: FeatureSet,
    config: TrainConfig,
    device: Device,
    run: Run,
    share: float,
    checkpoints: Checkpoints,
) -> TrainedTeacher:
    """The same teacher with the validation images' labels too; its score stays the one they gave before."""
    run.begin(f"refining the teacher, {first.name}", share)
    again = train_teacher(data, data.space[first.name], config.of(first.name), device.torch, run, checkpoints)
    if again.rows != first.rows:  # more images earned @none or @na a row that nothing calibrates
        return first
    return replace(again, fit=replace(again.fit, score=first.fit.score), learned_from=("train", "val"))


def _calibrate_first(
    data: FeatureSet,
    teachers: Sequence[TrainedTeacher],
    config: TrainConfig,
    device: Device,
    run: Run,
    checkpoints: Checkpoints,
    further: Further,
) -> dict[str, Calibration]:
    """By a student that has not seen validation images either: its teachers may be surer, or less sure.

    One that begins as its teachers and has nothing to learn is there at once.
    """
    run.begin("student before the last images", 0.1)
    early = checkpoints.within("early")
    student = train_student(data, teachers, config, device.torch, run, further, early)
    held = data.take(data.mask("val"))
    found = embed_branches(student.module, held.inputs.to(device.torch))
    embeddings = {name: rows.cpu().numpy() for name, rows in found.items()}
    return calibrate(held, embeddings, {t.name: t.dictionary for t in teachers})


def train_teachers(
    data: FeatureSet,
    config: TrainConfig,
    device: Device,
    run: Run,
    checkpoints: Checkpoints,
    backbone: str,
    share: float,
) -> tuple[list[TrainedTeacher], list[str]]:
    """One teacher a type, and a sentence for every type that has too few labels."""
    teachers: list[TrainedTeacher] = []
    notes: list[str] = []
    types = data.space.types
    for number, attribute in enumerate(types, start=1):
        run.begin(f"teacher {number} of {len(types)}, {attribute.name}", share / len(types))
        try:
            own = config.of(attribute.name)
            teacher = train_teacher(data, attribute, own, device.torch, run, checkpoints)
        except TooFewLabels as reason:
            notes.append(f"'{attribute.name}' was not learned: {reason}")
            run.tell("type_skipped", type=attribute.name, reason=str(reason))
            continue
        _save(checkpoints.folder, teacher, backbone, config, data)
        run.tell("teacher", type=attribute.name, score=teacher.fit.score, step=teacher.fit.step)
        teachers.append(teacher)
    _drop_all_but(teachers, data, checkpoints.folder)
    if not teachers:
        raise TrainingProblem("no attribute type has enough labels to learn from (" + "; ".join(notes) + ")")
    return teachers, notes


def _save(
    folder: Path, teacher: TrainedTeacher, backbone: str, config: TrainConfig, data: FeatureSet
) -> None:
    """As teacher-N.pt, N the type's place in the label space."""
    save_teacher(_path(folder, teacher, data), teacher, backbone, config.of(teacher.name), data)


def _path(folder: Path, teacher: TrainedTeacher, data: FeatureSet) -> Path:
    return folder / f"teacher-{data.space.names.index(teacher.name) + 1}.pt"


def _drop_all_but(teachers: Sequence[TrainedTeacher], data: FeatureSet, folder: Path) -> None:
    """Those that a run which this one overwrites left."""
    own = {_path(folder, teacher, data) for teacher in teachers}
    for path in folder.glob("teacher-*.pt"):
        if path not in own and not path.name.endswith(PROGRESS):
            path.unlink()
