"""mtss train: all teachers, then the student; what the application runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtss.commands.earlier import FEATURES, check
from mtss.commands.idle_flags import tell_of_both, tell_of_other_search, tell_of_search
from mtss.commands.options import (
    Subparsers,
    add_data,
    add_further,
    add_training,
    add_tuned,
    checkpoints,
    read_manifest,
    read_unlabelled,
    training_config,
)

if TYPE_CHECKING:
    from mtss.training.events import Run

PARENT = "name or SHA-256 of a model that this one replaces, for the card; repeatable"


def add(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "train",
        help="teachers and student from a manifest to a model folder",
        description="A teacher a type, then their student. Where no default is told, the preset's holds.",
    )
    add_data(parser)
    add_training(parser)
    add_further(parser)
    add_tuned(parser)
    parser.add_argument("--name", default="student", help="the model's name on its card")
    parser.add_argument("--parent", action="append", default=[], help=PARENT)
    parser.add_argument("--synthetic", action="store_true", help="say on the card that all images are drawn")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.commands.job import run_training

    return run_training(options, _train)


def _train(options: argparse.Namespace, run: Run) -> tuple[Path, dict[str, Any]]:
    """The model folder's file and measures."""
    from mtss.model_file import MODEL
    from mtss.training.device import choose_device, prepare_torch
    from mtss.training.finish import Provenance
    from mtss.training.learning import is_its_teachers
    from mtss.training.pipeline import train
    from mtss.training.preparing import Sources

    check(options, run, "train", MODEL)
    prepare_torch(options.threads, deterministic=options.deterministic)
    config = training_config(options)
    linear, corrupted = not config.teacher_hidden, config.corrupted > 0
    idle = is_its_teachers(config, linear=linear, corrupted=corrupted)
    tell_of_both(options, run, config, idle=idle)
    unlabelled, manifest = read_unlabelled(options), read_manifest(options)
    tell_of_search(run, config, manifest.space.names, manifest.space.names)
    tell_of_other_search(options, run, config, manifest.space.names)
    store = options.out / FEATURES
    sources = Sources(manifest, unlabelled, options.features, store, options.weights)
    provenance = Provenance(options.name, config, tuple(options.parent), synthetic=options.synthetic)
    device = choose_device(options.device)
    trained = train(sources, options.out, config, device, provenance, run, checkpoints(options, "train"))
    return trained.model, trained.card.metrics
