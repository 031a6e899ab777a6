"""A run seen from outside: events, cancellation by signal or file, a lock while alive, an outcome."""

from __future__ import annotations

import argparse
import errno
import json
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import filelock

from mtss.problem import Problem
from mtss.training.events import Cancelled, Listener, Run, json_lines
from mtss.training.export import replace_file

CANCELLED, FAILED, BAD_INPUT = 130, 1, 2


@dataclass(frozen=True)
class Result:
    """What a finished run made."""

    model: Path | None
    metrics: dict[str, Any]


def run_job(options: argparse.Namespace, work: Callable[[Run], Result]) -> int:
    """Run `work` with what --events, --job and --json ask for; the exit status."""
    with ExitStack() as stack:
        folder: Path | None = options.job
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_locked(folder))
        run = Run(listeners=_listeners(options, stack))
        run.control.file = None if folder is None else folder / "cancel"
        stack.enter_context(_signals(run))
        outcome: dict[str, Any] = {
            "state": "failed",
            "reason": "stopped by an error of the program itself; its log has the details",
        }
        try:
            status = _attempt(work, run, outcome)
        finally:  # also when our own bug ends the run with a traceback
            run.tell("outcome", **outcome)
            if folder is not None:
                replace_file(folder / "outcome.json", (json.dumps(outcome) + "\n").encode())
    _answer(options, outcome, status)
    return status


def _attempt(work: Callable[[Run], Result], run: Run, outcome: dict[str, Any]) -> int:
    try:
        result = work(run)
        run.finish()
    except Cancelled as cancelled:
        outcome |= {"state": "cancelled", "reason": str(cancelled)}
        return CANCELLED
    except Problem as problem:
        outcome["reason"] = str(problem)
        return BAD_INPUT
    except MemoryError:
        outcome["reason"] = "out of memory: close other programs or train on fewer images"
        return FAILED
    except OSError as problem:
        outcome["reason"] = _words(problem)
        return FAILED
    except RuntimeError as problem:
        if "out of memory" not in str(problem) and "can't allocate memory" not in str(problem):
            raise
        outcome["reason"] = "out of memory: close other programs, or train on the CPU"
        return FAILED
    model = None if result.model is None else str(result.model)
    outcome |= {"state": "succeeded", "reason": None, "model": model, "metrics": result.metrics}
    return 0


def _words(problem: OSError) -> str:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full: nothing was replaced; free some space and start again"
    where = f"{problem.filename}: " if problem.filename else ""
    return f"{where}{problem.strerror or problem}"


def _answer(options: argparse.Namespace, outcome: dict[str, Any], status: int) -> None:
    if options.json:
        sys.stdout.write(json.dumps(outcome) + "\n")
    elif status == 0:
        sys.stdout.write(f"{outcome['model']}\n")
    if status:
        sys.stderr.write(f"mtss: {outcome['reason']}\n")


def _listeners(options: argparse.Namespace, stack: ExitStack) -> list[Listener]:
    paths = [options.events, None if options.job is None else options.job / "events.jsonl"]
    found = [json_lines(stack.enter_context(p.open("a", encoding="utf-8"))) for p in paths if p is not None]
    if not options.json and sys.stderr.isatty():
        found.append(_show)
    return found


def _show(event: dict[str, Any]) -> None:
    if event["kind"] in ("stage", "skipped", "type_skipped", "device"):
        words = event.get("reason") or ""
        sys.stderr.write(f"{event['progress']:6.1%}  {event['stage']}  {words}\n")


@contextmanager
def _locked(folder: Path) -> Generator[None, None, None]:
    lock = filelock.FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise Problem(f"{folder}: another process is running this job") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _signals(run: Run) -> Generator[None, None, None]:
    """SIGTERM and Ctrl-C end the run cleanly at its next step; a second one ends it at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if run.control.reason is not None:
            _interrupt()
        run.control.cancel(f"stopped by {signal.Signals(number).name}")

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt
