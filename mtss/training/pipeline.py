"""`mtss train`: all teachers, then the student; calibrated, measured, exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from mtss.calibration import Calibration
from mtss.card import ModelCard
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.sample import Sample
from mtss.training.backbones.frozen import FrozenBackbone, frozen_backbone
from mtss.training.config import TrainConfig
from mtss.training.dataset import FeatureSet, load_features
from mtss.training.device import Device
from mtss.training.events import Run
from mtss.training.features import FeatureExtractor, FeatureStore, OtherBackboneProblem
from mtss.training.finish import Provenance, calibrate, finish
from mtss.training.further import NOTHING, Corrupted, Further, corrupted_copies
from mtss.training.learning import TrainedStudent, is_its_teachers, train_student
from mtss.training.pictures import Decoder
from mtss.training.resuming import Checkpoints
from mtss.training.splits import with_splits
from mtss.training.teacher_files import save_teacher
from mtss.training.teaching import TooFewLabels, TrainedTeacher, train_teacher

UNUSED = (
    "taught nothing: the student says of them what its teachers say; with --student-start random it learns"
)
UNUSED_COPIES = f"corrupted copies {UNUSED}, or with --teacher-view clean"
UNUSED_IMAGES = f"unlabelled images {UNUSED}"


class TrainingProblem(Problem):
    """Nothing can be learned from this; the message is meant for the user."""


@dataclass(frozen=True)
class Sources:
    """Where images, further unlabelled images and already computed features come from."""

    manifest: Manifest
    unlabelled: Manifest | None = None
    features: Sequence[Path] = ()
    store_at: Path | None = None
    weights: Path | None = None


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
    learned = learn(data, config, device, run, checkpoints, backbone.id, further)
    run.begin("measuring and exporting", 0.05)
    taught = further.count if learned.student.fit.steps else 0
    notes = (*provenance.notes, *learned.notes, *unused)
    told = replace(provenance, notes=notes, unlabelled=taught)
    model, card = finish(out, backbone, data, learned.teachers, learned.student, told, learned.calibrations)
    checkpoints.clear()
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

    With `config.refit` validation images first judge and calibrate, then teach.
    """
    refit = config.refit and bool(data.mask("val").any())
    share = 0.25 if refit else 0.45
    teachers, notes = train_teachers(data, config, device, run, checkpoints, backbone, share)
    calibrations = None
    if refit:
        calibrations = _calibrate_teachers(data, teachers)
        data = replace(data, samples=tuple(_as_training(s) for s in data.samples))
        share, later = (0.45 - share) / len(teachers), checkpoints.within("refined")
        teachers = [_refitted(t, data, config, device, run, share, later) for t in teachers]
        for teacher in teachers:
            _save(checkpoints.folder, teacher, backbone, config, data)
    run.begin("student", 0.3)
    student = train_student(data, teachers, config, device.torch, run, further, checkpoints)
    run.tell("student", score=student.fit.score, step=student.fit.step)
    return Learned(teachers, student, notes, calibrations)


def _as_training(sample: Sample) -> Sample:
    return replace(sample, split="train") if sample.split == "val" else sample


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
    return replace(again, fit=replace(again.fit, score=first.fit.score))


def _calibrate_teachers(data: FeatureSet, teachers: Sequence[TrainedTeacher]) -> dict[str, Calibration]:
    held = data.take(data.mask("val"))
    dictionaries = {t.name: t.dictionary for t in teachers}
    return calibrate(held, {t.name: t.embed(held.inputs) for t in teachers}, dictionaries)


@dataclass(frozen=True)
class Prepared:
    """All that training works on: images are not read any more."""

    backbone: FrozenBackbone
    data: FeatureSet
    further: Further
    corrupt: Callable[[np.ndarray, float, int, Run], Corrupted]  # more copies: rows, ratio, seed


