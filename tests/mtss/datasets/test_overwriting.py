"""A manifest or a catalogue that is there already is replaced only when asked, and nothing beside it ever."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from mtss.cli import main
from mtss.labels import AttributeType, LabelSpace
from mtss.manifest import Manifest
from mtss.sample import Sample
from tests.mtss.datasets.conftest import MakePicture

SPACE = LabelSpace([AttributeType("category", ["coat", "dress"])])


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


@pytest.mark.parametrize("kind", ["garments", "emoji"])
def test_a_whole_catalogue_is_never_replaced(
    kind: str, photographs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Photographs whose manifest has the same types would look like one."""
    manifest = Manifest([Sample("coat/1.jpg", {"category": ("coat",)})], photographs, SPACE)
    manifest.write(photographs / "manifest.jsonl")
    before = content(photographs)
    vendors = ["--google", str(photographs), "--twitter", str(photographs)]
    further = {"garments": ["--images", "1", "--size", "40x50"], "emoji": vendors}
    assert main(["prepare", kind, "--out", str(photographs), *further[kind]]) == 2
    assert f"{photographs} already holds files: name a new or empty folder" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["prepare", kind, "--out", str(photographs), *further[kind], "--overwrite"])
    assert content(photographs) == before
