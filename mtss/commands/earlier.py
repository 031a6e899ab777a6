"""What a run before left in --out: it is overwritten only when asked, and --resume goes on with it."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mtss.locking import alone_for_now
from mtss.model_file import MODEL, TEACHER
from mtss.problem import Problem

if TYPE_CHECKING:
    from mtss.training.events import Run

CHECKPOINTS = "checkpoints"  # in --out: what a run leaves on its way
CURVES = "curves.csv"  # there: losses and scores of every stage
FEATURES = "features.npz"  # likewise: what need not be decoded again
RESULTS = {MODEL: "model", TEACHER: "teacher"}  # what a finished run leaves
STOPPED = "go on with --resume, or start anew with --overwrite"


@contextmanager
def alone(out: Path, *, resume: bool = False) -> Generator[None, None, None]:
    """Hold --out from before it is looked at until the run's end; where nothing came of it, it goes again.

    Raises Problem where another run holds it, where it cannot be a folder to write to, or where --resume
    names none; OSError where the disk is full.
    """
    if resume:
        check_there(out)
    new = not out.exists()
    try:
        _make(out)
        with alone_for_now(out / CHECKPOINTS, f"{out}: another run is at work there"):
            yield
    finally:
        if new:
            with suppress(OSError):  # something came of it
                out.rmdir()


def _make(out: Path) -> None:
    try:
        (out / CHECKPOINTS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise Problem(f"{out} cannot be written to: {error.strerror}") from error


def check(options: argparse.Namespace, run: Run, of: str, result: str) -> None:
    """Before a run into --out. `of`: the command, and what else tells its runs apart; `result`: its file.

    Raises Problem where something would be overwritten unasked, or where there is nothing that --resume
    could go on with.
    """
    if options.resume:
        _check_resumed(options.out, run, of)
        return
    for name, what in RESULTS.items():
        if not (options.out / name).is_file():
            continue
        if name != result:
            raise Problem(f"{options.out} holds a {what}: take another folder")
        if not options.overwrite:
            raise Problem(words_of_finished(options.out, what))
    if _is_stopped(options.out) and not options.overwrite:
        raise Problem(f"{options.out} holds a run that was stopped: {STOPPED}")


def words_of_finished(out: Path, what: str) -> str:
    """Why a result is not replaced."""
    return f"{out} already holds a finished {what}; take another folder, or --overwrite"


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

    computed = _finished(options.out) is None and (options.out / FEATURES).is_file()
    if not (computed or _is_stopped(options.out) or (options.out / JOURNAL).is_file()):
        return "there is nothing to go on from yet"
    instead = " instead of --overwrite" if options.overwrite else ""
    return f"the same command with --resume{instead} goes on from there"


def _check_resumed(out: Path, run: Run, of: str) -> None:
    if (theirs := _owner(out)) not in (None, of):
        raise Problem(f"{out} holds a run of mtss {theirs}, and nothing of mtss {of} to go on with")
    if _is_stopped(out):
        return
    if theirs is None and (what := _finished(out)) is not None:
        words = "nothing is left to train; take another folder, or --overwrite to begin anew"
        raise Problem(f"{out} holds a finished {what}: {words}")
    known = "; features of its images are kept" if (out / FEATURES).is_file() else ""
    tell(run, "begun_anew", f"{out} holds no checkpoint yet: the run begins anew{known}")


def _owner(out: Path) -> str | None:
    """Whose run stopped there; None where none did."""
    from mtss.training.resuming import OWNER

    try:
        return (out / CHECKPOINTS / OWNER).read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _is_stopped(out: Path) -> bool:
    return any((out / CHECKPOINTS).rglob("*.progress.pt"))


def _finished(out: Path) -> str | None:
    return next((what for name, what in RESULTS.items() if (out / name).is_file()), None)
