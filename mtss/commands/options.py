"""Flags that several commands share, and the values made of them."""

from __future__ import annotations

import argparse
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

Subparsers = Any  # argparse's own type for this is private

CHOICES = {
    "loss": ("focal", "hinge", "bce"),
    "pt_mode": ("clamp", "raw"),
    "class_sampling": ("pairs", "uniform", "sqrt"),
}


_MAY_BE_0 = ("gamma", "beta", "corrupted")


def add_data(parser: argparse.ArgumentParser) -> None:
    """--manifest, --root, --features."""
    parser.add_argument("--manifest", type=Path, required=True, help="JSON Lines with labels.json beside it")
    parser.add_argument(
        "--root", type=Path, help="where relative paths start (default: the manifest's folder)"
    )
    parser.add_argument(
        "--features",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.npz",
        help="stored features (arrays hash, features, backbone_id): those images are not decoded",
    )


def add_training(parser: argparse.ArgumentParser) -> None:
    """What train, train-teacher and train-student have in common; None means: as the preset says."""
    parser.add_argument("--out", type=Path, required=True, help="folder for the result")
    parser.add_argument("--preset", choices=("product", "paper"), default="product")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--weights", type=Path, help="the backbone's state dict, instead of the packaged one")
    parser.add_argument("--dim", type=int, help="D, the embeddings' dimension")
    parser.add_argument("--lr", type=float)
    parser.add_argument("--epochs", type=int, help="epochs instead of the preset's number of steps")
    parser.add_argument("--negatives", type=int, help="negatives per positive")
    for name, values in CHOICES.items():
        parser.add_argument("--" + name.replace("_", "-"), choices=values)
    parser.add_argument("--gamma", type=float, help="γ of the focal ranking loss")
    parser.add_argument("--beta", type=float, help="β of the distillation loss")
    parser.add_argument("--resume", action="store_true", help="go on where a run into --out was stopped")
    parser.add_argument(
        "--checkpoint-every", type=float, default=10.0, metavar="SECONDS", help="what a kill costs at most"
    )
    parser.add_argument("--threads", type=int, default=1, help="processor threads of the training itself")
    add_events(parser)


def add_further(parser: argparse.ArgumentParser) -> None:
    """What a student sees beyond labelled images: --unlabelled, --corrupted, --teacher-view."""
    parser.add_argument("--unlabelled", type=Path, metavar="MANIFEST", help="further images, labels ignored")
    parser.add_argument(
        "--corrupted", type=float, metavar="RATIO", help="corrupted copies as a ratio to the training images"
    )
    parser.add_argument(
        "--teacher-view", choices=("same", "clean"), help="what teachers see of corrupted copies"
    )


def check_threads(options: argparse.Namespace) -> None:
    """Raises Problem for less than one thread."""
    from mtss.problem import Problem

    if options.threads < 1:
        raise Problem("--threads must be at least 1")


def add_events(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--events", type=Path, metavar="FILE", help="append progress as JSON lines")
    parser.add_argument("--job", type=Path, metavar="DIR", help="lock, events, cancel file, outcome in DIR")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def training_config(options: argparse.Namespace) -> Any:
    """The preset with what the command line changes. Raises Problem for impossible values."""
    from mtss.problem import Problem
    from mtss.training.config import PRESETS, TrainConfig

    names = ("dim", "lr", "negatives", "loss", "pt_mode", "class_sampling", "gamma", "beta", "epochs")
    names += ("corrupted", "teacher_view")
    given = {name: getattr(options, name, None) for name in names}
    given = {name: value for name, value in given.items() if value is not None}
    for name, value in given.items():
        if isinstance(value, str):
            continue
        if not math.isfinite(value) or value < 0 or (value == 0 and name not in _MAY_BE_0):
            raise Problem(f"--{name} must {'not be negative' if name in _MAY_BE_0 else 'be greater than 0'}")
    config: TrainConfig = replace(PRESETS[options.preset], seed=options.seed, **given)
    return config


def checkpoints(options: argparse.Namespace) -> Any:
    """Where the run leaves them: under --out."""
    from mtss.training.resuming import Checkpoints

    return Checkpoints(options.out / "checkpoints", options.resume, options.checkpoint_every)


def read_manifest(options: argparse.Namespace) -> Any:
    from mtss.manifest import Manifest

    return Manifest.read(options.manifest, options.root)
