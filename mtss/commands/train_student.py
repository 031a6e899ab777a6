"""mtss train-student: one student from teachers trained before."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from mtss.commands.earlier import CHECKPOINTS, CURVES, is_to_train, tell_finished
from mtss.commands.idle_flags import tell_of_student
from mtss.commands.options import (
    Subparsers,
    add_data,
    add_further,
    add_training,
    check_run,
    checkpoints,
    read_manifest,
    read_unlabelled,
    training_config,
)


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("train-student", help="the student of several teachers")
    add_data(parser)
    add_training(parser)
    parser.add_argument("--teachers", type=Path, nargs="+", required=True, help="folders of train-teacher")
    add_further(parser)
    parser.add_argument("--single", metavar="TYPE", help="learn from this type's teacher only (S-Single)")
    parser.add_argument("--name", default="student", help="the model's name on its card")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.commands.job import Result, run_job
    from mtss.training.events import Run

    def work(progress: Run) -> Result:
        from mtss.model_file import MODEL, read_model
        from mtss.training.device import choose_device, prepare_torch
        from mtss.training.finish import Provenance, finish
        from mtss.training.learning import is_its_teachers, train_student
        from mtss.training.preparing import Sources, prepare, without_unused
        from mtss.training.provenance import file_digest
        from mtss.training.teacher_files import chosen, load_teacher, teacher_path

        check_run(options)
        if not is_to_train(options, progress, MODEL, "student"):
            tell_finished(options, progress, MODEL)
            return Result(options.out / MODEL, read_model(options.out / MODEL)[1].card.metrics)
        prepare_torch(options.threads, deterministic=options.deterministic)
        config, manifest = training_config(options), read_manifest(options)
        found = chosen(options.teachers, options.single, manifest.space, config)  # before images are read
        unlabelled = read_unlabelled(options)
        options.out.mkdir(parents=True, exist_ok=True)
        store = options.out / "features.npz"
        sources = Sources(manifest, unlabelled, options.features, store, options.weights)
        if options.epochs is not None:  # they are the student's own
            config = replace(config, student_epochs=1)
        sources, learned, notes = without_unused(sources, config, progress, linear=found.linear)
        idle = is_its_teachers(learned, linear=found.linear, corrupted=learned.corrupted > 0)
        tell_of_student(options, progress, learned, idle=idle)
        prepared = prepare(sources, progress, learned)
        backbone, data, further = prepared.backbone, prepared.data, prepared.further
        teachers = [load_teacher(folder, backbone) for folder in found.folders]
        progress.begin("student", 0.7)
        device = choose_device(options.device).torch
        kept = checkpoints(options)
        kept.begin()
        student = train_student(data, teachers, learned, device, progress, further, kept)
        progress.begin("measuring and exporting", 0.1)
        told = Provenance(
            options.name,
            config,
            parents=tuple(map(file_digest, map(teacher_path, found.folders))),
            notes=notes,
            unlabelled=further.count if student.fit.steps else 0,
        )
        model, card = finish(options.out, backbone, data, teachers, student, told)
        kept.clear()
        return Result(model, card.metrics)

    options.curves = options.out / CHECKPOINTS / CURVES
    return run_job(options, work)
