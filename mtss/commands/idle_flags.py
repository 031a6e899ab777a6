"""Flags that change nothing in the run they are given to: it says so before it begins."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mtss.words import listed

if TYPE_CHECKING:
    from mtss.training.config import TrainConfig
    from mtss.training.events import Run

OF_TEACHERS = ("loss", "gamma", "pt_mode", "dim", "negatives", "class_sampling", "ridge")
OF_TRIPLETS = ("gamma", "pt_mode", "dim", "negatives", "class_sampling")
OF_STUDENTS = ("beta", "student_start")
OF_BACKBONES = ("backbone_lr", "precision")
OF_COPIES = ("teacher_view",)
OF_FOCAL = ("gamma", "pt_mode")
OF_LEARNING = ("lr", "epochs", "batch", "beta", "kept", "clip", "ema", "patience")  # a student's
TEACHERS_ALONE = "{flags} will change nothing: only teachers, when they are trained, go by it"
STUDENTS_ALONE = "{flags} will change nothing: only a student goes by it"
TRIPLETS_ALONE = "{flags} will change nothing: binary cross-entropy has no triplets"
FOCAL_ALONE = "{flags} will change nothing: only the focal loss goes by it"
NOT_OF_TRIALS = "{flags} will change nothing: trials leave no curves"
TUNED_ALONE = "{flags} will change nothing: only a backbone that is tuned (--tune) goes by it"
COPIES_ALONE = "{flags} will change nothing: without --corrupted there are no corrupted copies"
NOTHING_TO_LEARN = (
    "{flags} will change nothing: the student begins as its teachers and has nothing to learn; "
    "with --student-start random it learns"
)


def tell_of_search(run: Run, config: TrainConfig, types: Sequence[str], known: Sequence[str]) -> None:
    """Where --tuned has nothing for one of the `types` to be taught, or tells of none of the `known` ones."""
    if not config.by_type:
        return
    found = [name for name, _ in config.by_type]
    if missing := [name for name in types if name not in found]:
        words = f"--tuned has nothing for {listed(missing)}: the preset's and the command line's are taken"
        run.tell("settings_unused", reason=words)
    if strange := [name for name in found if name not in known]:
        run.tell("settings_unused", reason=f"--tuned has {listed(strange)}, which the manifest does not have")


def tell_of_other_search(
    options: argparse.Namespace, run: Run, config: TrainConfig, types: Sequence[str]
) -> None:
    """Where --tuned was found under other settings than these of the `types` to be taught."""
    from mtss.training.tuned_file import found_under, read_entries

    if options.tuned is None:
        return
    found, here = read_entries(options.tuned), found_under(config)
    others = {
        _flag(name, theirs)
        for entry in (found[name] for name in types if name in found)
        for name, theirs in entry.get("under", {}).items()
        if name in here and theirs != here[name]
    }
    if others:
        words = f"--tuned was found with {listed(sorted(others))}, unlike here: other settings may be better"
        run.tell("settings_unused", reason=words)


def tell_of_teacher(options: argparse.Namespace, run: Run, config: TrainConfig) -> None:
    """For train-teacher."""
    _tell(options, run, OF_STUDENTS, STUDENTS_ALONE)
    _tell_of_settings(options, run, config)


def tell_of_trials(options: argparse.Namespace, run: Run, config: TrainConfig) -> None:
    """For tune."""
    _tell(options, run, OF_STUDENTS, STUDENTS_ALONE)
    _tell(options, run, ("tensorboard",), NOT_OF_TRIALS)
    _tell_of_settings(options, run, config)


def tell_of_student(options: argparse.Namespace, run: Run, config: TrainConfig, *, idle: bool) -> None:
    """For train-student. `idle`: the student has nothing to learn."""
    _tell(options, run, OF_TEACHERS, TEACHERS_ALONE)
    if config.tune == "frozen":
        _tell(options, run, OF_BACKBONES, TUNED_ALONE)
    _tell_of_copies(options, run)
    if idle:
        _tell(options, run, OF_LEARNING, NOTHING_TO_LEARN)


def tell_of_both(options: argparse.Namespace, run: Run, config: TrainConfig, *, idle: bool) -> None:
    """For train, where teachers go by all of them but β."""
    _tell_of_settings(options, run, config)
    _tell_of_copies(options, run)
    if idle:
        _tell(options, run, ("beta",), NOTHING_TO_LEARN)


def _tell_of_settings(options: argparse.Namespace, run: Run, config: TrainConfig) -> None:
    if config.loss == "bce":
        _tell(options, run, OF_TRIPLETS, TRIPLETS_ALONE)
    elif config.loss == "hinge":
        _tell(options, run, OF_FOCAL, FOCAL_ALONE)
    if config.tune == "frozen":
        _tell(options, run, OF_BACKBONES, TUNED_ALONE)


def _tell_of_copies(options: argparse.Namespace, run: Run) -> None:
    if not options.corrupted:
        _tell(options, run, OF_COPIES, COPIES_ALONE)


def _flag(name: str, value: object) -> str:
    """As the command line has it; the preset's own where it had none."""
    size = "x".join(map(str, value)) if isinstance(value, list) else value
    return f"--{name.replace('_', '-')} {'as the preset has it' if value is None else size}"


def _tell(options: argparse.Namespace, run: Run, names: Iterable[str], words: str) -> None:
    given = ["--" + name.replace("_", "-") for name in names if getattr(options, name) is not None]
    if given:
        run.tell("settings_unused", reason=words.format(flags=", ".join(given)))