def without_unused(
    sources: Sources, config: TrainConfig, run: Run, *, linear: bool
) -> tuple[Sources, TrainConfig, tuple[str, ...]]:
    """Without images beyond the labelled ones where they can teach nothing, so that none of them is read.

    Then sentences for the card say so. `linear`: the teachers are, in the features.
    """
    if not is_its_teachers(config, linear=linear, corrupted=config.corrupted > 0):
        return sources, config, ()
    notes = (UNUSED_IMAGES,) if sources.unlabelled is not None else ()
    notes += (UNUSED_COPIES,) if config.corrupted else ()
    for note in notes:
        run.tell("further_unused", reason=note)
    return replace(sources, unlabelled=None), replace(config, corrupted=0.0), notes


def prepare(sources: Sources, run: Run, config: TrainConfig) -> Prepared:
    """Every usable image's features, copies that `config` wants corrupted, and what a tuned backbone needs.

    Raises TrainingProblem when no image can be learned from, FeatureProblem, Problem.
    """
    run.begin("preparing the backbone", 0.03)
    backbone = frozen_backbone(config.backbone, sources.weights, config.input_size)
    if config.tune == "frozen" and not backbone.pretrained:
        raise TrainingProblem(
            f"{config.backbone} has no weights on this machine, and a frozen backbone learns none: "
            "give --weights FILE, or --tune all"
        )
    store = _stored(sources, backbone.id, run)
    known = len(store.rows)
    extractor = FeatureExtractor(backbone.graph, backbone.input_size)
    decoder = None if config.tune == "frozen" else Decoder(backbone.input_size)
    share = 0.17 / (1 + (sources.unlabelled is not None) + (config.corrupted > 0))
    run.begin("computing features", share)
    manifest = replace_samples(sources.manifest)
    data = load_features(manifest, extractor, store, run, decoder)
    if decoder is not None:
        data = replace(data, network=backbone.network)
    unlabelled = None
    if sources.unlabelled is not None:
        run.begin("computing features of unlabelled images", share)
        unlabelled = load_features(sources.unlabelled, extractor, store, run, decoder).inputs
    if not data.mask("train").any():
        first = next(iter(data.skipped.values()), "none is in the training split")
        raise TrainingProblem(
            f"no image can be learned from: {len(data.skipped)} of {len(manifest.samples)} cannot be used "
            f"(the first: {first})"
        )

    def corrupt(rows: np.ndarray, ratio: float, seed: int, run: Run) -> Corrupted:
        return corrupted_copies(data, manifest, rows, ratio, seed, extractor, store, run, decoder)

    corrupted = None
    if config.corrupted:
        run.begin("computing features of corrupted copies", share)
        corrupted = corrupt(np.flatnonzero(data.mask("train")), config.corrupted, config.seed, run)
    if sources.store_at is not None and len(store.rows) > known:
        store.save(sources.store_at)
    return Prepared(backbone, data, Further(unlabelled, corrupted), corrupt)


def _stored(sources: Sources, backbone: str, run: Run) -> FeatureStore:
    store = FeatureStore(backbone)
    for path in (*sources.features, *_existing(sources.store_at)):
        try:
            run.tell("features", file=str(path), images=store.load(path))
        except OtherBackboneProblem as problem:  # of an older version: computed anew
            run.tell("features_ignored", reason=str(problem))
    return store


def replace_samples(manifest: Manifest) -> Manifest:
    """The manifest with a split for every sample."""
    return Manifest(with_splits(manifest.samples), manifest.root, manifest.space)


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
    if not teachers:
        raise TrainingProblem("no attribute type has enough labels to learn from (" + "; ".join(notes) + ")")
    return teachers, notes


def _save(
    folder: Path, teacher: TrainedTeacher, backbone: str, config: TrainConfig, data: FeatureSet
) -> None:
    """As teacher-N.pt, N the type's place in the label space."""
    number = data.space.names.index(teacher.name) + 1
    save_teacher(folder / f"teacher-{number}.pt", teacher, backbone, config.of(teacher.name), data)


def _existing(path: Path | None) -> tuple[Path, ...]:
    return (path,) if path is not None and path.is_file() else ()
