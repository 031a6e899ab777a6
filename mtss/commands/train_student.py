"""mtss train-student: one student from teachers trained before."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtss.commands.earlier import FEATURES, check
from mtss.commands.idle_flags import tell_of_student
from mtss.commands.options import (
    Subparsers,
    add_data,
    add_further,
    add_training,
    checkpoints,
    read_manifest,
    read_unlabelled,
    training_config,
)

if TYPE_CHECKING:
    from mtss.training.config import TrainConfig
    from mtss.training.events import Run
    from mtss.training.preparing import Sources
    from mtss.training.teacher_files import Chosen


def add(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "train-student",
        help="the student of several teachers",
        description="The student of several teachers. Where no default is told, the preset's holds.",
    )
    add_data(parser)
    add_training(parser)
    parser.add_argument("--teachers", type=Path, nargs="+", required=True, help="folders of train-teacher")
    add_further(parser)
    parser.add_argument("--single", metavar="TYPE", help="learn from this type's teacher only (S-Single)")
    parser.add_argument("--name", default="student", help="the model's name on its card")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.commands.job import run_training

    return run_training(options, _train)


def _train(options: argparse.Namespace, run: Run) -> tuple[Path, dict[str, Any]]:
    """The model folder's file and measures."""
    from mtss.model_file import MODEL
    from mtss.training.device import prepare_torch
    from mtss.training.preparing import Sources
    from mtss.training.teacher_files import chosen

    check(options, run, "train-student", MODEL)
    prepare_torch(options.threads, deterministic=options.deterministic)
    config, manifest = training_config(options), read_manifest(options)
    found = chosen(options.teachers, options.single, manifest.space, config)  # before images are read
    store = options.out / FEATURES
    sources = Sources(manifest, read_unlabelled(options), options.features, store, options.weights)
    if options.epochs is not None:  # they are the student's own
        config = replace(config, student_epochs=1)
    return _learn(options, sources, found, config, run)


def _learn(
    options: argparse.Namespace, sources: Sources, found: Chosen, config: TrainConfig, run: Run
) -> tuple[Path, dict[str, Any]]:
    """Its training, from chosen teachers."""
    from mtss.training.device import choose_device
    from mtss.training.finish import Provenance, finish
    from mtss.training.learning import is_its_teachers, train_student
    from mtss.training.preparing import prepare, without_unused
    from mtss.training.provenance import file_digest
    from mtss.training.teacher_files import load_teacher, teacher_path

    sources, learned, notes = without_unused(sources, config, run, linear=found.linear)
    idle = is_its_teachers(learned, linear=found.linear, corrupted=learned.corrupted > 0)
    tell_of_student(options, run, learned, idle=idle)
    prepared = prepare(sources, run, learned)
    backbone, data, further = prepared.backbone, prepared.data, prepared.further
    teachers = [load_teacher(folder, backbone) for folder in found.folders]
    run.begin("student", 0.7)
    device, kept = choose_device(options.device).torch, checkpoints(options, "train-student")
    parents = tuple(map(file_digest, map(teacher_path, found.folders)))
    with kept.running():
        student = train_student(data, teachers, learned, device, run, further, kept)
        run.begin("measuring and exporting", 0.1)
        unlabelled = further.count if student.fit.steps else 0
        told = Provenance(options.name, config, parents, notes, unlabelled=unlabelled)
        model, card = finish(options.out, backbone, data, teachers, student, told)
    return model, card.metrics
