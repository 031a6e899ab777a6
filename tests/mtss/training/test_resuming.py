"""A run that was stopped anywhere and gone on with ends where an undisturbed one does, to the bit."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from mtss.cli import main
from mtss.labels import AttributeType, LabelSpace
from mtss.sample import Sample
from mtss.training.checkpoint import CheckpointProblem
from mtss.training.config import PRESETS, TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.events import Control, Run
from mtss.training.further import NOTHING
from mtss.training.learning import train_student
from mtss.training.resuming import Checkpoints, ResumeProblem
from mtss.training.teaching import train_teacher

SPACE = LabelSpace([AttributeType("a", ["x", "y", "z"])])
CPU = torch.device("cpu")
STEPS = 60  # a report every third step
SMALL = replace(
    PRESETS["product"],
    teacher_steps=STEPS * 3,
    student_steps=STEPS,
    dim=8,
    batch=16,
    student_hidden=12,
)


def test_deterministic_reaches_torch(catalogue: Path, model_folder: Path, tmp_path: Path) -> None:
    train = ["train-teacher", "--manifest", str(catalogue), "--type", "color", "--epochs", "1"]
    train += ["--features", str(model_folder / "features.npz"), "--device", "cpu"]
    for flags, expected in (["--deterministic"], True), ([], False):
        assert main([*train, "--out", str(tmp_path / str(expected)), *flags]) == 0
        assert torch.are_deterministic_algorithms_enabled() == expected


class _Killed(BaseException):
    """Nobody catches it: what is on disk is all that is left."""


class _KilledAt(Control):
    """Ends the run where it asks for the n-th time whether to go on."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self._left = n

    def check(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _Killed


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def data() -> FeatureSet:
    rng = np.random.default_rng(3)
    centres = rng.standard_normal((3, 10))
    classes = rng.integers(3, size=70)
    splits = ("train", "train", "val", "train", "train")
    samples = [
        Sample(f"{n}.jpg", {"a": (SPACE["a"].classes[c],)}, splits[n % 5]) for n, c in enumerate(classes)
    ]
    features = (centres[classes] + rng.standard_normal((70, 10))).astype(np.float32)
    return FeatureSet(SPACE, tuple(samples), features, tuple(str(n) for n in range(70)), {})


Train = Callable[[Run, Checkpoints | None], Any]


def _training(kind: str, data: FeatureSet) -> Train:
    if kind == "student":
        teacher = train_teacher(data, SPACE["a"], SMALL, CPU, Run())
        return lambda run, kept: train_student(data, [teacher], SMALL, CPU, run, NOTHING, kept)
    config = replace(SMALL, loss="bce" if kind == "bce" else "focal")
    return lambda run, kept: train_teacher(data, SPACE["a"], config, CPU, run, kept)


def _same(one: Any, other: Any) -> bool:
    first, second = one.module.state_dict(), other.module.state_dict()
    return one.fit == other.fit and all(torch.equal(value, second[name]) for name, value in first.items())


@pytest.mark.parametrize("kind", ["focal", "bce", "student"])
@pytest.mark.parametrize("step", [1, 2, 3, 17, 30, STEPS - 1])
def test_killed_at_a_step(kind: str, step: int, data: FeatureSet, tmp_path: Path) -> None:
    train = _training(kind, data)
    undisturbed = train(Run(), None)
    with pytest.raises(_Killed):
        train(Run(control=_KilledAt(step)), Checkpoints(tmp_path, seconds=0))
    torch.manual_seed(999)  # another process has another history of chance
    told: list[dict[str, Any]] = []
    again = train(Run([told.append]), Checkpoints(tmp_path, resume=True, seconds=0))
    assert _same(undisturbed, again)
    assert [e["step"] for e in told if e["kind"] == "resumed"] == [step]


def test_a_finished_stage_is_not_trained_again(data: FeatureSet, tmp_path: Path) -> None:
    train = _training("focal", data)
    first = train(Run(), Checkpoints(tmp_path))
    again = train(Run(control=_KilledAt(0)), Checkpoints(tmp_path, resume=True))  # not one step is taken
    assert _same(first, again)


def test_without_resume_it_starts_anew(data: FeatureSet, tmp_path: Path) -> None:
    train = _training("focal", data)
    with pytest.raises(_Killed):
        train(Run(control=_KilledAt(9)), Checkpoints(tmp_path, seconds=0))
    told: list[dict[str, Any]] = []
    train(Run([told.append]), Checkpoints(tmp_path))
    assert not any(e["kind"] == "resumed" for e in told)


def _relabelled(data: FeatureSet) -> FeatureSet:
    first = replace(data.samples[0], labels={"a": ("z",)})
    assert first != data.samples[0]
    return replace(data, samples=(first, *data.samples[1:]))


@pytest.mark.parametrize(
    ("config", "change"),
    [
        (replace(SMALL, gamma=2.0), lambda data: data),
        (SMALL, _relabelled),
        (SMALL, lambda data: replace(data, features=data.features + np.float32(1e-3))),
    ],
)
def test_other_settings_labels_or_images_are_refused(
    config: TrainConfig, change: Callable[[FeatureSet], FeatureSet], data: FeatureSet, tmp_path: Path
) -> None:
    data = replace(
        data, samples=(replace(data.samples[0], labels={"a": ("x",)}), *data.samples[1:])
    )  # so that `_relabelled` differs
    train_teacher(data, SPACE["a"], SMALL, CPU, Run(), Checkpoints(tmp_path))
    with pytest.raises(ResumeProblem, match="other images, labels or settings"):
        train_teacher(change(data), SPACE["a"], config, CPU, Run(), Checkpoints(tmp_path, resume=True))


def test_a_run_of_another_version_is_refused_by_name(data: FeatureSet, tmp_path: Path) -> None:
    train_teacher(data, SPACE["a"], SMALL, CPU, Run(), Checkpoints(tmp_path))
    path = tmp_path / "teacher-1.progress.pt"
    content = torch.load(path, weights_only=True)
    for by, words in (({"torch": "1.0"}, r"torch 1\.0"), (None, "an older one")):
        other = content | {"by": content["by"] | (by or {})}
        if by is None:
            del other["by"]
        torch.save(other, path)
        with pytest.raises(ResumeProblem, match=rf"made by another version \({words}\)"):
            train_teacher(data, SPACE["a"], SMALL, CPU, Run(), Checkpoints(tmp_path, resume=True))


@pytest.mark.parametrize("content", [b"", b"\x80\x04K.", b"PK\x03\x04 half an archive"])
def test_a_damaged_checkpoint_is_refused_in_words(content: bytes, data: FeatureSet, tmp_path: Path) -> None:
    (tmp_path / "teacher-1.progress.pt").write_bytes(content)
    with pytest.raises(CheckpointProblem, match="not a checkpoint"):
        train_teacher(data, SPACE["a"], SMALL, CPU, Run(), Checkpoints(tmp_path, resume=True))


# The command, with real signals -------------------------------------------------------------------------


def _command(catalogue: Path, features: Path, out: Path, *more: str) -> list[str]:
    arguments = ["--manifest", str(catalogue), "--out", str(out), "--features", str(features)]
    arguments += ["--epochs", "30", "--device", "cpu", "--checkpoint-every", "0"]
    arguments += ["--student-start", "random", *more]  # so that the student has something to learn
    return ["train", *arguments]


def _stop(command: list[str], number: signal.Signals, after: int, environment: dict[str, str]) -> None:
    """Start it and send a signal once it has told of so many epochs."""
    log = Path(command[command.index("--events") + 1])
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "mtss", *command],
        env=environment,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not log.exists() or log.read_text().count('"epoch"') < after:
        assert child.poll() is None, "the child ended before"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    child.send_signal(number)
    assert child.wait(60) == (130 if number == signal.SIGTERM else -number)


def _numbers(model: Path) -> dict[str, np.ndarray]:
    graph = onnx.load(str(model / "model.onnx")).graph
    return {i.name: numpy_helper.to_array(i) for i in graph.initializer}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_command_goes_on(
    number: signal.Signals,
    catalogue: Path,
    model_folder: Path,
    tmp_path: Path,
    environment: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    features = model_folder / "features.npz"
    assert main(_command(catalogue, features, tmp_path / "whole")) == 0
    out, log = tmp_path / "out", tmp_path / "events.jsonl"
    command = _command(catalogue, features, out, "--events", str(log))
    epochs = (tmp_path / "whole" / "checkpoints" / "curves.csv").read_text().count(",loss,")
    at = random.randrange(1, epochs - 4)
    sys.stdout.write(f"stopped after {at} of {epochs} epochs\n")  # shown where it fails
    _stop(command, number, at, environment)
    assert not (out / "model.onnx").exists()
    assert list((out / "checkpoints").rglob("*.progress.pt"))
    assert main(command) == 2
    assert "holds a run that was stopped: go on with --resume" in capsys.readouterr().err
    assert main([*command, "--resume", "--dim", "32"]) == 2
    assert "other images, labels or settings; start anew with --overwrite" in capsys.readouterr().err
    assert main([*command, "--resume"]) == 0
    kinds = [json.loads(line)["kind"] for line in log.read_text().splitlines()]
    assert "resumed" in kinds
    whole, again = _numbers(tmp_path / "whole"), _numbers(out)
    assert whole.keys() == again.keys()
    assert all(np.array_equal(whole[name], again[name]) for name in whole)
    assert not list((out / "checkpoints").rglob("*.progress.pt"))  # nothing is left to go on from
