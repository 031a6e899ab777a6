"""`mtss predict` and `mtss evaluate` on what people hand over: one plain line, exit 2, nothing written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mtss.cli import main
from tests.mtss.conftest import written

Refused = Callable[..., str]
GOOD = '{"image": "0000.jpg", "labels": {"color": ["red"]}}'


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Refused:
    """Run a command that must be refused; its one line. The files in tmp_path stay as they were."""

    def run(*arguments: object) -> str:
        before = written(tmp_path)
        assert main([str(a) for a in arguments]) == 2
        captured = capsys.readouterr()
        assert captured.err.startswith("mtss: ")
        assert captured.err.count("\n") == 1
        assert written(tmp_path) == before
        return captured.err

    return run


@pytest.fixture
def manifest(catalogue: Path, tmp_path: Path) -> Callable[..., Path]:
    """A manifest of these lines beside one image and the catalogue's label space."""

    def write(*lines: str | bytes) -> Path:
        for name in ("labels.json", "0000.jpg"):
            (tmp_path / name).write_bytes((catalogue.parent / name).read_bytes())
        raw = [line if isinstance(line, bytes) else line.encode() for line in lines]
        (tmp_path / "m.jsonl").write_bytes(b"".join(line + b"\n" for line in raw))
        return tmp_path / "m.jsonl"

    return write


def test_predict_says_which_folder_has_no_images(
    refused: Refused, model_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "notes.txt").write_text("no image")
    words = refused("predict", "--model", model_folder, tmp_path / "empty", tmp_path / "words", "--json")
    assert f"{tmp_path / 'empty'}, {tmp_path / 'words'}: no image files are there" in words


def test_predict_answers_the_good_ones_among_broken_ones(
    model_folder: Path, catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = (catalogue.parent / "0000.jpg").read_bytes()
    files = {
        b"a.jpg": good,
        b"b-cut.jpg": good[:900],
        b"c-empty.png": b"",
        b"d-text.webp": b"no picture at all",
        b"e-head.png": b"\x89PNG\r\n\x1a\n",
        b"f-\xff.jpg": good,
    }
    for name, content in files.items():
        (tmp_path / os.fsdecode(name)).write_bytes(content)
    (tmp_path / "g-folder.jpg").mkdir()
    (tmp_path / "h-gone.jpg").symlink_to("nowhere.jpg")
    assert main(["predict", "--model", str(model_folder), str(tmp_path), "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [os.fsencode(Path(a["image"]).name) for a in answers] == [*files, b"h-gone.jpg"]
    problems = [a.get("error") for a in answers]
    assert problems == [
        None,
        "truncated: the end of the file is missing",
        "the file is empty",
        "not an image in a known format",
        "not an image in a known format",
        None,
        "cannot be read: No such file or directory",
    ]
    assert answers[0]["suggestions"] == answers[5]["suggestions"]


def test_predict_where_no_image_can_be_read(
    model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"")
    assert main(["predict", "--model", str(model_folder), str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert captured.out.count("the file is empty") == 2
    assert captured.err == "mtss: none of the 2 images can be read\n"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda b: b"", "odd.onnx is not an exported model: the file is empty"),
        (lambda b: b[: len(b) // 2], "odd.onnx is not an exported model"),
        (lambda b: b[:200] + b"\xff" * 200 + b[400:], "odd.onnx is not an exported model"),
        (lambda b: b.replace(b"lapel.model", b"other.model"), "odd.onnx is not one of Lapel's models"),
        (lambda b: b"PK\x03\x04" + b, "odd.onnx is a Python pickle or archive"),
    ],
)
def test_a_spoilt_model_is_refused_by_all(
    refused: Refused,
    manifest: Callable[..., Path],
    model_folder: Path,
    tmp_path: Path,
    spoil: Callable[[bytes], bytes],
    words: str,
) -> None:
    model = tmp_path / "odd.onnx"
    model.write_bytes(spoil((model_folder / "model.onnx").read_bytes()))
    path = manifest(GOOD)
    assert words in refused("predict", "--model", model, tmp_path / "0000.jpg")
    assert words in refused("evaluate", "--model", model, "--manifest", path, "--split", "all")


def test_a_model_that_is_not_there(refused: Refused, manifest: Callable[..., Path], tmp_path: Path) -> None:
    path = manifest(GOOD)
    for model, missing in ((tmp_path, "model.onnx"), (tmp_path / "none.onnx", "none.onnx")):
        words = f"{missing}: cannot be read (No such file or directory)"
        assert words in refused("predict", "--model", model, tmp_path / "0000.jpg")
        assert words in refused("evaluate", "--model", model, "--manifest", path)


def test_a_teacher_is_no_model(refused: Refused, manifest: Callable[..., Path], tmp_path: Path) -> None:
    path = manifest(GOOD)
    left_in(tmp_path / "color", "teacher.pt")
    for model in (tmp_path / "color", tmp_path / "color" / "teacher.pt"):
        words = f"{model} is a teacher: mtss train-student makes a model of teachers"
        assert words in refused("predict", "--model", model, tmp_path / "0000.jpg")
        assert words in refused("evaluate", "--model", model, "--manifest", path)
        assert words in refused("adapt", "--model", model, "--manifest", path, "--out", tmp_path / "o")
        assert words in refused("export", "--model", model, "--out", tmp_path / "o.onnx")


def test_a_model_is_no_teacher(refused: Refused, catalogue: Path, model_folder: Path, tmp_path: Path) -> None:
    arguments = ("--manifest", catalogue, "--out", tmp_path / "out", "--teachers")
    for model in (model_folder, model_folder / "model.onnx"):
        words = refused("train-student", *arguments, model)
        assert f"{model} is a model, for predict, evaluate, adapt and export; teachers come from" in words


@pytest.mark.parametrize("given", ["--manifest", "--unlabelled"])
def test_a_root_that_is_not_there(
    refused: Refused, catalogue: Path, model_folder: Path, tmp_path: Path, given: str
) -> None:
    """Not every image of the manifest is at fault."""
    root = ["--root", tmp_path / "nowhere"]
    words = f"--root {tmp_path / 'nowhere'}: there is no such folder"
    out = ["--out", tmp_path / "out"]
    if given == "--unlabelled":
        assert words in refused("train", "--manifest", catalogue, given, catalogue, *root, *out)
        return
    assert words in refused("train", given, catalogue, *root, *out)
    assert words in refused("tune", given, catalogue, *root, *out)
    assert words in refused("evaluate", "--model", model_folder, given, catalogue, *root)
    assert words in refused("adapt", "--model", model_folder, given, catalogue, *root, *out)


@pytest.mark.parametrize(
    "content",
    [
        '{"images": [{"id": 1, "file_name": "0000.jpg"}], "annotations": [], "categories": []}',
        '{\n  "images": [\n    {"id": 1, "file_name": "0000.jpg"}\n  ]\n}\n',
        '[{"image": "0000.jpg"}]',
        "image,color\n0000.jpg,red\n",
    ],
)
def test_what_is_no_manifest(refused: Refused, catalogue: Path, tmp_path: Path, content: str) -> None:
    """COCO on one line and on several, a list, a table: said before labels.json is missed."""
    path = tmp_path / "instances.json"
    path.write_text(content)
    words = "instances.json is no manifest: one JSON object a line is, for every image {"
    for command in (["train"], ["tune"], ["train-teacher", "--type", "color"]):
        assert words in refused(*command, "--manifest", path, "--out", tmp_path / "out")
    words = "labels.json is the label space: name the manifest beside it (manifest.jsonl)"
    assert words in refused("train", "--manifest", catalogue.parent / "labels.json", "--out", tmp_path / "o")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("garbage", "m.jsonl:2: not JSON"),
        (b'\xff\xfe{"image"', "m.jsonl:2: not UTF-8"),
        (
            '{"image": "0000.jpg", "labels": {"color": ["mauve"]}}',
            "m.jsonl:2: type 'color' has no class 'mauve'",
        ),
        (
            '{"image": "0000.jpg", "labels": {"style": ["x"]}}',
            "m.jsonl:2: there is no attribute type 'style'",
        ),
    ],
)
def test_evaluate_names_file_and_line(
    refused: Refused, manifest: Callable[..., Path], model_folder: Path, line: str | bytes, words: str
) -> None:
    path = manifest(GOOD, line)
    assert words in refused("evaluate", "--model", model_folder, "--manifest", path, "--split", "all")


def test_evaluate_says_what_is_missing(
    refused: Refused, manifest: Callable[..., Path], model_folder: Path, tmp_path: Path
) -> None:
    command = ("evaluate", "--model", model_folder, "--split", "all", "--manifest")
    assert "m.jsonl: there is no image in it" in refused(*command, manifest())
    unlabelled = manifest('{"image": "0000.jpg"}', '{"image": "0000.jpg", "labels": {"rare": ["left"]}}')
    assert "no usable image in split 'all' is labelled" in refused(*command, unlabelled)
    gone = manifest('{"image": "gone.jpg", "labels": {"color": ["red"]}}')
    assert "no image can be used: 1 of 1 cannot be read (the first: cannot be read" in refused(*command, gone)
    several = manifest(*(f'{{"image": "{n}.jpg", "labels": {{"color": ["red"]}}}}' for n in range(9)))
    train = refused(*command[:3], "--split", "train", "--manifest", several)
    assert "no image in split 'train', drawn as training would (--split all asks about all), can be" in train
    assert "is a folder: name the manifest in it" in refused(*command, tmp_path)
    manifest(GOOD)
    (tmp_path / "labels.json").write_text('{"types": 3}')
    assert 'labels.json: a label space is an object with a list "types"' in refused(*command, gone)
    (tmp_path / "labels.json").unlink()
    assert "labels.json: the label space of m.jsonl is missing" in refused(*command, gone)


@pytest.mark.parametrize(
    ("flag", "value", "words"),
    [
        ("--seed", "-1", "--seed must be a whole number from 0 to 4294967295"),
        ("--seed", "4294967296", "--seed must be"),
        ("--threads", "0", "--threads must be at least 1"),
        ("--checkpoint-every", "-1", "--checkpoint-every takes seconds, 0 or more"),
        ("--checkpoint-every", "nan", "--checkpoint-every takes seconds, 0 or more"),
    ],
)
@pytest.mark.parametrize("command", ["train", "train-teacher", "tune"])
def test_impossible_trainings(
    refused: Refused, catalogue: Path, tmp_path: Path, command: str, flag: str, value: str, words: str
) -> None:
    more = ("--type", "color") if command != "train" else ()
    out = tmp_path / "out"
    assert words in refused(command, "--manifest", catalogue, "--out", out, *more, flag, value)
    assert not out.exists()
    out.write_text("mine")
    assert "out is a file" in refused(command, "--manifest", catalogue, "--out", out, *more)
    assert out.read_text() == "mine"


STOPPED = "holds a run that was stopped: go on with --resume, or start anew with --overwrite"
LEFT = {
    "checkpoints/student.progress.pt": STOPPED,
    "checkpoints/refined/teacher-1.progress.pt": STOPPED,
    "model.onnx": "already holds a finished model; take another folder, or --overwrite",
    "teacher.pt": "already holds a finished teacher; take another folder, or --overwrite",
}
OTHERS = {  # a folder is for results of one kind
    "train": {"teacher.pt": "holds a teacher: take another folder"},
    "train-student": {"teacher.pt": "holds a teacher: take another folder"},
    "train-teacher": {"model.onnx": "holds a model: take another folder"},
}


def left_in(out: Path, name: str) -> None:
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("of a run before")


@pytest.mark.parametrize("command", ["train", "train-teacher", "train-student"])
def test_nothing_is_overwritten_unasked(
    refused: Refused, catalogue: Path, tmp_path: Path, command: str
) -> None:
    more = {"train-teacher": ["--type", "color"], "train-student": ["--teachers", tmp_path]}.get(command, [])
    for number, (name, words) in enumerate((LEFT | OTHERS[command]).items()):
        out = tmp_path / str(number)
        left_in(out, name)
        assert f"{out} {words}" in refused(command, "--manifest", catalogue, "--out", out, *more)
        assert "give one of them" in refused(
            command, "--manifest", catalogue, "--out", out, *more, "--resume", "--overwrite"
        )


@pytest.mark.parametrize("flags", [["--backbone", "none"], ["--lr", "-1"], ["--tuned", "nowhere"]])
def test_nothing_is_overwritten_before_bad_input_is_found(
    refused: Refused, catalogue: Path, tmp_path: Path, flags: list[str]
) -> None:
    for name in LEFT:
        left_in(tmp_path / "out", name)
    refused("train", "--manifest", catalogue, "--out", tmp_path / "out", "--overwrite", *flags)
    teacher = ["train-teacher", "--type", "color", "--manifest", catalogue]
    refused(*teacher, "--out", tmp_path / "out", "--overwrite", *flags)


@pytest.mark.parametrize("command", ["train", "train-teacher", "train-student", "tune"])
def test_there_is_nothing_to_go_on_with(
    refused: Refused, catalogue: Path, tmp_path: Path, command: str
) -> None:
    more = {"train-teacher": ["--type", "color"], "train-student": ["--teachers", tmp_path]}.get(command, [])
    arguments = (command, "--manifest", catalogue, *more, "--resume", "--out")
    assert "there is no run to go on with in " in refused(*arguments, tmp_path / "typo")
    if command in ("train-teacher", "train-student"):
        left_in(tmp_path / "out", "checkpoints/teacher-2.progress.pt")
        (tmp_path / "out" / "checkpoints" / "run.txt").write_text("train")
        words = f"out holds a run of mtss train, and nothing of mtss {command}"
        assert words in refused(*arguments, tmp_path / "out")


def test_curves_go_into_a_folder(refused: Refused, catalogue: Path, tmp_path: Path) -> None:
    (tmp_path / "curves").write_text("mine")
    words = refused(
        "train", "--manifest", catalogue, "--out", tmp_path / "o", "--tensorboard", tmp_path / "curves"
    )
    assert "curves is a file: --tensorboard is the folder for the curves" in words


@pytest.mark.parametrize("rate", ["1e30", "3e4"])
def test_a_training_that_diverges_leaves_no_model(
    catalogue: Path, model_folder: Path, tmp_path: Path, rate: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """1e30 ends in numbers that are none, 3e4 in weights that the file's float16 cannot hold."""
    train = ["train", "--manifest", catalogue, "--features", model_folder / "features.npz", "--epochs", "2"]
    assert main([str(a) for a in (*train, "--out", tmp_path / "m", "--lr", rate)]) == 2
    assert capsys.readouterr().err.startswith("mtss: the training diverged")
    assert not (tmp_path / "m" / "model.onnx").exists()


@pytest.mark.parametrize(
    ("flag", "value", "words"),
    [
        ("--k", "²", "--k takes ranks from 1 to 10000 with commas, not '²'"),
        ("--k", "0", "--k takes ranks from 1"),
        ("--k", ",", "--k takes ranks from 1"),
        ("--threads", "0", "--threads must be at least 1"),
    ],
)
def test_impossible_numbers(
    refused: Refused, manifest: Callable[..., Path], model_folder: Path, flag: str, value: str, words: str
) -> None:
    path = manifest(GOOD)
    assert words in refused("evaluate", "--model", model_folder, "--manifest", path, flag, value)
    if flag == "--threads":
        assert words in refused("predict", "--model", model_folder, path.parent, flag, value)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda rows: rows[:, :10], "hashes with features (150, 10), not 384 an image"),
        (lambda rows: rows[:-1], "150 hashes with features (149, 384)"),
        (lambda rows: rows[0, 0], "150 hashes with features ()"),
        (lambda rows: rows[..., None], "150 hashes with features (150, 384, 1)"),
        (lambda rows: rows.astype("U3"), "its features are no numbers"),
    ],
)
def test_stored_features_of_other_shape(
    refused: Refused,
    catalogue: Path,
    model_folder: Path,
    tmp_path: Path,
    spoil: Callable[[np.ndarray], np.ndarray],
    words: str,
) -> None:
    """Named before an image is read; or a model would come of them that nothing can open."""
    with np.load(model_folder / "features.npz") as file:
        stored = {name: file[name] for name in file.files}
    stored["features"] = spoil(stored["features"])
    path = tmp_path / "odd.npz"
    np.savez(path, **stored)
    (tmp_path / "out").mkdir()
    shared = ("--manifest", catalogue, "--features", path)
    assert words in refused("train", *shared, "--out", tmp_path / "out")
    assert words in refused("evaluate", *shared, "--model", model_folder)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b"no tensors", "not a file of plain tensors"),
        (b"\x80\x02N.", "plain tensors"),
    ],
)
def test_weights_that_are_none(
    refused: Refused, catalogue: Path, tmp_path: Path, content: bytes | None, words: str
) -> None:
    weights = tmp_path / "weights.pt"
    if content is not None:
        weights.write_bytes(content)
    (tmp_path / "out").mkdir()
    arguments = ("--manifest", catalogue, "--out", tmp_path / "out", "--weights", weights)
    assert words in refused("train", *arguments)
