"""mtss train-teacher: one attribute type's expert."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from mtss.commands.earlier import CHECKPOINTS, CURVES, check
from mtss.commands.idle_flags import tell_of_search, tell_of_teacher
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
    from mtss.manifest import Manifest
    from mtss.training.config import TrainConfig
    from mtss.training.events import Run
    from mtss.training.resuming import Checkpoints


UNJUDGED = "too few validation images are labelled in '{type}': nothing tells how good this teacher is"


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
        from mtss.training.device import prepare_torch

        check_run(options)
        prepare_torch(options.threads, deterministic=options.deterministic)
        manifest = read_manifest(options)
        attribute = manifest.space[options.type]
        of = f"train-teacher --type {attribute.name}"
        check(options, progress, of, TEACHER)
        config = training_config(options)
        tell_of_search(progress, config, [attribute.name], manifest.space.names)
        config = config.of(attribute.name)
        tell_of_teacher(options, progress, config)
        kept = checkpoints(options, of)
        score = _teach(options, manifest, config, kept, progress)
        return Result(options.out / TEACHER, {"validation_f1@1": score})

    options.curves = options.out / CHECKPOINTS / CURVES
    return run_job(options, work)


def _teach(
    options: argparse.Namespace, manifest: Manifest, config: TrainConfig, kept: Checkpoints, run: Run
) -> float | None:
    """The teacher's file into --out; its score on validation images."""
    from mtss.model_file import TEACHER
    from mtss.training.device import choose_device
    from mtss.training.preparing import Sources, prepare
    from mtss.training.teacher_files import save_teacher
    from mtss.training.teaching import train_teacher

    options.out.mkdir(parents=True, exist_ok=True)
    device = choose_device(options.device)
    store = options.out / "features.npz"
    prepared = prepare(Sources(manifest, None, options.features, store, options.weights), run, config)
    data, backbone = prepared.data, prepared.backbone
    config = replace(config, input_size=backbone.input_size)
    run.begin(f"teacher, {options.type}", 0.8)
    with kept.running():
        teacher = train_teacher(data, data.space[options.type], config, device.torch, run, kept)
        if teacher.fit.score is None:
            run.tell("unjudged", reason=UNJUDGED.format(type=options.type))
        save_teacher(options.out / TEACHER, teacher, backbone.id, config, data)
    return teacher.fit.score
