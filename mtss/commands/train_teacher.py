"""mtss train-teacher: one attribute type's expert."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from mtss.commands.earlier import CHECKPOINTS, CURVES, is_to_train, tell_finished
from mtss.commands.idle_flags import tell_of_teacher
from mtss.commands.options import (
    Subparsers,
    add_data,
    add_training,
    add_tuned,
    check_run,
    checkpoints,
    read_manifest,
    training_config,
)

if TYPE_CHECKING:
    from mtss.training.events import Run


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("train-teacher", help="the teacher of one attribute type")
    add_data(parser)
    add_training(parser)
    add_tuned(parser)
    parser.add_argument("--type", required=True, help="the attribute type's name")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.commands.job import Result, run_job

    def work(progress: Run) -> Result:
        from mtss.model_file import TEACHER
        from mtss.training.device import choose_device, prepare_torch
        from mtss.training.preparing import Sources, prepare
        from mtss.training.teacher_files import save_teacher
        from mtss.training.teaching import stage_of, train_teacher

        check_run(options)
        prepare_torch(options.threads, deterministic=options.deterministic)
        manifest = read_manifest(options)
        attribute = manifest.space[options.type]
        stage = stage_of(manifest.space, attribute)
        if not is_to_train(options, progress, TEACHER, stage):
            return Result(options.out / TEACHER, _finished(options, progress))
        config = training_config(options).of(attribute.name)
        tell_of_teacher(options, progress, config)
        device = choose_device(options.device)
        options.out.mkdir(parents=True, exist_ok=True)
        store = options.out / "features.npz"
        sources = Sources(manifest, None, options.features, store, options.weights)
        prepared = prepare(sources, progress, config)
        data, backbone = prepared.data, prepared.backbone
        config = replace(config, input_size=backbone.input_size)
        progress.begin(f"teacher, {attribute.name}", 0.8)
        kept = checkpoints(options)
        kept.begin()
        teacher = train_teacher(data, attribute, config, device.torch, progress, kept)
        save_teacher(options.out / TEACHER, teacher, backbone.id, config, data)
        kept.clear()
        return Result(options.out / TEACHER, {"validation_f1@1": teacher.fit.score})

    options.curves = options.out / CHECKPOINTS / CURVES
    return run_job(options, work)


def _finished(options: argparse.Namespace, run: Run) -> dict[str, float | None]:
    """The measures of the teacher that is there. Raises Problem for another type's."""
    from mtss.model_file import TEACHER
    from mtss.problem import Problem
    from mtss.training.teacher_files import read_card

    card = read_card(options.out)
    if card["type"] != options.type:
        raise Problem(f"{options.out} holds the teacher of '{card['type']}', not of '{options.type}'")
    tell_finished(options, run, TEACHER)
    return {"validation_f1@1": card["score"]}
