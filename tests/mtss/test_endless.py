"""What is no file, a FIFO say, is passed over or refused, and never waited for."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from mtss.cli import main
from mtss.files import find_images
from mtss.manifest import Manifest
from mtss.sample import Sample


@pytest.fixture
def folder(catalogue: Path, tmp_path: Path) -> Path:
    shutil.copy(catalogue.parent / "0000.jpg", tmp_path / "good.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    return tmp_path


def test_predict(model_folder: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [p.name for p in find_images([folder])] == ["good.jpg"]
    assert main(["predict", "--model", str(model_folder), str(folder), "--json"]) == 0
    assert [Path(json.loads(s)["image"]).name for s in capsys.readouterr().out.splitlines()] == ["good.jpg"]
    assert main(["predict", "--model", str(model_folder), str(folder / "pipe.jpg")]) == 2
    assert "pipe.jpg: neither a file nor a folder" in capsys.readouterr().err


def test_training_says_what_it_left_out(
    catalogue: Path, model_folder: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Manifest.read(catalogue)
    os.mkfifo(catalogue.parent / "pipe.jpg")
    try:
        samples = [*whole.samples, Sample("pipe.jpg", {"color": ("red",)}, "train")]
        Manifest(samples, whole.root, whole.space).write(folder / "m.jsonl")
        train = ["train", "--manifest", str(folder / "m.jsonl"), "--root", str(whole.root), "--epochs", "1"]
        stored = ["--features", str(model_folder / "features.npz"), "--device", "cpu"]
        assert main([*train, *stored, "--out", str(folder / "out")]) == 0
    finally:
        (catalogue.parent / "pipe.jpg").unlink()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "mtss: 1 image was left out; it is pipe.jpg: cannot be read: it is not a file"
    assert lines[1].startswith("mtss: 'rare' was not learned: ")


def test_prepare_says_what_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "t.csv").write_text("image,color\ngood.jpg,red\npipe.jpg,red\ngone.jpg,blue\n")
    assert main(["prepare", "csv", str(folder / "t.csv"), "--out", str(folder / "made")]) == 0
    assert capsys.readouterr().err == "mtss: 2 of them are not there, or no file; training leaves such out\n"
