"""Flags that several commands share, and the values made of them."""

from __future__ import annotations

import argparse
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtss.manifest import Manifest
    from mtss.training.config import TrainConfig
    from mtss.training.resuming import Checkpoints

Subparsers = Any  # argparse's own type for this is private
Group = Any  # and so is this

# Choices that replace the preset's: {name: (values, help)}.
CHOICES: dict[str, tuple[tuple[str, ...], str]] = {
    "loss": (
        ("focal", "hinge", "bce"),
        "of teachers: the paper's eq. 2, its eq. 1, or cross-entropy (default: focal)",
    ),
    "pt_mode": (("clamp", "raw"), "whether eq. 2's p is kept within 0 and 1, or as printed (default: clamp)"),
    "class_sampling": (
        ("pairs", "uniform", "sqrt"),
        "how often a class comes: as its labels do, as all others, or in between (default: pairs)",
    ),
    "kept": (
        ("last", "best"),
        "weights of the last step, or those that validation images like best, which then do not teach "
        "(default: last, tuned: best; paper: best)",
    ),
    "student_start": (
        ("teachers", "random"),
        "how a student begins: as its teachers, or anew (default: teachers; paper: random)",
    ),
}

# Numbers that replace the preset's: (name, type, help). "tuned": with a backbone that learns.
NUMBERS: tuple[tuple[str, type, str], ...] = (
    ("dim", int, "D, the embeddings' dimension (default: 128; paper: 256)"),
    ("lr", float, "learning rate (default: 0.002; tuned: 0.003)"),
    (
        "epochs",
        int,
        "epochs instead of the preset's steps; a tuned student of `train` takes twice as many (tuned: 10)",
    ),
    ("batch", int, "triplets or images a step (default: 128; tuned: 32)"),
    ("negatives", int, "negatives per positive (default: 32, tuned: 8; paper: 1)"),
    ("gamma", float, "γ of the focal ranking loss (default: 1)"),
    ("beta", float, "β of the distillation loss (default: 1)"),
    ("backbone_lr", float, "learning rate of a tuned backbone, as a part of --lr (default: 0.3)"),
    (
        "ridge",
        float,
        "weight of a teacher's ridge, times the square of how uneven its classes are (0: even), divided by "
        "its (image, label) pairs (0: none; default: 800, tuned: 0; paper: 0)",
    ),
    ("clip", float, "norm that a longer gradient is cut to (0: none is; default: 0.1, tuned: 0; paper: 0)"),
    ("ema", float, "decay of the weights' moving average that is judged and kept (default: 0, none)"),
    (
        "patience",
        int,
        "evaluations without a better score that end a stage (default: 0, none do); validation images then "
        "only judge",
    ),
)
PRESET = (
    "settings that no flag names: those that serve best (default: product), or the paper's and nothing else"
)
_MAY_BE_0 = ("gamma", "beta", "corrupted", "clip", "ema", "patience", "ridge")
# What memory and life allow.
_MOST = {"dim": 8192, "negatives": 4096, "batch": 65536, "epochs": 1_000_000, "corrupted": 100}


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


RESUME = "go on where a run into --out was stopped; a finished one is refused"


def add_training(parser: argparse.ArgumentParser, resume: str = RESUME) -> None:
    """What trainings have in common; None means: as the preset says. `resume`: help of --resume."""
    parser.add_argument("--out", type=Path, required=True, help="folder for the result")
    parser.add_argument("--preset", choices=("product", "paper"), default="product", help=PRESET)
    parser.add_argument("--seed", type=int, default=0, help="of everything that is drawn (default: 0)")
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="default: a GPU where there is one"
    )
    add_backbone(parser)
    _add_settings(parser.add_argument_group("settings instead of the preset's"))
    _add_run(parser.add_argument_group("the run"), resume)
    add_events(parser)


def _add_settings(group: Group) -> None:
    for name, (values, words) in CHOICES.items():
        group.add_argument("--" + name.replace("_", "-"), choices=values, help=words)
    for name, kind, words in NUMBERS:
        group.add_argument("--" + name.replace("_", "-"), type=kind, help=words)


def _add_run(group: Group, resume: str) -> None:
    group.add_argument("--resume", action="store_true", help=resume)
    group.add_argument(
        "--overwrite", action="store_true", help="begin anew, though --out holds a stopped or a finished run"
    )
    group.add_argument(
        "--checkpoint-every",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="what a kill costs at most (default: 10)",
    )
    group.add_argument(
        "--threads", type=int, default=1, help="processor threads of the training itself (default: 1)"
    )
    group.add_argument("--deterministic", action="store_true", help="the same numbers again on a GPU, too")
    group.add_argument("--tensorboard", type=Path, metavar="DIR", help="write curves for TensorBoard, too")


def add_backbone(parser: argparse.ArgumentParser) -> None:
    """Which network looks at the pictures, and how much of it learns."""
    group = parser.add_argument_group("the network that looks at pictures")
    group.add_argument("--backbone", help="efficientnet-lite0 (default), torchvision:<name> or timm:<name>")
    group.add_argument("--weights", type=Path, help="the backbone's weights: .safetensors or a state dict")
    group.add_argument(
        "--input-size",
        type=_size,
        metavar="HxW",
        help="height and width of pictures in pixels, instead of its own",
    )
    group.add_argument(
        "--tune", choices=("frozen", "last", "all"), help="which of its layers learn (default: frozen, none)"
    )
    group.add_argument(
        "--precision",
        choices=("auto", "float32", "bfloat16"),
        help="numbers in a backbone that learns (default: auto, bfloat16 on a GPU)",
    )


