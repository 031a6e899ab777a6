"""A manifest or a catalogue that is there already is replaced only when asked, and nothing beside it ever."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from mtss.cli import main
from mtss.datasets.garments.vocabulary import TYPES
from mtss.datasets.writing import whole_folder
from mtss.labels import AttributeType, LabelSpace
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.sample import Sample
from tests.mtss.datasets.conftest import MakePicture


@pytest.fixture
def photographs(tmp_path: Path, make_picture: MakePicture) -> Path:
    make_picture(tmp_path / "photographs" / "coat" / "1.jpg")
    return tmp_path / "photographs"


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("left", [("manifest.jsonl",), ("labels.json",), ("labels.json", "manifest.jsonl")])
def test_a_manifest_is_replaced_only_when_asked(
    photographs: Path, tmp_path: Path, left: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in (*left, "other.txt"):
        (out / name).write_text("mine")
    before = content(out)
    words = ["prepare", "folders", str(photographs), "--out", str(out)]
    assert main(words) == 2
    assert f"{out} already holds {left[-1]}; take another folder, or --overwrite" in capsys.readouterr().err
    assert content(out) == before
    assert main([*words, "--overwrite"]) == 0
    assert content(out).keys() == {"labels.json", "manifest.jsonl", "other.txt"}
    assert content(out)["other.txt"] == b"mine"
    assert b"coat" in content(out)["manifest.jsonl"]


@pytest.mark.parametrize("path", ["nothing-here", "empty"])
def test_bad_input_replaces_nothing(photographs: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    out = tmp_path / "out"
    assert main(["prepare", "folders", str(photographs), "--out", str(out)]) == 0
    before = content(out)
    words = ["prepare", "folders", str(tmp_path / path), "--out", str(out), "--overwrite"]
    assert main(words) == 2
    assert content(out) == before


def test_a_catalogue_is_drawn_anew_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "c"
    words = ["prepare", "garments", "--size", "40x50", "--jobs", "1", "--out", str(out), "--sparsity", "0.5"]
    assert main([*words, "--images", "3"]) == 0
    before = content(out)
    assert "truth.jsonl" in before
    capsys.readouterr()
    assert main([*words, "--images", "2", "--seed", "5"]) == 2
    assert "already holds manifest.jsonl; take another folder, or --overwrite" in capsys.readouterr().err
    assert main([*words, "--images", "0", "--overwrite"]) == 2
    assert content(out) == before
    assert main([*words, "--images", "1", "--seed", "5", "--overwrite"]) == 0
    assert capsys.readouterr().out == f"1 image, {out / 'manifest.jsonl'}\n"
    assert len(list(out.rglob("*.jpg"))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


@pytest.mark.parametrize("mine", ["model/model.onnx", "notes.txt"])
def test_what_is_no_part_of_a_catalogue_is_never_lost(
    tmp_path: Path, mine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "c"
    words = ["prepare", "garments", "--images", "1", "--size", "40x50", "--jobs", "1", "--out", str(out)]
    assert main(words) == 0
    (out / mine).parent.mkdir(exist_ok=True)
    (out / mine).write_text("mine")
    before = content(out)
    assert main([*words, "--overwrite"]) == 2
    assert f"{out} holds more than a catalogue, {mine} say" in capsys.readouterr().err
    assert content(out) == before


def test_photographs_are_never_taken_for_a_catalogue_that_may_go(
    photographs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Though a manifest beside them names them all."""
    image = Sample("coat/1.jpg", {"category": ("coat",)})
    space = LabelSpace([AttributeType("category", ["coat"])])
    Manifest([image], photographs, space).write(photographs / "manifest.jsonl")
    before = content(photographs)
    words = ["prepare", "garments", "--images", "1", "--size", "40x50", "--jobs", "1", "--overwrite"]
    assert main([*words, "--out", str(photographs)]) == 2
    assert "holds a catalogue of another kind" in capsys.readouterr().err
    assert content(photographs) == before


def test_what_came_meanwhile_is_not_lost(tmp_path: Path) -> None:
    """While the new catalogue was drawn somebody put a file into the old one."""
    out = tmp_path / "c"
    words = ["prepare", "garments", "--images", "1", "--size", "40x50", "--jobs", "1", "--out", str(out)]
    assert main(words) == 0
    with (
        pytest.raises(Problem, match="holds more than a catalogue"),
        whole_folder(out, TYPES) as new,
    ):
        (new / "manifest.jsonl").write_text("")
        (out / "notes.txt").write_text("mine")
    assert (out / "notes.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["c"]
