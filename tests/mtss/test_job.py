"""A training seen from outside: real child processes, real signals, files as the only channel."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filelock
import pytest

from mtss.cli import main
from mtss.manifest import Manifest, Sample

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(catalogue: Path, model_folder: Path, tmp_path: Path, environment: dict[str, str]) -> Start:
    """Start a long training with its job folder in tmp_path/job."""

    def begin(*more: str) -> subprocess.Popen[bytes]:
        arguments = [
            "--manifest",
            str(catalogue),
            "--out",
            str(tmp_path / "out"),
            "--job",
            str(tmp_path / "job"),
        ]
        arguments += ["--features", str(model_folder / "features.npz"), "--epochs", "100000", *more]
        command = [sys.executable, "-P", "-m", "mtss", "train", *arguments]
        return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)

    return begin


def events(folder: Path) -> list[dict[str, Any]]:
    path = folder / "events.jsonl"
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def wait_for_stage(folder: Path, words: str, child: subprocess.Popen[bytes]) -> None:
    """Follow the events until a stage begins; the child's end or two minutes are a failure."""
    deadline = time.monotonic() + 120
    while not any(words in event["stage"] for event in events(folder)):
        assert child.poll() is None, "the child ended before"
        assert time.monotonic() < deadline
        time.sleep(0.02)


def outcome(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "outcome.json").read_text())


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("how", "why"),
    [
        (None, "cancelled by the user"),
        (signal.SIGTERM, "stopped by SIGTERM"),
        (signal.SIGINT, "stopped by Ctrl-C"),
    ],
)
def test_cancel(start: Start, tmp_path: Path, how: signal.Signals | None, why: str) -> None:
    job = tmp_path / "job"
    child = start()
    wait_for_stage(job, "teacher 1 of 4, color", child)
    with pytest.raises(filelock.Timeout):
        filelock.FileLock(job / "lock").acquire(timeout=0)
    if how is None:
        (job / "cancel").touch()
    else:
        child.send_signal(how)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130
    assert said.decode() == f"mtss: {why}; the same command with --resume goes on from there\n"
    assert (outcome(job)["state"], outcome(job)["reason"]) == ("cancelled", why)
    assert not (tmp_path / "out" / "model.onnx").exists()
    last = events(job)[-1]
    assert last["kind"] == "outcome"
    assert 0 < last["progress"] < 1
    with filelock.FileLock(job / "lock").acquire(timeout=0):
        pass


def test_stopped_before_there_was_anything_to_go_on_from(
    catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "job").mkdir()
    (tmp_path / "job" / "cancel").touch()
    arguments = ["--manifest", str(catalogue), "--out", str(tmp_path / "out"), "--job", str(tmp_path / "job")]
    assert main(["train", *arguments]) == 130
    words = "cancelled by the user; there is nothing to go on from yet"
    assert capsys.readouterr().err == f"mtss: {words}\n"


def test_kill_leaves_no_lock_no_outcome_and_no_model(start: Start, tmp_path: Path) -> None:
    job = tmp_path / "job"
    child = start()
    wait_for_stage(job, "teacher 1 of 4, color", child)
    child.kill()
    child.communicate(timeout=60)
    assert not (job / "outcome.json").exists()
    assert not (tmp_path / "out" / "model.onnx").exists()
    with filelock.FileLock(job / "lock").acquire(timeout=0):
        pass


def test_a_second_run_of_the_same_job_is_refused(
    catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "job").mkdir()
    arguments = ["train", "--manifest", str(catalogue), "--out", str(tmp_path / "out")]
    with filelock.FileLock(tmp_path / "job" / "lock").acquire(timeout=0):
        assert main([*arguments, "--job", str(tmp_path / "job")]) == 2
    assert "another process" in capsys.readouterr().err
    assert not (tmp_path / "job" / "outcome.json").exists()
    assert main([*arguments, "--job", str(catalogue)]) == 2
    words = f"mtss: {catalogue} is a file: --job is the folder of lock, events and outcome\n"
    assert capsys.readouterr().err == words


def test_failure_is_told_in_words(catalogue: Path, tmp_path: Path) -> None:
    broken = Manifest([Sample("gone.jpg", {"color": ("red",)})], tmp_path, Manifest.read(catalogue).space)
    broken.write(tmp_path / "manifest.jsonl")
    job = tmp_path / "job"
    arguments = ["train", "--manifest", str(tmp_path / "manifest.jsonl"), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--job", str(job)]) == 2
    assert outcome(job)["state"] == "failed"
    assert "no image can be learned from: 1 of 1" in outcome(job)["reason"]
    skipped = [event for event in events(job) if event["kind"] == "skipped"]
    assert [event["image"] for event in skipped] == ["gone.jpg"]


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="needs /dev/full")
def test_full_disk(catalogue: Path, model_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "model.onnx.tmp").symlink_to("/dev/full")  # the export cannot be written
    arguments = ["train", "--manifest", str(catalogue), "--out", str(out), "--job", str(tmp_path / "job")]
    arguments += ["--features", str(model_folder / "features.npz"), "--epochs", "1", "--threads", "1"]
    assert main(arguments) == 1
    assert "disk is full" in outcome(tmp_path / "job")["reason"]
    assert not (out / "model.onnx").exists()


def test_events_of_a_whole_run(model_folder: Path) -> None:
    lines = [json.loads(line) for line in (model_folder.parent / "events.jsonl").read_text().splitlines()]
    assert {"time", "kind", "stage", "progress", "eta_s"} <= set(lines[0])
    progress = [line["progress"] for line in lines]
    assert progress == sorted(progress)
    kinds = {line["kind"] for line in lines}
    assert {"device", "stage", "epoch", "teacher", "type_skipped", "student", "outcome"} <= kinds
    epochs = [line for line in lines if line["kind"] == "epoch"]
    assert all("loss" in line["losses"] for line in epochs)
    assert all(0 <= line["epoch"] <= line["epochs"] for line in epochs)
    assert lines[-1]["state"] == "succeeded"
    assert lines[-1]["model"].endswith("model.onnx")
