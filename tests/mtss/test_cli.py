"""The command line: shapes of its answers, exit codes, plain words."""

from __future__ import annotations

import argparse
import json
import math
import re
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Never

import numpy as np
import pytest
import torch

from mtss.cli import build_parser, main
from mtss.commands.options import CHOICES, NUMBERS, training_config
from mtss.commands.scores import words_of
from mtss.manifest import Manifest
from mtss.model_file import read_model
from mtss.predictor import OnnxPredictor
from mtss.problem import Problem
from mtss.training import finish
from mtss.training.backbones.frozen import frozen_backbone
from mtss.training.backbones.network import Tune
from mtss.training.checkpoint import load_checkpoint, write_tensors
from mtss.training.config import PRESETS, Preset, TrainConfig, preset_for
from mtss.training.preparing import UNUSED_COPIES, UNUSED_IMAGES
from mtss.training.teacher_files import load_teacher, read_card
from tests.mtss.conftest import MakeCatalogue


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(a) for a in arguments]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("mtss: ")
    assert captured.err.count("\n") == 1
    return captured.err


@pytest.mark.parametrize(
    "command",
    [
        "",
        "prepare",
        "train",
        "train-teacher",
        "train-student",
        "tune",
        "evaluate",
        "predict",
        "export",
        "experiment",
    ],
)
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    assert "usage: mtss" in capsys.readouterr().out


def test_every_argument_has_words() -> None:
    def check(parser: argparse.ArgumentParser) -> int:
        inner = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
        for action in parser._actions:
            assert action.help or action in inner, f"{parser.prog}: {action.option_strings or action.metavar}"
        for commands in inner:
            told = {choice.dest: choice.help for choice in commands._choices_actions}
            assert told.keys() == commands.choices.keys()
            assert all(told.values()), parser.prog
            assert len(set(told.values())) == len(told), f"{parser.prog}: two commands say the same"
        return 1 + sum(check(one) for commands in inner for one in commands.choices.values())

    assert check(build_parser()) > 30


