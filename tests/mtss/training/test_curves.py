"""Curves of a training: every evaluation once, after a resume too; the same in TensorBoard's files."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from mtss.cli import main
from mtss.training.curves import CurveTable
from mtss.training.events import Run


def rows(path: Path) -> list[tuple[str, int, str, float]]:
    with path.open(newline="") as file:
        head, *lines = csv.reader(file)
    assert head == ["stage", "step", "name", "value"]
    return [(stage, int(step), name, float(value)) for stage, step, name, value in lines]


def evaluate(run: Run, steps: list[int], score: float | None = 0.5) -> None:
    for step in steps:
        run.advance(0.5, "epoch", step=step, losses={"loss": step / 10}, score=score)


def test_a_line_a_number(tmp_path: Path) -> None:
    table = tmp_path / "new" / "curves.csv"
    run = Run((CurveTable(table),))
    run.begin("teacher, a", 0.5)
    evaluate(run, [10, 20])
    run.begin("student", 0.5)
    evaluate(run, [5], score=None)
    assert rows(table) == [
        ("teacher, a", 10, "loss", 1.0),
        ("teacher, a", 10, "validation_f1@1", 0.5),
        ("teacher, a", 20, "loss", 2.0),
        ("teacher, a", 20, "validation_f1@1", 0.5),
        ("student", 5, "loss", 0.5),
    ]


def test_a_resumed_run_measures_each_step_once(tmp_path: Path) -> None:
    table = tmp_path / "curves.csv"
    run = Run((CurveTable(table),))
    run.begin("a", 0.5)
    evaluate(run, [10, 20, 30], None)
    run.begin("b", 0.5)
    evaluate(run, [10], None)

    again = Run((CurveTable(table, resume=True),))
    again.begin("a", 0.5)
    again.tell("resumed", step=20, steps=40)
    evaluate(again, [30, 40], None)
    again.begin("b", 0.5)  # killed before its first checkpoint: begins anew
    evaluate(again, [10, 20], None)
    assert [(stage, step) for stage, step, _, _ in rows(table)] == [
        ("a", 10), ("a", 20), ("a", 30), ("a", 40), ("b", 10), ("b", 20)
    ]  # fmt: skip

    anew = Run((CurveTable(table),))
    anew.begin("a", 1.0)
    evaluate(anew, [10], None)
    assert len(rows(table)) == 1


def test_no_room_ends_no_training(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = Run((CurveTable(tmp_path / "file" / "curves.csv"),))
    run.begin("a", 1.0)
    evaluate(run, [10])


def test_of_a_real_training(catalogue: Path, model_folder: Path, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    train = ["train", "--manifest", str(catalogue), "--features", str(model_folder / "features.npz")]
    train += ["--out", str(tmp_path / "out"), "--tensorboard", str(tmp_path / "board")]
    assert main([*train, "--epochs", "4", "--threads", "1", "--device", "cpu"]) == 0
    found = rows(tmp_path / "out" / "checkpoints" / "curves.csv")
    stages = list(dict.fromkeys(stage for stage, _, _, _ in found))
    assert stages[0] == "teacher 1 of 4, color"
    assert stages[-1] == "student"
    names = {stage: {name for s, _, name, _ in found if s == stage} for stage in stages}
    assert names[stages[0]] == {"dead", "loss", "rows", "ridge", "validation_f1@1"}
    assert names[stages[1]] == names[stages[0]]
    assert names["student"] == {"color", "shape", "pattern", "loss"}  # by then validation images teach
    board = EventAccumulator(str(tmp_path / "board"))
    board.Reload()
    for stage in stages:
        wanted = [(step, value) for s, step, name, value in found if s == stage and name == "loss"]
        assert [(e.step, pytest.approx(e.value)) for e in board.Scalars(f"{stage}/loss")] == wanted
