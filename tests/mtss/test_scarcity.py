"""Memory, disk and life that end in the middle of a training: real children, real limits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.small_disk import leave_free, small_disk

# Everything is loaded first, so that the limit meets the work and not the loading.
LITTLE_MEMORY = """
import resource, sys
import torch._dynamo, skia, sklearn
import mtss.training.pipeline
from mtss.cli import main
from mtss.training import device
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + MEGABYTES * 2**20,) * 2)
sys.exit(main(sys.argv[1:]))
"""
SMALL_FILES = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (2**21, 2**21))
os.execv(sys.executable, [sys.executable, "-m", "mtss", *sys.argv[1:]])
"""


class Training:
    """`mtss train --job` on the tiny catalogue, with stored features and few epochs."""

    def __init__(self, catalogue: Path, model_folder: Path, environment: dict[str, str], root: Path) -> None:
        self.out, self.job = root / "out", root / "job"
        self._environment, self._features = environment, model_folder / "features.npz"
        self._catalogue = catalogue
        self.more: list[str] = []

    def command(self, *start: str, stored: bool = True) -> list[str]:
        arguments = ["train", "--manifest", str(self._catalogue), "--out", str(self.out)]
        arguments += ["--job", str(self.job), "--epochs", "20", "--device", "cpu"]
        stored_features = ["--features", str(self._features)] if stored else []
        return [sys.executable, *(start or ("-m", "mtss")), *arguments, *stored_features, *self.more]

    def run(self, *start: str, stored: bool = True) -> subprocess.CompletedProcess[str]:
        command = self.command(*start, stored=stored)
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=False, timeout=300
        )

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command(), env=self._environment, stderr=subprocess.DEVNULL)

    def outcome(self) -> dict[str, Any]:
        return json.loads((self.job / "outcome.json").read_text())

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.job / "events.jsonl").read_text().splitlines()]


@pytest.fixture
def training(catalogue: Path, model_folder: Path, environment: dict[str, str], tmp_path: Path) -> Training:
    return Training(catalogue, model_folder, environment, tmp_path)


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and p.name != "filler"}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's account of memory")
@pytest.mark.parametrize("megabytes", [8, 64])
def test_memory_runs_out(training: Training, megabytes: int) -> None:
    program = LITTLE_MEMORY.replace("MEGABYTES", str(megabytes))
    done = training.run("-c", program, stored=False)
    assert done.returncode == 1, done.stderr
    assert training.outcome()["state"] == "failed"
    assert training.outcome()["reason"].startswith("out of memory: close other programs")
    assert training.events()[-1]["kind"] == "outcome"
    assert "out of memory" in training.events()[-1]["reason"]
    assert not (training.out / "model.onnx").exists()
    assert training.run().returncode == 0, "with memory the same job can be run again"


def test_no_room_for_the_model_leaves_the_old_one_whole(
    training: Training, model_folder: Path, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 32_000) as disk:
        training.out = disk / "out"
        shutil.copytree(model_folder, training.out)
        leave_free(disk, 3_000)  # enough for the teachers, not for the student
        before = content(training.out)
        training.more = ["--overwrite"]
        done = training.run()
        assert done.returncode == 1, done.stderr
        assert training.outcome()["state"] == "failed"
        assert training.outcome()["reason"].startswith("the disk is full: nothing was replaced")
        assert training.events()[-1]["stage"] == "measuring and exporting"
        assert "checkpoint_failed" in {event["kind"] for event in training.events()}, "and went on"
        assert content(training.out) == before


def test_a_full_disk_under_the_job_folder_is_still_told(training: Training, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1_000) as disk:
        training.job = disk / "job"
        leave_free(disk, 76)  # 64 for the outcome, 12 for the folder and the first events
        done = training.run()
        assert done.returncode == 1, done.stderr
        assert "disk is full" in done.stderr
        assert training.outcome() == {
            "state": "failed",
            "reason": "the disk is full: nothing was replaced; free some space and start again",
        }
        assert {"stage", "epoch"} <= {event["kind"] for event in training.events()}, "whole lines only"
        assert not (training.out / "model.onnx").exists()


def test_a_disk_without_room_for_an_outcome_is_refused_at_once(training: Training, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1_000) as disk:
        training.job = disk / "job"
        leave_free(disk, 8)
        done = training.run()
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "No space left on device" in done.stderr
        assert content(training.job).keys() <= {"lock"}
        assert not training.out.exists()


def test_a_file_that_may_not_grow_is_told(training: Training) -> None:
    done = training.run("-c", SMALL_FILES)
    assert done.returncode == 1, done.stderr
    assert "larger than this disk or account allows" in training.outcome()["reason"]
    assert content(training.out).keys() <= {"features.npz"}


def test_a_kill_while_the_model_is_written_leaves_no_model(training: Training) -> None:
    training.out.mkdir()
    os.mkfifo(training.out / "model.onnx.tmp")  # the writer waits in the middle of the file
    child = training.start()
    with (training.out / "model.onnx.tmp").open("rb") as pipe:
        assert len(pipe.read(100_000)) == 100_000
        child.kill()
        child.wait(60)
    assert not (training.job / "outcome.json").exists()
    names = {path.name for path in training.out.iterdir()}
    assert {"card.json.tmp", "model.onnx.tmp"} <= names
    assert not names & {"card.json", "labels.json", "dictionary.json", "calibration.json", "model.onnx"}
    (training.out / "model.onnx.tmp").unlink()
    training.more = ["--resume"]
    assert training.run().returncode == 0
    assert not list(training.out.glob("*.tmp"))
    assert training.outcome()["state"] == "succeeded"
