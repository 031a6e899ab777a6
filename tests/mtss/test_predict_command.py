"""`mtss predict` on many images: in order, into a file, stopped and gone on with, and on which device."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from mtss.cli import main
from mtss.commands.answer_file import AnswerFile
from mtss.commands.answers import AHEAD, answers
from mtss.commands.predict import _line
from mtss.predictor import BATCH, OnnxPredictor
from mtss.problem import Problem
from mtss.providers import CPU, CUDA, NOT_STARTED, ProviderProblem, device_words, wanted

IMAGES = 40
DEFAULT = Path(__file__).resolve().parents[2] / "resources" / "models" / "default"  # every type is calibrated


@pytest.fixture
def folder(catalogue: Path, tmp_path: Path) -> Path:
    """Images in nested folders, one of them broken, one with a name that is no UTF-8."""
    target = tmp_path / "photos"
    for n, path in enumerate(sorted(catalogue.parent.glob("*.jpg"))[:IMAGES]):
        (target / str(n % 3)).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target / str(n % 3) / path.name)
    (target / "1" / "zero.jpg").touch()
    (target / "0" / "0000.jpg").rename(target / "0" / os.fsdecode(b"\xff.jpg"))
    return target


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def predict(model: Path, folder: Path, *arguments: object) -> int:
    return main(["predict", "--model", str(model), str(folder), *map(str, arguments)])


def test_a_file_holds_what_is_printed(
    model_folder: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert predict(model_folder, folder, "--json") == 0
    printed, told = capsys.readouterr()
    assert told.splitlines()[0] == f"mtss: on {device_words('auto', [CPU])}"
    events = tmp_path / "events.jsonl"
    out = tmp_path / "new" / "answers.jsonl"
    assert predict(model_folder, folder, "--out", out, "--events", events, "--threads", 1) == 0
    version = OnnxPredictor(model_folder / "model.onnx").version
    expected = [json.loads(line) | {"model": version} for line in printed.splitlines()]
    assert lines(out) == expected
    assert len(expected) == IMAGES + 1
    assert os.fsencode(str(expected[0]["image"])).endswith(b"0/0003.jpg")
    assert next(e for e in expected if "error" in e)["error"] == "the file is empty"
    last = lines(events)[-1]
    assert (last["images"], last["errors"], last["passed_over"]) == (IMAGES + 1, 1, 0)


def test_resumed_after_a_cut_line_and_with_new_images(
    model_folder: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answers.jsonl"
    assert predict(model_folder, folder, "--out", out) == 0
    whole = out.read_bytes()
    first = b"".join(whole.splitlines(keepends=True)[:17])
    out.write_bytes(first + b'{"image": "cut o')
    assert predict(model_folder, folder, "--out", out, "--resume") == 0
    assert out.read_bytes() == whole
    (folder / "1" / "zero.jpg").unlink()
    shutil.copy(folder / "2" / "0002.jpg", folder / "0" / "added.jpg")
    capsys.readouterr()
    assert predict(model_folder, folder, "--out", out, "--resume") == 0
    assert f"1 image, {IMAGES} passed over" in capsys.readouterr().out
    assert out.read_bytes().startswith(whole)
    assert str(lines(out)[-1]["image"]).endswith("added.jpg")
    assert predict(model_folder, folder, "--out", out, "--resume") == 0, "all were answered before"


def test_what_could_not_be_read_is_asked_for_again(
    model_folder: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, one = tmp_path / "answers.jsonl", folder / "1" / "zero.jpg"
    for _ in range(2):
        assert predict(model_folder, one, "--out", out, *(["--resume"] if out.exists() else [])) == 2
        said = capsys.readouterr()
        assert "1 image, 1 could not be read, 0 passed over" in said.out
        assert "the image cannot be read" in said.err
        assert len(lines(out)) == 1, "it is said once"
    shutil.copy(folder / "2" / "0002.jpg", one)
    assert predict(model_folder, one, "--out", out, "--resume") == 0
    assert "1 image, 0 passed over" in capsys.readouterr().out
    assert ["error" in line for line in lines(out)] == [True, False]
    assert predict(model_folder, one, "--out", out, "--resume") == 0
    assert "0 images, 1 passed over" in capsys.readouterr().out


def test_a_type_that_few_images_calibrated_is_told(
    model_folder: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calibrations = OnnxPredictor(model_folder / "model.onnx").calibration
    rough = [name for name, by in calibrations.items() if by.verified < 50]
    assert rough
    assert predict(model_folder, folder / "0") == 0
    assert f"confidence is rough in {', '.join(rough)}: fewer than 50" in capsys.readouterr().err
    assert predict(DEFAULT, folder / "0") == 0
    assert "rough" not in capsys.readouterr().err


def test_refusals_lose_nothing(
    model_folder: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answers.jsonl"
    for content, words in (
        (b"precious\n", "answers.jsonl:1: not an answer of mtss predict --out"),
        (b"my notes", "answers.jsonl:1: not an answer of mtss predict --out"),
        (b'{"image": "a.jpg"}', "answers.jsonl:1: not an answer of mtss predict --out"),
        (b'{"image": "a.jpg", "labels": {"color"', "answers.jsonl:1: not an answer of mtss predict --out"),
        (b'{"images": [', "answers.jsonl:1: not an answer of mtss predict --out"),
        (b'{"image": "a.jpg", "model": "0123"}\n', "was written by model 0123, not"),
        (b'{"image": "a.jpg", "error": "none", "model": "0123"}', "was written by model 0123, not"),
    ):
        out.write_bytes(content)
        assert predict(model_folder, folder, "--out", out, "--resume") == 2
        assert words in capsys.readouterr().err
        assert predict(model_folder, folder, "--out", out) == 2
        assert "is there already" in capsys.readouterr().err
        assert out.read_bytes() == content
    assert predict(model_folder, folder, "--resume") == 2
    assert "--out" in capsys.readouterr().err
    for more in ((), ("--resume",)):
        assert predict(model_folder, folder, "--out", folder, *more) == 2
        assert f"{folder} is a folder: --out is the file for the answers" in capsys.readouterr().err


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stopped_and_gone_on_with(
    model_folder: Path, folder: Path, tmp_path: Path, environment: dict[str, str], number: signal.Signals
) -> None:
    """As soon as it has told its first answer."""
    endless = tmp_path / "endless"
    endless.mkdir()
    for n in range(400):
        os.link(folder / "2" / "0002.jpg", endless / f"{n:03}.jpg")
    out, events = tmp_path / "answers.jsonl", tmp_path / "events"
    command = [sys.executable, "-m", "mtss", "predict", "--model", str(model_folder), str(endless)]
    child = subprocess.Popen(
        [*command, "--out", str(out)], env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stderr is not None
    assert child.stderr.readline().startswith(b"mtss: on ")  # its first answer
    child.send_signal(number)
    _, said = child.communicate()
    assert child.returncode == (130 if number == signal.SIGINT else -number)
    if number == signal.SIGINT:
        assert b"; --resume goes on" in said
        assert b"Traceback" not in said
    done = out.read_bytes().count(b"\n")
    assert done < 400
    assert predict(model_folder, endless, "--out", out, "--resume", "--events", events) == 0
    assert lines(events)[-1]["passed_over"] == done
    images = [str(line["image"]) for line in lines(out)]
    assert images == [str(endless / f"{n:03}.jpg") for n in range(400)]


def test_no_more_is_read_than_is_asked_for(model_folder: Path, folder: Path) -> None:
    """Memory stays the same however long the list is."""
    taken = 0

    def endless() -> Iterator[Path]:
        nonlocal taken
        while True:
            taken += 1
            yield folder / "2" / "0002.jpg"

    found = answers(OnnxPredictor(model_folder / "model.onnx"), endless(), 1, workers=2)
    for _ in range(20):
        next(found)
    found.close()
    assert taken <= 20 + (2 * AHEAD + 2) * BATCH


def test_the_same_answers_whoever_works(model_folder: Path, folder: Path) -> None:
    predictor = OnnxPredictor(model_folder / "model.onnx")
    paths = sorted(folder.rglob("*.jpg"))
    one, four = (list(answers(predictor, paths, 2, workers)) for workers in (1, 4))
    assert one == four
    assert [a["image"] for a in one] == [str(p) for p in paths]


def test_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wanted("cpu") == [CPU]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CPU])
    assert wanted("auto") == [CPU]
    assert device_words("auto", [CPU]) == "the CPU (this onnxruntime offers no CUDA)"
    assert device_words("cpu", [CPU]) == "the CPU (it was asked for)"
    with pytest.raises(ProviderProblem, match=r"no GPU can be used: .*; the package onnxruntime-gpu"):
        wanted("cuda")
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, CPU])
    assert wanted("auto") == wanted("cuda") == [CUDA, CPU]
    assert device_words("auto", [CUDA, CPU]) == "CUDA"
    assert device_words("auto", [CPU]) == f"the CPU ({NOT_STARTED})"
    assert device_words("cpu", [CPU]) == "the CPU (it was asked for)"


def test_percentages_stand_in_their_order(
    model_folder: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of several classes each has its own probability; the ranking, as JSON tells it, is by similarity."""
    ranked = [
        {"class": "stripe", "similarity": 0.61, "confidence": 0.42},
        {"class": "dot", "similarity": 0.6, "confidence": 0.97},
        {"class": "@none", "similarity": 0.1, "confidence": 0.42},
    ]
    assert _line({"image": "a.jpg", "suggestions": {"pattern": ranked}}) == (
        "a.jpg: pattern dot 97%, stripe 42%, @none 42%"
    )
    assert predict(model_folder, folder) == 0
    for line in capsys.readouterr().out.splitlines():
        if line.endswith("%"):
            for kind in line.split("; "):
                shares = [int(share) for share in re.findall(r" (\d+)%", kind)]
                assert len(shares) == 3
                assert shares == sorted(shares, reverse=True)


def test_a_line_cut_off_anywhere_is_answered_again(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    ranked = {"color": [{"class": "red", "similarity": 0.6, "confidence": 0.4}]}
    first = {"image": "first.jpg", "suggestions": {}}
    for answer in ({"image": 'a", "b}.jpg', "suggestions": ranked}, {"image": "\udcff", "error": "a }"}):
        out.unlink(missing_ok=True)
        with AnswerFile(out, "m", resume=False) as file:
            file.write(first)
            file.write(answer)
        kept, cut = out.read_bytes().splitlines(keepends=True)
        for end in range(len(cut)):
            out.write_bytes(kept + cut[:end])
            with AnswerFile(out, "m", resume=True) as file:
                assert len(file) == 1
                assert Path(answer["image"]) not in file
            assert out.read_bytes() == kept, cut[:end]
        out.write_bytes(kept + b"my notes")
        with pytest.raises(Problem, match=r"a\.jsonl:2: not an answer"):
            AnswerFile(out, "m", resume=True)
        assert out.read_bytes() == kept + b"my notes"


def test_digests_spread(tmp_path: Path) -> None:
    """What is passed over is found by eight bytes a name."""
    out = tmp_path / "a.jsonl"
    names = [f"{n}/\udcff{n}.jpg" for n in np.random.default_rng(3).permutation(2_000)]
    with AnswerFile(out, "m", resume=False) as file:
        for name in names:
            file.write({"image": name})
    with AnswerFile(out, "m", resume=True) as file:
        assert len(file) == 2_000
        assert all(Path(name) in file for name in names)
        assert not any(Path(f"{name}x") in file for name in names)
