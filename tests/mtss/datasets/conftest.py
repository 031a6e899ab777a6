"""Small pictures, and a command line that must refuse in one plain line and leave nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from mtss.cli import main

MakePicture = Callable[[Path, int, int], Path]
Refused = Callable[..., str]


@pytest.fixture
def make_picture() -> MakePicture:
    def make(path: Path, width: int = 60, height: int = 80) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (width, height), (120, 40, 60)).save(path)
        return path

    return make


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """`mtss prepare …` with --out: status 2, one line that comes back, and no trace of the output folder."""

    def refuse(*words: object) -> str:
        out = tmp_path / "made" / "out"
        out.parent.mkdir(exist_ok=True)
        assert main(["prepare", *map(str, words), "--out", str(out)]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("mtss: ")
        assert said.err.count("\n") == 1
        assert list(out.parent.iterdir()) == []
        return said.err

    return refuse