def add_further(parser: argparse.ArgumentParser) -> None:
    """What a student sees beyond labelled images: --unlabelled, --corrupted, --teacher-view."""
    group = parser.add_argument_group("what the student sees besides")
    group.add_argument(
        "--unlabelled",
        type=Path,
        metavar="MANIFEST",
        help="further images, labels ignored, those for validation or test left out",
    )
    group.add_argument(
        "--corrupted",
        type=float,
        metavar="RATIO",
        help="corrupted copies as a ratio to the training images (default: 0, none)",
    )
    group.add_argument(
        "--teacher-view",
        choices=("same", "clean"),
        help="what teachers see of corrupted copies: those, or the originals, by which a student withstands "
        "more and finds a little less on clean images (default: clean; paper: same)",
    )


def add_tuned(parser: argparse.ArgumentParser) -> None:
    """--tuned."""
    parser.add_argument(
        "--tuned",
        type=Path,
        metavar="DIR",
        help="folder of mtss tune: γ, D and learning rate by type, but what --gamma, --dim and --lr say",
    )


def check_threads(options: argparse.Namespace) -> None:
    """Raises Problem for less than one thread."""
    from mtss.problem import Problem

    if options.threads < 1:
        raise Problem("--threads must be at least 1")


def check_seed(seed: int) -> None:
    """Raises Problem for what is no seed."""
    from mtss.problem import Problem

    if not 0 <= seed < 2**32:
        raise Problem("--seed must be a whole number from 0 to 4294967295")


def check_run(options: argparse.Namespace) -> None:
    """What every training needs before it reads anything. Raises Problem."""
    from mtss.files import check_folder
    from mtss.problem import Problem

    check_threads(options)
    check_seed(options.seed)
    check_folder(options.out)
    if not 0 <= options.checkpoint_every < math.inf:
        raise Problem("--checkpoint-every takes seconds, 0 or more")
    if options.resume and options.overwrite:
        raise Problem("--resume goes on with a run, --overwrite begins anew: give one of them")


def add_events(parser: argparse.ArgumentParser) -> None:
    """--events, --job, --json."""
    group = parser.add_argument_group("what it tells")
    group.add_argument("--events", type=Path, metavar="FILE", help="append progress as JSON lines")
    group.add_argument("--job", type=Path, metavar="DIR", help="lock, events, cancel file, outcome in DIR")
    group.add_argument("--json", action="store_true", help="print the result as JSON")


def training_config(options: argparse.Namespace) -> TrainConfig:
    """The preset with what the command line changes. Raises Problem for impossible values."""
    from mtss.problem import Problem
    from mtss.training.config import preset_for
    from mtss.training.tuned_file import read_settings

    numbers = (*(name for name, _, _ in NUMBERS), "corrupted")
    names = (*numbers, *CHOICES, "teacher_view", "backbone", "input_size", "tune", "precision")
    given = {name: getattr(options, name, None) for name in names}
    given = {name: value for name, value in given.items() if value is not None}
    for name in numbers:
        check_number(name, given.get(name, 1))
    if given.get("ema", 0) >= 1:
        raise Problem("--ema must be below 1")
    if (found := getattr(options, "tuned", None)) is not None:
        own = {name: given[name] for name in ("gamma", "dim", "lr") if name in given}
        given["by_type"] = tuple((name, replace(tuned, **own)) for name, tuned in read_settings(found))
        if any(tuned.dim > _MOST["dim"] for _, tuned in given["by_type"]):
            raise Problem(f"{found}: its D must not be above {_MOST['dim']}")
    preset = preset_for(options.preset, given.get("tune", "frozen"))
    config = replace(preset, seed=options.seed, **given)
    return replace(config, refit=False) if config.chooses else config


def check_number(name: str, value: float) -> None:
    """Raises Problem where a flag's number is none that it may have."""
    from mtss.problem import Problem

    flag = "--" + name.replace("_", "-")
    if not math.isfinite(value):
        raise Problem(f"{flag} must be a number")
    if value > _MOST.get(name, value):
        raise Problem(f"{flag} must not be above {_MOST[name]}")
    if value < 0 or (value == 0 and name not in _MAY_BE_0):
        raise Problem(f"{flag} must {'not be negative' if name in _MAY_BE_0 else 'be greater than 0'}")


def _size(words: str) -> tuple[int, int]:
    """240x192 → (240, 192): height, width."""
    height, _, width = words.lower().partition("x")
    if not all(side.isdecimal() and 32 <= int(side) <= 2048 for side in (height, width)):
        raise argparse.ArgumentTypeError(f"'{words}' is not height x width, 32 to 2048 pixels each: 240x192")
    return int(height), int(width)


def checkpoints(options: argparse.Namespace, of: str) -> Checkpoints:
    """Where the run leaves them: under --out. `of`: the command, and what else tells its runs apart."""
    from mtss.commands.earlier import CHECKPOINTS
    from mtss.training.resuming import Checkpoints

    return Checkpoints(options.out / CHECKPOINTS, options.resume, options.checkpoint_every, of)


def read_manifest(options: argparse.Namespace) -> Manifest:
    """--manifest. Raises Problem."""
    return _read(options.manifest, options.root)


def read_unlabelled(options: argparse.Namespace) -> Manifest | None:
    """--unlabelled. Raises Problem."""
    return None if options.unlabelled is None else _read(options.unlabelled, options.root)


def _read(path: Path, root: Path | None) -> Manifest:
    from mtss.manifest import Manifest
    from mtss.problem import Problem

    if root is not None and not root.is_dir():
        raise Problem(f"--root {root}: there is no such folder")
    return Manifest.read(path, root)
