"""Training into a folder that holds a run: what is finished stays, what was stopped is gone on with."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any, Never

import numpy as np
import pytest

from mtss.cli import main
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.training import features, preparing
from mtss.training.events import Cancelled
from mtss.training.features import FeatureExtractor, FeatureStore
from mtss.training.resuming import Checkpoints
from mtss.training.searching import forget
from mtss.training.teacher_files import read_card
from mtss.training.tuned_file import read_entries, write_entry
from tests.mtss.conftest import written


@pytest.fixture
def shared(catalogue: Path, model_folder: Path) -> list[str]:
    stored = ["--features", str(model_folder / "features.npz"), "--device", "cpu"]
    return ["--manifest", str(catalogue), *stored, "--epochs", "1", "--threads", "1"]


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_finished_model_is_not_trained_again(
    shared: list[str], model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever else the command says: nobody compares it with what made the model."""
    out = tmp_path / "out"
    shutil.copytree(model_folder, out)
    before = written(out)
    train = ["train", *shared, "--out", str(out)]
    assert main([*train, "--resume"]) == 2
    words = f"{out} holds a finished model: nothing is left to train; take another folder, or --overwrite"
    assert words in capsys.readouterr().err
    assert main(train) == 2
    assert f"{out} already holds a finished model; take another folder" in capsys.readouterr().err
    assert main(["train-teacher", *train[1:], "--type", "color", "--overwrite"]) == 2
    assert f"{out} holds a model: take another folder" in capsys.readouterr().err
    assert written(out) == before


