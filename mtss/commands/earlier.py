"""What a run before left in --out: it is overwritten only when asked, and --resume goes on with it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mtss.model_file import MODEL, TEACHER
from mtss.problem import Problem

if TYPE_CHECKING:
    from mtss.training.events import Run

CHECKPOINTS = "checkpoints"  # in --out: what a run leaves on its way
CURVES = "curves.csv"  # there: losses and scores of every stage
RESULTS = {MODEL: "model", TEACHER: "teacher"}  # what a finished run leaves
STOPPED = "go on with --resume, or start anew with --overwrite"


def is_to_train(options: argparse.Namespace, run: Run, result: str, stage: str = "*") -> bool:
    """Whether a run into --out has anything to do: none where --resume finds it finished.

    `result`: the file that it leaves at its end; `stage`: of its checkpoints, as a pattern. Raises Problem
    where something would be overwritten unasked, or where there is nothing that --resume could go on with.
    """
    if options.resume:
        return _goes_on(options.out, run, result, stage)
    if not options.overwrite:
        _refuse_to_overwrite(options.out)
    return True


def tell_finished(options: argparse.Namespace, run: Run, result: str) -> None:
    """Where there is nothing to train."""
    what = f"{options.out} holds a finished {RESULTS[result]}"
    tell(run, "already_finished", f"{what}: nothing is left to train (--overwrite begins anew)")


def check_there(out: Path) -> None:
    """For --resume: a folder that is not there is a slip of the pen. Raises Problem."""
    if not out.is_dir():
        raise Problem(f"there is no run to go on with in {out}")


def tell(run: Run, kind: str, reason: str) -> None:
    """At once, and as an event."""
    sys.stderr.write(f"mtss: {reason}\n")
    run.tell(kind, reason=reason)


def words_after_stop(options: argparse.Namespace) -> str:
    """How a run that was stopped can be gone on with."""
    from mtss.training.tuned_file import JOURNAL

    if not (_is_stopped(options.out) or (options.out / JOURNAL).is_file()):
        return "there is nothing to go on from yet"
    instead = " instead of --overwrite" if options.overwrite else ""
    return f"the same command with --resume{instead} goes on from there"


def _goes_on(out: Path, run: Run, result: str, stage: str) -> bool:
    check_there(out)
    if _is_stopped(out, stage):
        return True
    if (out / result).is_file():
        return False
    if _is_stopped(out) or _finished(out):
        raise Problem(f"{out} holds another run, and nothing of this one to go on with")
    tell(run, "begun_anew", f"{out} holds no checkpoint yet: the run begins anew")
    return True


def _refuse_to_overwrite(out: Path) -> None:
    if _is_stopped(out):
        raise Problem(f"{out} holds a run that was stopped: {STOPPED}")
    if (what := _finished(out)) is not None:
        raise Problem(f"{out} already holds a finished {what}; take another folder, or --overwrite")


def _is_stopped(out: Path, stage: str = "*") -> bool:
    return any((out / CHECKPOINTS).rglob(f"{stage}.progress.pt"))


def _finished(out: Path) -> str | None:
    return next((what for name, what in RESULTS.items() if (out / name).is_file()), None)
