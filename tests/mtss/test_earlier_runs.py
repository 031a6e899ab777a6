"""Training into a folder that holds a run: what is finished stays, what was stopped is gone on with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from mtss.cli import main
from mtss.training.resuming import Checkpoints


@pytest.fixture
def shared(catalogue: Path, model_folder: Path) -> list[str]:
    stored = ["--features", str(model_folder / "features.npz"), "--device", "cpu"]
    return ["--manifest", str(catalogue), *stored, "--epochs", "1", "--threads", "1"]


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_finished_model_is_not_trained_again(
    shared: list[str], model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, log = tmp_path / "out", tmp_path / "events.jsonl"
    shutil.copytree(model_folder, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    train = ["train", *shared, "--out", str(out), "--resume", "--json", "--events", str(log)]
    assert main(train) == 0
    said = capsys.readouterr()
    words = f"{out} holds a finished model: nothing is left to train (--overwrite begins anew)"
    assert said.err == f"mtss: {words}\n"
    told = json.loads(said.out)
    assert (told["state"], told["model"]) == ("succeeded", str(out / "model.onnx"))
    assert told["metrics"] == json.loads((out / "card.json").read_text())["metrics"]
    assert [e["kind"] for e in events(log)] == ["already_finished", "outcome"]
    assert events(log)[0]["reason"] == words
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_a_finished_teacher_is_overwritten_only_when_asked(
    shared: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = ["train-teacher", *shared, "--type", "color", "--json", "--out", str(tmp_path)]
    assert main(teacher) == 0
    made, first = (tmp_path / "teacher.pt").read_bytes(), json.loads(capsys.readouterr().out)
    assert main([*teacher, "--resume"]) == 0
    assert json.loads(capsys.readouterr().out)["metrics"] == first["metrics"]
    assert main([*teacher, "--seed", "1"]) == 2
    assert main(["shape" if word == "color" else word for word in [*teacher, "--resume"]]) == 2
    assert "holds the teacher of 'color', not of 'shape'" in capsys.readouterr().err
    assert (tmp_path / "teacher.pt").read_bytes() == made
    assert main([*teacher, "--seed", "1", "--overwrite"]) == 0
    assert (tmp_path / "teacher.pt").read_bytes() != made


def test_a_run_without_a_checkpoint_begins_anew_and_says_so(
    shared: list[str], model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As one that was killed while it computed features, or before the first ten seconds were over."""
    out, log = tmp_path / "out", tmp_path / "events.jsonl"
    (out / "checkpoints").mkdir(parents=True)
    for name in ("features.npz", "checkpoints/curves.csv"):
        shutil.copy(model_folder / name, out / name)
    teacher = ["train-teacher", *shared, "--type", "color", "--out", str(out), "--events", str(log)]
    assert main([*teacher, "--resume"]) == 0
    words = f"{out} holds no checkpoint yet: the run begins anew"
    assert capsys.readouterr().err == f"mtss: {words}\n"
    assert [e["reason"] for e in events(log) if e["kind"] == "begun_anew"] == [words]
    (out / "teacher.pt").unlink()
    assert main(teacher) == 0, "features and curves alone are no run"


def test_a_run_that_begins_anew_forgets_the_checkpoints_of_all_stages(tmp_path: Path) -> None:
    """Or a later stage would go on from them, or be refused for its other settings."""
    for name in ("student.progress.pt", "refined/teacher-2.progress.pt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    Checkpoints(tmp_path, resume=True).begin()
    assert len(list(tmp_path.rglob("*.progress.pt"))) == 2
    Checkpoints(tmp_path).begin()
    assert not list(tmp_path.rglob("*.progress.pt"))


def test_searches_of_one_folder(
    shared: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other types' stay beside; the same type's is gone on with or overwritten, when asked."""
    tune = ["tune", *shared, "--out", str(tmp_path), "--trials", "1", "--type"]

    def refused(*more: str) -> str:
        before = (tmp_path / "tuned.json").read_bytes(), (tmp_path / "search.journal").read_bytes()
        assert main([*tune, *more]) == 2
        assert before == ((tmp_path / "tuned.json").read_bytes(), (tmp_path / "search.journal").read_bytes())
        return capsys.readouterr().err

    assert main([*tune, "color", "--resume"]) == 0
    assert f"{tmp_path} holds no search for color yet: it begins anew" in capsys.readouterr().err
    assert main([*tune, "shape", "--type", "rare"]) == 0, "no search for shape was there"
    assert "already holds a finished search for 'color'; take another folder, --resume" in refused("color")
    assert "a finished search for 'shape'" in refused("rare", "--type", "shape")
    assert main([*tune, "color", "--resume", "--trials", "2"]) == 0
    assert "2 trials" in capsys.readouterr().out
    assert main([*tune, "color", "--overwrite"]) == 0
    assert "1 trial," in capsys.readouterr().out
    left = json.loads((tmp_path / "tuned.json").read_text())
    del left["types"]["color"]
    (tmp_path / "tuned.json").write_text(json.dumps(left))
    assert "holds a search for 'color' that was stopped: go on with --resume" in refused("color")