def test_a_finished_teacher_is_overwritten_only_when_asked(
    shared: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = ["train-teacher", *shared, "--type", "color", "--json", "--out", str(tmp_path)]
    assert main(teacher) == 0
    made = (tmp_path / "teacher.pt").read_bytes()
    assert main([*teacher, "--resume"]) == 2
    assert "holds a finished teacher: nothing is left to train" in capsys.readouterr().err
    assert main([*teacher, "--seed", "1"]) == 2
    assert (tmp_path / "teacher.pt").read_bytes() == made
    assert main([*teacher, "--seed", "1", "--overwrite"]) == 0
    assert (tmp_path / "teacher.pt").read_bytes() != made


def test_only_the_command_that_was_stopped_goes_on(
    shared: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another would take over one of its stages, and clear away all others."""
    kept = tmp_path / "checkpoints"
    kept.mkdir()
    (kept / "run.txt").write_text("train")
    (kept / "teacher-1.progress.pt").touch()
    other = ["train-teacher", *shared, "--type", "color", "--out", str(tmp_path), "--resume"]
    assert main(other) == 2
    words = "holds a run of mtss train, and nothing of mtss train-teacher --type color to go on with"
    assert words in capsys.readouterr().err
    assert sorted(path.name for path in kept.iterdir()) == ["run.txt", "teacher-1.progress.pt"]


def test_a_run_that_overwrites_and_is_stopped_early_is_not_the_model_before(
    shared: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As one that was stopped while it computed features: the former result still lies there."""
    teacher = ["train-teacher", *shared, "--type", "color", "--out", str(tmp_path)]
    assert main(teacher) == 0
    made = (tmp_path / "teacher.pt").read_bytes()
    assert not (tmp_path / "checkpoints" / "run.txt").exists(), "it came to its end"
    (tmp_path / "checkpoints" / "run.txt").write_text("train-teacher --type color")
    assert main([*teacher, "--seed", "1", "--resume"]) == 0
    assert "holds no checkpoint yet: the run begins anew" in capsys.readouterr().err
    assert (tmp_path / "teacher.pt").read_bytes() != made


def test_a_stopped_run_tells_whose_it_is(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path / "checkpoints", of="train-teacher --type color")
    with kept.running():
        assert (tmp_path / "checkpoints" / "run.txt").read_text() == "train-teacher --type color"
    assert not list((tmp_path / "checkpoints").iterdir())


def test_two_runs_at_once_are_refused(
    shared: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the second is, and before it looks at what is there: the first may end while it prepares."""
    out = tmp_path / "out"
    begun: list[int] = []

    def second(*_: object) -> Never:
        for words in (["train"], ["train-teacher", "--type", "color"], ["tune"], ["train", "--resume"]):
            begun.append(main([*words, *shared, "--out", str(out)]))
        raise Problem("the first run's end")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(preparing, "prepare", second)
        assert main(["train-teacher", *shared, "--type", "color", "--out", str(out)]) == 2
    assert begun == [2, 2, 2, 2]
    errors = capsys.readouterr().err
    assert errors == f"mtss: {out}: another run is at work there\n" * 4 + "mtss: the first run's end\n"
    assert not out.exists(), "nothing came of it"
    out.mkdir()
    assert main(["train", "--manifest", str(tmp_path / "none.jsonl"), "--out", str(out)]) == 2
    assert not list(out.iterdir())
    assert main(["tune", "--manifest", str(tmp_path / "none.jsonl"), "--out", str(out / "new")]) == 2
    assert not list(out.iterdir())


def test_overwritten_no_teacher_of_before_is_left(shared: list[str], tmp_path: Path) -> None:
    """One of a type that the manifest no longer has would be taken for one of this model's."""
    kept = tmp_path / "checkpoints"
    kept.mkdir()
    for name in ("teacher-2.pt", "teacher-7.pt", "mine.pt"):
        (kept / name).write_bytes(b"of before")
    assert main(["train", *shared, "--out", str(tmp_path), "--overwrite"]) == 0
    assert sorted(path.name for path in kept.glob("*.pt")) == [
        "mine.pt",
        *(f"teacher-{n}.pt" for n in (1, 2, 3)),  # the fourth type has no labels
    ]
    assert (kept / "teacher-2.pt").read_bytes() != b"of before"


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
    words = f"{out} holds no checkpoint yet: the run begins anew; features of its images are kept"
    score = read_card(out)["metrics"]["validation_f1@1"]
    scored = f"mtss: F1@1 on validation images: {score:.1%}\n"
    assert capsys.readouterr().err == f"mtss: {words}\n{scored}"
    assert [e["reason"] for e in events(log) if e["kind"] == "begun_anew"] == [words]
    (out / "teacher.pt").unlink()
    assert main(teacher) == 0, "features and curves alone are no run"


def test_a_run_that_begins_anew_forgets_the_checkpoints_of_all_stages(tmp_path: Path) -> None:
    """Or a later stage would go on from them, or be refused for its other settings."""
    for name in ("student.progress.pt", "refined/teacher-2.progress.pt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    stopped = Checkpoints(tmp_path, resume=True).running()
    with pytest.raises(Cancelled), stopped:
        raise Cancelled()
    assert len(list(tmp_path.rglob("*.progress.pt"))) == 2
    with Checkpoints(tmp_path).running():
        assert not list(tmp_path.rglob("*.progress.pt"))
    assert not (tmp_path / "refined").exists()


def test_features_outlast_a_stop(
    catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it is stopped while it computes them, the longest part of many a run."""
    out, ran = tmp_path / "out", FeatureExtractor.run
    train = ["train", "--manifest", str(catalogue), "--out", str(out), "--epochs", "1", "--threads", "1"]
    batches: list[int] = []

    def stopped(self: FeatureExtractor, images: np.ndarray) -> np.ndarray:
        batches.append(len(images))
        if sum(batches) > 60:
            raise Cancelled()
        return ran(self, images)

    with monkeypatch.context() as patched:
        patched.setattr(FeatureExtractor, "run", stopped)
        assert main(train) == 130
    assert "the same command with --resume goes on from there" in capsys.readouterr().err
    with np.load(out / "features.npz") as file:
        known = len(file["hash"])
    assert 40 < known <= 60
    batches.clear()
    monkeypatch.setattr(FeatureExtractor, "run", lambda s, i: (batches.append(len(i)), ran(s, i))[1])
    assert main([*train, "--resume"]) == 0
    assert "the run begins anew; features of its images are kept" in capsys.readouterr().err
    assert sum(batches) == len(Manifest.read(catalogue).samples) - known


def test_features_are_written_while_more_are_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill costs little; a disk that is full ends the run with its last word, not on the way."""
    monkeypatch.setattr(features, "KEPT_EVERY", 0.0)
    monkeypatch.setattr(features, "MOST_WRITING", math.inf)
    store, path = FeatureStore("some", 2), tmp_path / "features.npz"
    with store.kept(path):
        for count in (1, 2):
            store.add({str(count): np.zeros(2, np.float16)})
            assert FeatureStore("some", 2).load(path) == count
    with pytest.raises(OSError, match="nowhere"), store.kept(tmp_path / "nowhere" / "features.npz"):
        store.add({"3": np.zeros(2, np.float16)})
    store.add({"4": np.zeros(2, np.float16)})
    assert FeatureStore("some", 2).load(path) == 2, "it is kept no longer"


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


def test_what_is_searched_for_anew_is_forgotten_first(tmp_path: Path) -> None:
    """Or a search that is killed would leave the settings before, as if it had found them."""
    entry = {"gamma": 1.0, "dim": 8, "lr": 0.01}
    for name in ("color", "shape"):
        write_entry(tmp_path, name, entry)
    forget(tmp_path, ["color"])
    assert read_entries(tmp_path) == {"shape": entry}
    forget(tmp_path / "nowhere", ["color"])
