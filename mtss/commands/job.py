"""A run seen from outside: events, cancellation by signal or file, a lock while alive, an outcome."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import traceback
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from mtss.commands.earlier import CHECKPOINTS, CURVES, alone, words_after_stop
from mtss.commands.failures import MEMORY, words_of_import, words_of_system
from mtss.commands.options import check_run
from mtss.commands.outcome import OutcomeFile
from mtss.commands.scores import words_of
from mtss.files import check_folder
from mtss.locking import alone_in
from mtss.problem import Problem
from mtss.training.events import Cancelled, EventLog, Listener, Run
from mtss.training.scarcity import tells_of_memory
from mtss.words import counted

CANCELLED, FAILED, BAD_INPUT = 130, 1, 2


@dataclass(frozen=True)
class Result:
    """What a finished run made."""

    model: Path | None
    metrics: dict[str, Any]


TOLD = ("further_unused", "settings_unused", "unjudged")  # events whose reason a person should read at once


class LeftOut:
    """A listener that remembers what was not learned from, so that nobody has to look for it on the card."""

    def __init__(self) -> None:
        self._images: list[str] = []
        self._notes: list[str] = []

    def __call__(self, event: dict[str, Any]) -> None:
        if event["kind"] == "skipped":
            self._images.append(f"{event['image']}: {event['reason']}")
        elif event["kind"] == "type_skipped":
            self._notes.append(f"'{event['type']}' was not learned: {event['reason']}")

    def lines(self) -> list[str]:
        """For a person."""
        if not self._images:
            return self._notes
        count = len(self._images)
        images = counted(count, "image was", "images were")
        words = f"{images} left out; {'it is' if count == 1 else 'the first is'} {self._images[0]}"
        return [words.encode("utf-8", "backslashreplace").decode(), *self._notes]


def run_job(options: argparse.Namespace, work: Callable[[Run], Result]) -> int:
    """Run `work` with what --events, --job and --json ask for; the exit status.

    `work` imports what is heavy itself: a library that does not load is an outcome too.
    """
    with ExitStack() as stack:
        folder: Path | None = options.job
        file: OutcomeFile | None = None
        if folder is not None:
            check_folder(folder, "--job is the folder of lock, events and outcome")
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(alone_in(folder, f"{folder}: another process is running this job"))
            file = OutcomeFile(folder)
            stack.callback(file.give_back)
        left_out = LeftOut()
        run = Run(listeners=[left_out, *_listeners(options, stack)])
        run.control.file = None if folder is None else folder / "cancel"
        stack.enter_context(_signals(run))
        outcome: dict[str, Any] = {
            "state": "failed",
            "reason": "stopped by an error of the program itself; its log has the details",
        }
        try:
            status = _attempt(work, run, outcome)
        finally:  # also when our own bug ends the run with a traceback
            with suppress(OSError):  # no room for one more line: the outcome says so
                run.tell("outcome", **outcome)
            if file is not None:
                file.write(outcome)
    _answer(options, outcome, status, left_out)
    return status


def run_training(
    options: argparse.Namespace, train: Callable[[argparse.Namespace, Run], tuple[Path, dict[str, Any]]]
) -> int:
    """A job that trains into --out, alone there, with its curves. `train`: its file and measures."""
    measured: dict[str, Any] = {}

    def work(run: Run) -> Result:
        check_run(options)
        with alone(options.out, resume=options.resume):
            model, metrics = train(options, run)
        measured.update(metrics)
        return Result(model, metrics)

    options.curves = options.out / CHECKPOINTS / CURVES
    status = run_job(options, work)
    if not options.json and (scores := words_of(measured)) is not None:
        sys.stderr.write(f"mtss: {scores}\n")
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
    except OSError as problem:
        outcome["reason"] = words_of_system(problem)
        return FAILED
    except ImportError as problem:
        traceback.print_exc()
        outcome["reason"] = words_of_import(problem)
        return FAILED
    except (MemoryError, RuntimeError) as problem:
        if not tells_of_memory(problem):
            raise
        outcome["reason"] = MEMORY
        return FAILED
    model = None if result.model is None else str(result.model)
    outcome |= {"state": "succeeded", "reason": None, "model": model, "metrics": result.metrics}
    return 0


def _answer(options: argparse.Namespace, outcome: dict[str, Any], status: int, left_out: LeftOut) -> None:
    if options.json:
        sys.stdout.write(json.dumps(outcome) + "\n")
    elif status == 0:
        sys.stdout.write(f"{outcome['model']}\n")
        sys.stderr.writelines(f"mtss: {line}\n" for line in left_out.lines())
    if status:
        what_next = f"; {words_after_stop(options)}" if status == CANCELLED else ""
        sys.stderr.write(f"mtss: {outcome['reason']}{what_next}\n")


def _listeners(options: argparse.Namespace, stack: ExitStack) -> list[Listener]:
    paths = [options.events, None if options.job is None else options.job / "events.jsonl"]
    found: list[Listener] = [stack.enter_context(EventLog(p)) for p in paths if p is not None]
    if (curves := getattr(options, "curves", None)) is not None:
        from mtss.training.curves import CurveTable

        found.append(CurveTable(curves, resume=options.resume))
    if (folder := getattr(options, "tensorboard", None)) is not None:
        from mtss.training.curves import TensorBoard

        found.append(stack.enter_context(TensorBoard(folder)))
    if not options.json:
        found.append(_tell_at_once)
        if sys.stderr.isatty():
            found.append(_show)
    return found


def _tell_at_once(event: dict[str, Any]) -> None:
    if event["kind"] in TOLD:
        sys.stderr.write(f"mtss: {event['reason']}\n")


def _show(event: dict[str, Any]) -> None:
    if event["kind"] in ("stage", "skipped", "type_skipped", "device"):
        words = event.get("reason") or ""
        sys.stderr.write(f"{event['progress']:6.1%}  {event['stage']}  {words}\n")


@contextmanager
def _signals(run: Run) -> Generator[None, None, None]:
    """SIGTERM and Ctrl-C end the run cleanly at its next step; a second one ends it at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if run.control.reason is not None:
            _interrupt()
        who = "Ctrl-C" if number == signal.SIGINT else signal.Signals(number).name
        run.control.cancel(f"stopped by {who}")

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt
