"""A folder that is prepared by one process at a time, also after one that was killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtss.datasets.writing import whole_folder
from mtss.problem import Problem

WRITER = """
import sys
from pathlib import Path
from mtss.datasets.writing import whole_folder

with whole_folder(Path(sys.argv[1])) as folder:
    (folder / "half").touch()
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in the middle of writing `out`."""
    command = [sys.executable, "-c", WRITER, str(tmp_path / "out")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_what_a_kill_left_goes_with_the_next_writing(tmp_path: Path, writer: subprocess.Popen[str]) -> None:
    writer.kill()
    writer.wait()
    assert list(tmp_path.rglob("half"))
    with whole_folder(tmp_path / "out") as folder:
        (folder / "all").touch()
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]
    assert list((tmp_path / "out").iterdir()) == [tmp_path / "out" / "all"]


def test_two_at_once_are_refused(tmp_path: Path, writer: subprocess.Popen[str]) -> None:
    with pytest.raises(Problem, match="another process is writing it now"), whole_folder(tmp_path / "out"):
        pass
    writer.communicate("")
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]
    assert list((tmp_path / "out").iterdir()) == [tmp_path / "out" / "half"]
