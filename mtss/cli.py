"""The command line: mtss COMMAND, one module of `mtss.commands` each."""

from __future__ import annotations

import argparse
import errno
import signal
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from mtss.commands import (
    adapt,
    evaluate,
    experiment,
    export,
    predict,
    prepare,
    train,
    train_student,
    train_teacher,
    tune,
)
from mtss.commands.parser import BAD_INPUT, Parser
from mtss.problem import Problem
from mtss.quiet import silence_codecs

COMMANDS = (
    prepare,
    train_teacher,
    train_student,
    train,
    tune,
    evaluate,
    predict,
    adapt,
    export,
    experiment,
)
INTERRUPTED, TERMINATED = 130, 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status. 2 and one plain line on bad input."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    silence_codecs()
    try:
        with _terminable():
            return int(options.run(options))
    except Problem as problem:
        return _refuse(str(problem))
    except KeyboardInterrupt:
        sys.stderr.write("mtss: stopped\n")
        return INTERRUPTED
    except OSError as problem:
        if problem.errno == errno.EPIPE:  # the reader of our output went away
            return 0
        where = f"{problem.filename}: " if problem.filename else ""
        return _refuse(f"{where}{problem.strerror or problem}")


@contextmanager
def _terminable() -> Generator[None, None, None]:
    """SIGTERM unwinds, so that what is half-written goes; a training ends with a checkpoint instead."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def build_parser() -> argparse.ArgumentParser:
    parser = Parser(prog="mtss", description="Attribute prediction with teachers and a student.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


def _refuse(reason: str) -> int:
    line = " ".join(reason.split()).encode("utf-8", "backslashreplace").decode()
    sys.stderr.write(f"mtss: {line}\n")
    return BAD_INPUT