TRAIN = ("train", "--manifest", "m", "--out", "o")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "mtss: the following arguments are required: COMMAND (more: mtss --help)"),
        (("learn",), "mtss: COMMAND: invalid choice: 'learn' (choose from "),
        (
            (*TRAIN, "--epochs", "2.5"),
            "mtss train: --epochs must be a whole number, not '2.5' (more: mtss train",
        ),
        (
            (*TRAIN, "--ridge", "abc"),
            "mtss train: --ridge must be a number, not 'abc' (more: mtss train --help)",
        ),
        ((*TRAIN, "--input-size", "10"), "mtss train: --input-size: '10' is not height x width, 32 to 2048"),
        ((*TRAIN, "--loss", "l2"), "mtss train: --loss: invalid choice: 'l2' (choose from "),
        ((*TRAIN, "--epochs"), "mtss train: --epochs: expected one argument"),
        ((*TRAIN, "--bogus", "3\n4"), "mtss train: not understood: --bogus 3 4 (more: mtss train --help)"),
        (("prepare", "csv"), "mtss prepare csv: the following arguments are required: PATH, --out (more: "),
        (("prepare", "garments", "--images", "no"), "mtss prepare garments: --images must be a whole number"),
        (("experiment", "table1", "--seeds", "x"), "mtss experiment table1: --seeds must be a whole number"),
    ],
)
def test_a_command_line_that_cannot_be_read(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line with a hint, not a page of usage."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(said)
    assert captured.err.endswith(" --help)\n")
    assert captured.err.count("\n") == 1


def test_what_the_command_line_says_of_a_teacher() -> None:
    def read(*flags: str) -> TrainConfig:
        return training_config(build_parser().parse_args(["train", "--manifest", "m", "--out", "o", *flags]))

    assert read() == PRESETS["product"]
    found = read("--ridge", "0.05", "--kept", "best", "--class-sampling", "sqrt")
    assert found == replace(PRESETS["product"], ridge=0.05, kept="best", class_sampling="sqrt", refit=False)
    assert read("--ridge", "0").ridge == 0.0
    assert read("--clip", "0").clip == 0.0
    for flag, wrong, words in (
        ("--ridge", "-1", "must not be negative"),
        ("--ridge", "nan", "must be a number"),
        ("--negatives", "2000000", "must not be above 4096"),
    ):
        with pytest.raises(Problem, match=f"{flag} {words}"):
            read(flag, wrong)


def test_a_manifest_without_splits_is_told_of(
    model_folder: Path, catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which images are asked about then depends on their names alone: the model may have seen them."""
    manifest = Manifest.read(catalogue)
    bare = tmp_path / "bare.jsonl"
    samples = [replace(s, split=None, image=str(manifest.resolve(s))) for s in manifest.samples]
    Manifest(samples, tmp_path, manifest.space).write(bare)
    arguments = ["evaluate", "--model", str(model_folder), "--manifest", str(bare)]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert f"names no split for {len(manifest.samples)} images" in said
    assert main([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["drawn_splits"] == len(manifest.samples)
    assert f"leaving {told['left_out']} images out here" in said
    assert main([*arguments, "--split", "all"]) == 0
    assert "names no split" not in capsys.readouterr().out


def test_evaluate(model_folder: Path, catalogue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", "--model", str(model_folder), "--manifest", str(catalogue)]
    assert main([*arguments, "--k", "1,3", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["types"]) == {"color", "shape", "pattern"}
    for measures in (*result["types"].values(), result["all"]):
        for key in ("recall@1", "recall@3", "f1@1", "f1@1_labelled"):
            assert 0 <= measures[key] <= 1
    test = [s for s in Manifest.read(catalogue).samples if s.split == "test"]
    assert result["types"]["color"]["images"] == sum("color" in s.labels for s in test)
    assert result["types"]["shape"]["images"] == sum("shape" in s.labels for s in test)
    assert result["types"]["color"]["f1@1"] > 0.6  # chance: 0.25
    assert result["unknown_types"] == ["rare"]
    assert result["all"]["mean_f1@1"] == pytest.approx(np.mean([m["f1@1"] for m in result["types"].values()]))
    assert main([*arguments, "--k", "3", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["all"]) >= {"f1@3", "mean_f1@3", "f1@3_interval"}
    assert main(arguments) == 0
    assert "F1@1" in capsys.readouterr().out


def test_evaluate_on_corrupted_copies(
    model_folder: Path, catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As many copies as images, and the same measures of them; what is told of the images stays."""
    arguments = ["evaluate", "--model", str(model_folder), "--manifest", str(catalogue)]
    assert main([*arguments, "--json"]) == 0
    clean = json.loads(capsys.readouterr().out)
    assert main([*arguments, "--corrupted", "1", "--json"]) == 0
    both = json.loads(capsys.readouterr().out)
    corrupted = both.pop("corrupted")
    assert both == clean
    assert corrupted["all"].keys() == clean["all"].keys()
    test = sum(s.split == "test" for s in Manifest.read(catalogue).samples)
    assert corrupted["copies"] == test
    for name, measures in corrupted["types"].items():
        assert measures["images"] == clean["types"][name]["images"]
    assert corrupted["all"]["recall@1"] < clean["all"]["recall@1"]
    assert main([*arguments, "--corrupted", "2", "--json"]) == 0
    twice = json.loads(capsys.readouterr().out)["corrupted"]
    assert twice["copies"] == 2 * test
    for name, measures in twice["types"].items():
        assert measures["images"] == 2 * clean["types"][name]["images"]
    assert main([*arguments, "--corrupted", "0.5"]) == 0
    tables = capsys.readouterr().out.split("\n\n")
    assert [table.split()[1] for table in tables] == ["images", "corrupted"]
    told = [[line for line in table.splitlines() if line.startswith("all ")] for table in tables]
    assert ["too few images" in line for (line,) in told] == [False, False]
    assert main([*arguments, "--corrupted", f"{5 / test}"]) == 0
    tables = capsys.readouterr().out.split("\n\n")
    told = [[line for line in table.splitlines() if line.startswith("all ")] for table in tables]
    assert ["too few images" in line for (line,) in told] == [False, True]  # of five copies nothing is told
    assert main([*arguments, "--corrupted", "1", "--seed", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["corrupted"] != corrupted
    whole = Manifest.read(catalogue)
    few = [replace(s, image=str(whole.resolve(s))) for s in whole.samples if s.split == "test"][:5]
    Manifest(few, tmp_path, whole.space).write(tmp_path / "few.jsonl")
    own = ["--manifest", str(tmp_path / "few.jsonl"), "--corrupted", "6"]
    assert main([*arguments[:3], *own]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if re.match(r"[a-z]+ +[0-9]", line)]
    assert len(rows) >= 2
    assert all(row.endswith("too few images to tell") for row in rows)  # 30 copies are of five images
    assert main([*arguments, "--corrupted", "1", "--seed", "-1"]) == 2
    assert "--seed must be a whole number" in capsys.readouterr().err
    assert main([*arguments, "--corrupted", "-1"]) == 2
    assert "--corrupted must not be negative" in capsys.readouterr().err
    assert main([*arguments, "--corrupted", "0.001"]) == 2
    assert "take a larger --corrupted" in capsys.readouterr().err


def test_predict(
    model_folder: Path, catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in" / "deep"
    folder.mkdir(parents=True)
    shutil.copy(catalogue.parent / "0000.jpg", folder / "a.jpg")
    (folder / "b.jpg").write_bytes((folder / "a.jpg").read_bytes()[:900])
    (folder / "notes.txt").write_text("no image")
    assert main(["predict", "--model", str(model_folder), str(tmp_path / "in"), "--top", "2", "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(a["image"]).name for a in answers] == ["a.jpg", "b.jpg"]
    assert "error" in answers[1]
    assert set(answers[0]["suggestions"]) == {"color", "shape", "pattern"}
    best, second = answers[0]["suggestions"]["color"]
    assert set(best) == {"class", "similarity", "confidence"}
    assert best["similarity"] >= second["similarity"]
    model = str(model_folder / "model.onnx")
    assert main(["predict", "--model", model, str(folder / "b.jpg"), "--json"]) == 2  # none answered


def test_bad_input_is_one_plain_line(
    tmp_path: Path, model_folder: Path, catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.jsonl"
    assert "no such manifest" in refused(capsys, "train", "--manifest", missing, "--out", tmp_path / "o")
    assert "no such manifest" in refused(capsys, "evaluate", "--model", model_folder, "--manifest", missing)
    assert "no such file" in refused(capsys, "predict", "--model", model_folder, tmp_path / "x.jpg")
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"\x80\x04K.")
    assert "pickle" in refused(capsys, "predict", "--model", bad, catalogue.parent)
    assert "no attribute type 'style'" in refused(
        capsys, "train-teacher", "--manifest", catalogue, "--type", "style", "--out", tmp_path / "t"
    )
    assert "--k" in refused(
        capsys, "evaluate", "--model", model_folder, "--manifest", catalogue, "--k", "one"
    )
    assert "greater than 0" in refused(
        capsys, "train", "--manifest", catalogue, "--out", tmp_path / "o", "--dim", "0"
    )


def test_teacher_student_export(
    catalogue: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = ["--manifest", str(catalogue), "--features", str(model_folder / "features.npz")]
    shared += ["--epochs", "3", "--threads", "1", "--device", "cpu"]
    for name, loss in (("color", "hinge"), ("shape", "bce")):
        out = str(tmp_path / name)
        teacher = ["train-teacher", "--type", name, "--out", out, "--loss", loss, *shared]
        assert main([*teacher, "--preset", "paper"]) == 0
    teachers = [str(tmp_path / "color"), str(tmp_path / "shape")]
    out = tmp_path / "student"
    assert (
        main(["train-student", "--teachers", *teachers, "--out", str(out), "--preset", "paper", *shared]) == 0
    )
    assert json.loads((out / "card.json").read_text())["dim"] == 256
    exported = tmp_path / "x" / "model.onnx"
    assert main(["export", "--model", str(out), "--out", str(exported)]) == 0
    assert exported.read_bytes() == (out / "model.onnx").read_bytes()
    capsys.readouterr()
    assert "names the .onnx file" in refused(capsys, "export", "--model", out, "--out", tmp_path / "notes.py")
    words = refused(capsys, "train-student", "--teachers", tmp_path, "--out", tmp_path / "y", *shared)
    assert "cannot be read" in words
    card = read_card(tmp_path / "color")
    assert card["data"]["images"] == {"train": 90, "val": 30, "test": 30}
    assert card["input"] == {"size": (240, 192), "features": 384}
    assert (card["metrics"].keys(), card["licence"]) == ({"validation_f1@1"}, "Apache-2.0")
    assert json.loads((out / "card.json").read_text())["parents"] == [
        sha256((tmp_path / name / "teacher.pt").read_bytes()).hexdigest() for name in ("color", "shape")
    ]


def test_export_replaces_a_file_only_when_asked(
    model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.onnx"
    out.write_bytes(b"precious")
    arguments = ["export", "--model", str(model_folder), "--out", str(out)]
    words = f"{out} is there already; take another name, or --overwrite"
    assert words in refused(capsys, *arguments)
    assert out.read_bytes() == b"precious"
    assert main([*arguments, "--overwrite"]) == 0
    assert out.read_bytes() == (model_folder / "model.onnx").read_bytes()


def test_a_bce_teachers_rows_stay_as_they_were_saved(color_teacher: Path) -> None:
    """Before, they were not the identity."""
    path = color_teacher / "teacher.pt"
    state, card = load_checkpoint(path)
    card["config"]["loss"] = "bce"
    write_tensors(path, {"card": card, "state": state})
    module = load_teacher(color_teacher, frozen_backbone()).module
    assert torch.equal(module.dictionary, state["dictionary"])
    assert module.says_logits


@pytest.fixture
def color_teacher(catalogue: Path, model_folder: Path, tmp_path: Path) -> Path:
    shared = ["--manifest", str(catalogue), "--features", str(model_folder / "features.npz")]
    arguments = ["--type", "color", "--out", str(tmp_path / "color"), "--epochs", "1", "--threads", "1"]
    assert main(["train-teacher", *arguments, *shared]) == 0
    return tmp_path / "color"


@pytest.mark.parametrize(("validation", "taught"), [(3, ("train",)), (0, ("train", "val"))])
def test_teachers_of_earlier_versions(color_teacher: Path, validation: int, taught: tuple[str, ...]) -> None:
    """They did not say what taught them, but `mtss train` had counted validation images as training ones."""
    state, card = load_checkpoint(color_teacher / "teacher.pt")
    del card["data"]["learned_from"], card["calibration"]
    card["data"]["images"]["val"] = validation
    write_tensors(color_teacher / "teacher.pt", {"card": card, "state": state})
    teacher = load_teacher(color_teacher, frozen_backbone())
    assert (teacher.learned_from, teacher.calibration) == (taught, None)


@pytest.mark.parametrize(("name", "value"), [("config", "x"), ("rows", 3), ("data", None), ("real", "2")])
def test_a_teachers_card_of_other_shape_is_refused(color_teacher: Path, name: str, value: object) -> None:
    state, card = load_checkpoint(color_teacher / "teacher.pt")
    write_tensors(color_teacher / "teacher.pt", {"card": card | {name: value}, "state": state})
    with pytest.raises(Problem, match="not a teacher of this program"):
        read_card(color_teacher)


def test_a_teacher_of_another_backbones_features_is_refused(color_teacher: Path) -> None:
    state, card = load_checkpoint(color_teacher / "teacher.pt")
    write_tensors(color_teacher / "teacher.pt", {"card": card | {"backbone": "other"}, "state": state})
    with pytest.raises(Problem, match="learned on features of other, not"):
        load_teacher(color_teacher, frozen_backbone())


def test_a_teachers_numbers_are_finite(color_teacher: Path) -> None:
    state, card = load_checkpoint(color_teacher / "teacher.pt")
    state["dictionary"][0] = math.nan
    write_tensors(color_teacher / "teacher.pt", {"card": card, "state": state})
    with pytest.raises(Problem, match="its numbers are not finite"):
        load_teacher(color_teacher, frozen_backbone())


def test_a_teacher_that_nothing_judges_says_so(
    catalogue: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Manifest.read(catalogue)
    kept = [s if s.split != "val" else replace(s, labels={}) for s in whole.samples]
    Manifest(kept, whole.root, whole.space).write(tmp_path / "manifest.jsonl")
    shared = ["--manifest", str(tmp_path / "manifest.jsonl"), "--root", str(whole.root)]
    shared += ["--features", str(model_folder / "features.npz"), "--epochs", "1", "--threads", "1"]
    assert main(["train-teacher", *shared, "--type", "color", "--out", str(tmp_path / "out")]) == 0
    said = "mtss: too few validation images are labelled in 'color': nothing tells how good this teacher is"
    assert said in capsys.readouterr().err


def test_who_was_taught_by_validation_images_is_not_judged_by_them(
    catalogue: Path,
    color_teacher: Path,
    model_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`mtss train` refines its teachers with them; train-teacher and train-student do not."""

    def answer(model: Path, split: str) -> bool:
        capsys.readouterr()
        arguments = ["--model", str(model), "--manifest", str(catalogue), "--split", split, "--json"]
        assert main(["evaluate", *arguments]) == 0
        return json.loads(capsys.readouterr().out)["may_have_learned_from"]

    refined = model_folder / "checkpoints" / "teacher-1.pt"
    before = read_model(model_folder / "model.onnx")[1].calibrations["color"]
    for name, teacher, taught in (("own", color_teacher, False), ("refined", refined, True)):
        out = tmp_path / name
        shared = ["--manifest", str(catalogue), "--features", str(model_folder / "features.npz")]
        assert main(["train-student", *shared, "--teachers", str(teacher), "--out", str(out)]) == 0
        card = json.loads((out / "card.json").read_text())
        assert card["data"]["learned_from"] == (["train", "val"] if taught else ["train"])
        assert ("val" in card["metrics"]) != taught
        assert answer(out, "val") == taught
        assert (card["metrics"]["validation_f1@1"]["student"] is None) == taught
        calibration = read_model(out / "model.onnx")[1].calibrations["color"]
        assert np.allclose(calibration.scale, before.scale) == taught
    for split, taught in (("train", True), ("val", True), ("test", False), ("all", True)):
        assert answer(model_folder, split) == taught


def test_teachers_that_do_not_fit_are_refused_before_an_image_is_read(
    catalogue: Path, color_teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = tmp_path / "events.jsonl"
    shared = ["--manifest", catalogue, "--out", tmp_path / "student", "--events", events]

    def said(*arguments: object) -> str:
        return refused(capsys, "train-student", *shared, *arguments)

    copy = tmp_path / "copy"
    shutil.copytree(color_teacher, copy)
    assert "both teachers of 'color'" in said("--teachers", color_teacher, copy)
    assert "none of the teachers is for 'shape'" in said("--teachers", color_teacher, "--single", "shape")
    words = said("--teachers", color_teacher, "--tune", "last")
    assert "was trained without --tune: leave it out here" in words
    assert "stage" not in {json.loads(line)["kind"] for line in events.read_text().splitlines()}


def test_a_student_of_one_teacher_of_several(
    catalogue: Path, color_teacher: Path, model_folder: Path, tmp_path: Path
) -> None:
    """S-Single: the branch that S-Multi has for the type, and no other."""
    shared = [
        "--manifest",
        str(catalogue),
        "--features",
        str(model_folder / "features.npz"),
        "--threads",
        "1",
    ]
    shape = tmp_path / "shape"
    assert main(["train-teacher", *shared, "--type", "shape", "--epochs", "1", "--out", str(shape)]) == 0
    student = ["train-student", *shared, "--teachers", str(color_teacher), str(shape)]
    for out, more in (("multi", []), ("single", ["--single", "shape"])):
        assert main([*student, *more, "--out", str(tmp_path / out)]) == 0
    multi, single = (OnnxPredictor(tmp_path / out / "model.onnx") for out in ("multi", "single"))
    assert (set(multi.dictionary), set(single.dictionary)) == ({"color", "shape"}, {"shape"})
    assert (len(multi.card.parents), len(single.card.parents)) == (2, 1)
    features = np.random.default_rng(0).normal(size=(5, multi.feature_dim)).astype(np.float32)
    np.testing.assert_array_equal(multi.embed(features)["shape"], single.embed(features)["shape"])


def test_what_teaches_nothing_is_said_and_not_read(
    catalogue: Path,
    color_teacher: Path,
    model_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--manifest", str(catalogue), "--features", str(model_folder / "features.npz")]
    arguments += ["--teachers", str(color_teacher), "--unlabelled", str(catalogue), "--threads", "1"]
    for start, count in (("teachers", 0), ("random", 90)):
        out, events = tmp_path / start, tmp_path / f"{start}.jsonl"
        more = ["--out", str(out), "--student-start", start, "--epochs", "1", "--events", str(events)]
        more += ["--corrupted", "0.1", "--dim", "7", "--kept", "last", "--teacher-view", "same"]
        capsys.readouterr()
        assert main(["train-student", *arguments, *more]) == 0
        said = capsys.readouterr().err
        assert "--teacher-view will change nothing" not in said
        assert "--dim will change nothing: only teachers" in said
        assert ("--epochs, --kept will change nothing" in said) == (start == "teachers")
        stages = {json.loads(line).get("stage") for line in events.read_text().splitlines()}
        further = {"computing features of unlabelled images", "computing features of corrupted copies"}
        assert stages & further == (further if start == "random" else set())
        card = json.loads((out / "card.json").read_text())
        assert card["data"]["unlabelled"] == count
        assert ({UNUSED_IMAGES, UNUSED_COPIES} <= set(card["notes"])) == (start == "teachers")


def test_a_teacher_says_what_changes_nothing(
    catalogue: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--manifest", str(catalogue), "--features", str(model_folder / "features.npz")]
    arguments += ["--type", "color", "--threads", "1", "--epochs", "1", "--out", str(tmp_path)]
    assert main(["train-teacher", *arguments, "--beta", "2", "--backbone-lr", "0.1", "--gamma", "2"]) == 0
    said = capsys.readouterr().err
    assert "--beta will change nothing: only a student" in said
    assert "--backbone-lr will change nothing: only a backbone that is tuned" in said
    assert "--gamma" not in said
    for loss, words in (("bce", "binary cross-entropy"), ("hinge", "only the focal loss")):
        assert main(["train-teacher", *arguments, "--overwrite", "--loss", loss, "--gamma", "2"]) == 0
        assert f"--gamma will change nothing: {words}" in capsys.readouterr().err


def test_training_says_what_changes_nothing(
    catalogue: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--manifest", str(catalogue), "--features", str(model_folder / "features.npz")]
    arguments += ["--threads", "1", "--epochs", "1", "--beta", "2", "--unlabelled", str(catalogue)]
    arguments += ["--teacher-view", "clean"]
    for start, silent in (("teachers", False), ("random", True)):
        out = tmp_path / start
        capsys.readouterr()
        assert main(["train", *arguments, "--out", str(out), "--student-start", start]) == 0
        said = capsys.readouterr().err
        assert ("--beta will change nothing" not in said) == silent
        assert "--teacher-view will change nothing: without --corrupted there are no corrupted copies" in said
        assert (UNUSED_IMAGES not in said) == silent
        card = json.loads((out / "card.json").read_text())
        assert (UNUSED_IMAGES not in card["notes"]) == silent
        assert card["data"]["unlabelled"] == (90 if silent else 0)


def test_a_tuned_students_epochs(
    catalogue_maker: MakeCatalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own where it is trained alone; twice its teachers' where they are trained before it."""

    manifest = catalogue_maker(tmp_path / "small", 60, 2)  # three of five are to learn from
    arguments = ["--manifest", str(manifest), "--threads", "1", "--tune", "last", "--input-size", "32x32"]

    def student_steps(command: str, epochs: int, *more: str) -> int:
        out, events = tmp_path / command, tmp_path / f"{command}.jsonl"
        more = (*more, "--epochs", str(epochs), "--out", str(out), "--events", str(events))
        assert main([command, *arguments, *more]) == (0 if command == "train" else 2)
        told = [json.loads(line) for line in events.read_text().splitlines()]
        return max(e["step"] for e in told if e["kind"] == "epoch" and e["stage"] == "student")

    assert student_steps("train", 1) == math.ceil(2 * 36 / 32)
    predictor = OnnxPredictor(tmp_path / "train" / "model.onnx")
    assert len(predictor.predict(np.zeros((2, 32, 32, 3), np.uint8)).ranked["color"].indices) == 2

    def trained(*_: object) -> Never:  # one export is enough: it takes longer than all that is tested here
        raise Problem("trained")

    monkeypatch.setattr(finish, "finish", trained)
    teacher = tmp_path / "train" / "checkpoints" / "teacher-1.pt"
    assert student_steps("train-student", 1, "--teachers", str(teacher)) == math.ceil(36 / 32)


def test_stored_features_need_no_images(
    catalogue: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from mtss.content import content_hash

    manifest = Manifest.read(catalogue)
    hashed = [replace(s, hash=content_hash(manifest.resolve(s))) for s in manifest.samples]
    Manifest(hashed, tmp_path, manifest.space).write(tmp_path / "manifest.jsonl")  # no images beside it
    arguments = ["train", "--manifest", str(tmp_path / "manifest.jsonl"), "--out", str(tmp_path / "out")]
    arguments += ["--features", str(model_folder / "features.npz"), "--epochs", "1", "--threads", "1"]
    assert main(arguments) == 0
    card = json.loads((tmp_path / "out" / "card.json").read_text())
    assert card["data"]["skipped"]["count"] == 0
    capsys.readouterr()
    wrong = tmp_path / "wrong.npz"
    one = np.zeros((1, 4), np.float16)
    np.savez(wrong, hash=np.array(["a"]), features=one, backbone_id=np.array("other"))
    told = tmp_path / "events.jsonl"
    arguments.append("--overwrite")
    assert main([*arguments, "--features", str(wrong), "--events", str(told)]) == 0
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    assert "features of other" in next(e["reason"] for e in lines if e["kind"] == "features_ignored")
    assert lines[-1]["progress"] == 1.0
    capsys.readouterr()
    wrong.write_bytes(b"no archive")
    assert "no stored features" in refused(capsys, *arguments, "--features", wrong)


def test_prepare_folders_and_csv(catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("cat", "dog"):
        (tmp_path / "by" / name).mkdir(parents=True)
        shutil.copy(catalogue.parent / "0000.jpg", tmp_path / "by" / name / "same.jpg")
    assert (
        main(["prepare", "folders", str(tmp_path / "by"), "--out", str(tmp_path / "f"), "--type", "animal"])
        == 0
    )
    manifest = Manifest.read(tmp_path / "f" / "manifest.jsonl")
    assert [s.labels for s in manifest.samples] == [{"animal": ("cat",)}, {"animal": ("dog",)}]
    assert all(manifest.resolve(s).is_file() for s in manifest.samples)
    table = tmp_path / "t.csv"
    table.write_text(
        "image,color,pattern,split\nby/cat/same.jpg,red,a|b,train\nx.jpg,'@na,@none,\ny.jpg,,b,\n"
    )
    capsys.readouterr()
    assert main(["prepare", "csv", str(table), "--out", str(tmp_path / "c")]) == 0
    assert capsys.readouterr().out == "3 images; color (1 class), pattern (2 classes)\n"
    samples = Manifest.read(tmp_path / "c" / "manifest.jsonl").samples
    assert samples[0].labels == {"color": ("red",), "pattern": ("a", "b")}
    assert samples[1].not_applicable == ("color",)
    assert samples[1].labels == {"pattern": ()}
    assert samples[2].labels == {"pattern": ("b",)}
    table.write_text("image,color\na.jpg\n")
    assert "t.csv:2: 1 cell where the header has 2" in refused(
        capsys, "prepare", "csv", table, "--out", tmp_path / "d"
    )
    assert "no images" in refused(capsys, "prepare", "folders", tmp_path / "c", "--out", tmp_path / "e")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("image,split\nsame.jpg,train\n", "t.csv:1: no column for an attribute type beside image, split"),
        ("image,color\n\ngone.jpg,red\n", "t.csv: no image of the table is there (line 3 names "),
        ("image;color\nsame.jpg;red\n", "t.csv:1: columns are separated by commas, not by semicolons"),
        ("image\tcolor\nsame.jpg\tred\n", "t.csv:1: columns are separated by commas, not by tabs"),
        ("image,color,color\nsame.jpg,red,blue\n", "t.csv:1: attribute type 'color' stands twice"),
        ("image,color\nsame.jpg,red,blue\n", "t.csv:2: 3 cells where the header has 2"),
    ],
)
def test_a_table_that_says_nothing_is_refused(
    catalogue: Path, tmp_path: Path, table: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(catalogue.parent / "0000.jpg", tmp_path / "same.jpg")
    (tmp_path / "t.csv").write_text(table)
    assert words in refused(capsys, "prepare", "csv", tmp_path / "t.csv", "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", [*CHOICES, *(name for name, _, _ in NUMBERS)])
def test_help_tells_the_presets_own_values(name: str) -> None:
    words = CHOICES[name][1] if name in CHOICES else next(words for n, _, words in NUMBERS if n == name)

    def value(preset: Preset, tune: Tune) -> str:
        found = getattr(preset_for(preset, tune), name)
        return found if isinstance(found, str) else "None" if found is None else f"{found:g}"

    product, tuned, paper = value("product", "frozen"), value("product", "all"), value("paper", "frozen")
    assert value("paper", "all") in (tuned, paper)
    told = dict(re.findall(r"(default|tuned|paper): (\w+(?:\.\d+)?)", words))
    wanted = {"default": product, "tuned": tuned, "paper": paper}
    differs = {k: v for k, v in wanted.items() if (k == "default" and v != "None") or v != product}
    assert told == differs


def test_words_of_what_a_training_scored() -> None:
    types = {"color": {"f1@1": 0.75}, "test": {"f1@1": 0.5}}
    found = {"types": types, "all": {"f1@1": 0.625}}
    beside = {"validation_f1@1": {"teachers": {}, "student": None}}
    words = "F1@1 on test images: color 75.0%, test 50.0%, all 62.5%"
    assert words_of({"val": found | {"types": {}}, "test": found} | beside) == words
    assert words_of({"val": found | {"types": {"color": types["color"]}}}) == (
        "F1@1 on validation images: color 75.0%"
    )
    assert words_of(beside) is None
    assert words_of({"validation_f1@1": None}) is None
