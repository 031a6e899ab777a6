"""mtss experiment: measurements with a dated report."""

from __future__ import annotations

import argparse
from pathlib import Path

from mtss.commands.options import PRESET, Subparsers, add_backbone, training_config
from mtss.experiments.menu import BEYOND, DRAWN, FEW_LABELS, IMAGES, IMAGES_DRAWN, PAPER
from mtss.files import check_folder

LEAST_IMAGES = 100
SEEDS = "splits and trainings to average over (default: 3)"


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("experiment", help="run a measurement and write its report")
    kinds = parser.add_subparsers(required=True, metavar="NAME")
    few = _named(kinds, "few-labels", FEW_LABELS, "catalogue, features and report")
    few.add_argument("--manifest", type=Path, help="a catalogue made before, instead of a drawn one")
    few.set_defaults(run=_few_labels)
    for name, words in DRAWN.items():
        drawn = _named(kinds, name, words, "catalogue, features and report")
        drawn.add_argument(
            "--images", type=int, default=IMAGES_DRAWN, help=f"images to draw (default: {IMAGES_DRAWN})"
        )
        drawn.set_defaults(run=_on_drawn)
    every = "every table and figure of the paper, on frozen features or --tune all"
    for name, words in {**PAPER, **BEYOND, "all": every}.items():
        paper = _named(kinds, name, words, "features, reports, RESULTS.md")
        _add_images(paper)
        _add_training(paper)
        paper.set_defaults(run=_of_paper)


def _named(kinds: Subparsers, name: str, words: str, out: str) -> argparse.ArgumentParser:
    """What every experiment can be told. `out`: what is kept there."""
    parser: argparse.ArgumentParser = kinds.add_parser(name, help=words, description=words)
    parser.add_argument("--out", type=Path, required=True, help=out)
    parser.add_argument("--seeds", type=int, default=3, help=SEEDS)
    parser.set_defaults(experiment=name)
    return parser


def _add_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--images",
        type=int,
        default=IMAGES,
        help=f"of each catalogue without --manifest, with --held-out of each seed (default: {IMAGES})",
    )
    parser.add_argument(
        "--manifest", type=Path, action="append", default=[], help="a catalogue of your own; repeatable"
    )
    parser.add_argument(
        "--held-out",
        action="store_true",
        help="other images than the development catalogues', others for each seed; HELD_OUT.md",
    )
    parser.add_argument(
        "--emoji",
        type=Path,
        metavar="DIR",
        help="emoji too: folder for the vendors' packages, which npm fetches (all: OUT/packages)",
    )
    parser.add_argument("--types", nargs="+", default=[], metavar="TYPE", help="these types alone")


def _add_training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", choices=("product", "paper"), default="product", help=PRESET)
    add_backbone(parser)
    parser.add_argument("--epochs", type=int, help="of a teacher; a tuned student takes twice as many")
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="cpu", help="where to train (default: cpu)"
    )


def _of_paper(options: argparse.Namespace) -> int:
    from mtss.experiments.paper import Setting, run
    from mtss.experiments.study import to_compare
    from mtss.problem import Problem
    from mtss.training.device import choose_device

    _check(options.out, options.seeds, options.images)
    if options.held_out and options.manifest:
        raise Problem("--held-out draws images of its own, --manifest names others: only one of them")
    options.seed = 0
    if options.experiment == "all" and not options.manifest:
        options.emoji = options.emoji or options.out / "packages"
    setting = Setting(
        options.out,
        options.seeds,
        options.images,
        options.manifest,
        options.types,
        options.weights,
        to_compare(training_config(options)),
        choose_device(options.device).torch,
        options.emoji,
        options.held_out,
        _flags(options),
    )
    return run(tuple(PAPER) if options.experiment == "all" else [options.experiment], setting)


def _flags(options: argparse.Namespace) -> str:
    """What the command line said of types and backbone, as it said it."""
    size = options.input_size and "{}x{}".format(*options.input_size)
    preset = None if options.preset == "product" else options.preset
    said = {
        "preset": preset,
        "backbone": options.backbone,
        "tune": options.tune,
        "precision": options.precision,
        "input-size": size,
        "weights": options.weights and options.weights.name,
        "epochs": options.epochs,
        "device": None if options.device == "cpu" else options.device,
        "emoji": options.emoji and "DIR",
    }
    said["types"] = " ".join(options.types) or None
    flags = "".join(f" --{name} {value}" for name, value in said.items() if value is not None)
    return (" --held-out" if options.held_out else "") + flags


def _on_drawn(options: argparse.Namespace) -> int:
    from mtss.experiments.standalone import run_drawn

    _check(options.out, options.seeds, options.images)
    run_drawn(options.experiment, options.out, options.seeds, options.images)
    return 0


def _few_labels(options: argparse.Namespace) -> int:
    from mtss.experiments.standalone import run_few_labels

    _check(options.out, options.seeds)
    run_few_labels(options.out, options.seeds, options.manifest)
    return 0


def _check(out: Path, seeds: int, images: int | None = None) -> None:
    from mtss.problem import Problem

    check_folder(out)
    if images is not None and (seeds < 1 or images < LEAST_IMAGES):
        raise Problem(f"an experiment needs at least 1 seed and {LEAST_IMAGES} images")
    if seeds < 1:
        raise Problem("an experiment needs at least 1 seed")
