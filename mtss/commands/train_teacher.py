"""mtss train-teacher: one attribute type's expert."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtss.commands.earlier import FEATURES, check
from mtss.commands.idle_flags import tell_of_other_search, tell_of_search, tell_of_teacher
from mtss.commands.options import (
    Subparsers,
    add_data,
    add_training,
    add_tuned,
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
    parser = commands.add_parser(
        "train-teacher",
        help="the teacher of one attribute type",
        description="The teacher of one attribute type. Where no default is told, the preset's holds.",
    )
    add_data(parser)
    add_training(parser)
    add_tuned(parser)
    parser.add_argument("--type", required=True, help="the attribute type's name")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.commands.job import run_training

    return run_training(options, _train)


def _train(options: argparse.Namespace, run: Run) -> tuple[Path, dict[str, Any]]:
    """The teacher's file and measures."""
    from mtss.model_file import TEACHER
    from mtss.training.device import prepare_torch

    prepare_torch(options.threads, deterministic=options.deterministic)
    manifest = read_manifest(options)
    attribute = manifest.space[options.type]
    of = f"train-teacher --type {attribute.name}"
    check(options, run, of, TEACHER)
    config = training_config(options)
    tell_of_search(run, config, [attribute.name], manifest.space.names)
    tell_of_other_search(options, run, config, [attribute.name])
    config = config.of(attribute.name)
    tell_of_teacher(options, run, config)
    score = _teach(options, manifest, config, checkpoints(options, of), run)
    return options.out / TEACHER, {"validation_f1@1": score}


def _teach(
    options: argparse.Namespace, manifest: Manifest, config: TrainConfig, kept: Checkpoints, run: Run
) -> float | None:
    """The teacher's file into --out; its score on validation images."""
    from mtss.model_file import TEACHER
    from mtss.training.device import choose_device
    from mtss.training.preparing import Sources, prepare
    from mtss.training.teacher_files import save_teacher
    from mtss.training.teaching import train_teacher

    device = choose_device(options.device)
    store = options.out / FEATURES
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
