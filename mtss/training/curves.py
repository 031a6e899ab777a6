"""Listeners that keep a run's losses and scores: as a table, and for TensorBoard."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mtss.problem import Problem
from mtss.replacing import replace_file

HEAD = ("stage", "step", "name", "value")
SCORE = "validation_f1@1"
Row = tuple[str, int, str, float]


def points(event: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """What an evaluation measured: the parts of the loss, and the score where there is one."""
    if event["kind"] != "epoch":
        return
    yield from event["losses"].items()
    if event["score"] is not None:
        yield SCORE, event["score"]


class CurveTable:
    """A CSV file with a line a number: stage, step, name, value; whole after every evaluation.

    A resumed run goes on with the lines of before; those past its checkpoint are measured anew. A disk
    without room for it ends no training.
    """

    def __init__(self, path: Path, *, resume: bool = False) -> None:
        self._path = path
        self._rows: list[Row] = _read(path) if resume else []
        self._from: int | None = 0  # the step at which the present stage begins, until its first evaluation

    def __call__(self, event: dict[str, Any]) -> None:
        if event["kind"] == "stage":
            self._from = -1  # begun anew, until it says otherwise
        elif event["kind"] == "resumed":
            self._from = event["step"]
        elif found := list(points(event)):
            self._add(event["stage"], event["step"], found)

    def _add(self, stage: str, step: int, found: list[tuple[str, float]]) -> None:
        if self._from is not None:
            start, self._from = self._from, None
            self._rows = [row for row in self._rows if row[0] != stage or row[1] <= start]
        self._rows += [(stage, step, name, value) for name, value in found]
        out = io.StringIO()
        table = csv.writer(out)
        table.writerow(HEAD)
        table.writerows(self._rows)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, out.getvalue().encode())
        except OSError:
            return  # the next evaluation tries again, with these lines too


class TensorBoard:
    """Scalars in a folder that `tensorboard --logdir` shows. Raises Problem for a file, or without it."""

    def __init__(self, folder: Path) -> None:
        if folder.exists() and not folder.is_dir():
            raise Problem(f"{folder} is a file: --tensorboard is the folder for the curves")
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as problem:
            raise Problem("--tensorboard needs the extra: pip install 'lapel[tensorboard]'") from problem
        self._writer = SummaryWriter(str(folder))

    def __call__(self, event: dict[str, Any]) -> None:
        for name, value in points(event):
            self._writer.add_scalar(f"{event['stage']}/{name}", value, event["step"])

    def __enter__(self) -> TensorBoard:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


def _read(path: Path) -> list[Row]:
    """What a run before left; nothing where it is no such table."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        return [(stage, int(step), name, float(value)) for stage, step, name, value in lines[1:]]
    except (OSError, ValueError):
        return []
