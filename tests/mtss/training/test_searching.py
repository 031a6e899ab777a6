"""The search for settings: nothing worse than the preset is found, and a stopped one goes on."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mtss.cli import main
from mtss.manifest import Manifest
from mtss.predictor import OnnxPredictor
from mtss.training.config import PRESETS, LossName, TrainConfig, Tuned
from mtss.training.events import Cancelled, Run
from mtss.training.loop import Diverged
from mtss.training.searching import JOURNAL, Found, Search, SearchProblem, TooFewToChoose
from mtss.training.teacher_files import read_card

CONFIG = replace(PRESETS["product"], gamma=1.0, dim=128, lr=2e-3)


def valley(config: TrainConfig, run: Run) -> float:
    """Best at γ = 2 and a rate of 6e-3, the same for every D."""
    score = 1.0 - 0.1 * (config.gamma - 2.0) ** 2 - 0.05 * math.log(config.lr / 6e-3) ** 2
    for step in range(10):
        run.advance(step / 10, "epoch", step=step, losses={}, score=score * (step + 1) / 10)
    return score


def search(
    folder: Path, trials: int, train: Callable[[TrainConfig, Run], float | None] = valley, **more: Any
) -> Found:
    return Search(folder, "color", "of these", trials, **more).run(CONFIG, train, Run())


def test_the_preset_is_the_first_trial_and_the_best_wins(tmp_path: Path) -> None:
    found = search(tmp_path, 25)
    assert found.preset == pytest.approx(valley(CONFIG, Run()))
    first = found.trials[0]
    assert (first["gamma"], first["dim"], first["lr"]) == pytest.approx((1.0, 128, 2e-3))
    complete = [t["score"] for t in found.trials if t["state"] == "complete"]
    assert found.score == max(complete)
    assert found.score > found.preset + 0.05  # 0.84 → near 1
    assert valley(CONFIG.with_own(found.settings), Run()) == pytest.approx(found.score)
    assert len(found.trials) == 25
    assert found.pruned == len(found.trials) - len(complete) > 0


def test_one_trial_finds_the_preset_itself(tmp_path: Path) -> None:
    found = search(tmp_path, 1)
    assert found.settings == Tuned(1.0, 128, pytest.approx(2e-3))
    assert found.score == found.preset


@pytest.mark.parametrize(("loss", "searched"), [("hinge", {"dim", "lr"}), ("bce", {"lr"})])
def test_what_a_loss_does_not_go_by_is_not_searched_for(
    tmp_path: Path, loss: LossName, searched: set[str]
) -> None:
    config = replace(CONFIG, loss=loss)
    found = Search(tmp_path, "color", "of these", 6).run(config, valley, Run())
    assert all(trial.keys() - {"score", "state"} == searched for trial in found.trials)
    assert found.settings.gamma == config.gamma
    assert loss == "hinge" or found.settings.dim == config.dim
    assert found.score > found.preset


def test_a_pruned_trial_was_worse_than_half_of_those_before(tmp_path: Path) -> None:
    seen: list[tuple[float, bool]] = []

    def train(config: TrainConfig, run: Run) -> float:
        seen.append((valley(config, Run()), False))
        score = valley(config, run)  # ends here when pruned
        seen[-1] = (score, True)
        return score

    search(tmp_path, 20, train)
    pruned = [n for n, (_, whole) in enumerate(seen) if not whole]
    assert pruned
    assert min(pruned) >= 4
    for n in pruned:
        before = sorted(score for score, whole in seen[:n] if whole)
        assert seen[n][0] <= before[len(before) // 2]


class _Killed(BaseException):
    """As SIGKILL: nobody gets to say goodbye."""


@pytest.mark.timeout(60)
@pytest.mark.parametrize("to", ["", "gone-"])
def test_a_lock_that_a_kill_has_left_is_taken_over(tmp_path: Path, to: str) -> None:
    """Also where its link leads nowhere: the folder was moved since."""
    search(tmp_path, 1)
    (tmp_path / f"{JOURNAL}.lock").symlink_to(tmp_path / f"{to}{JOURNAL}")
    assert len(search(tmp_path, 2, resume=True).trials) == 2
    assert not (tmp_path / f"{JOURNAL}.lock").is_symlink()


@pytest.mark.parametrize("end", [_Killed, Cancelled])
@pytest.mark.parametrize("at", [0, 3, 8])
def test_resumed_as_if_undisturbed(tmp_path: Path, at: int, end: type[BaseException]) -> None:
    whole = search(tmp_path / "whole", 10)
    left = at

    def train(config: TrainConfig, run: Run) -> float:
        nonlocal left
        if not left:
            raise end("stopped")
        left -= 1
        return valley(config, run)

    with pytest.raises(end):
        search(tmp_path / "parts", 10, train)
    assert search(tmp_path / "parts", 10, resume=True) == whole
    assert search(tmp_path / "parts", 10, lambda *_: pytest.fail("trained again"), resume=True) == whole
    assert len(search(tmp_path / "parts", 12, resume=True).trials) == 12
    assert len(search(tmp_path / "parts", 2).trials) == 2  # without --resume: anew


def test_a_trial_that_diverges_is_given_up(tmp_path: Path) -> None:
    def train(config: TrainConfig, run: Run) -> float:
        if config.lr > 5e-3:
            raise Diverged
        return valley(config, run)

    found = search(tmp_path, 20, train)
    assert found.settings.lr <= 5e-3
    assert any(t["state"] == "pruned" and t["lr"] > 5e-3 for t in found.trials)
    with pytest.raises(Diverged):
        Search(tmp_path, "shape", "", 5).run(replace(CONFIG, lr=6e-3), train, Run())


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(TooFewToChoose, match="too few validation images to choose settings by"):
        search(tmp_path, 3, lambda *_: None)
    search(tmp_path, 1)
    with pytest.raises(SearchProblem, match="other images, labels or settings"):
        Search(tmp_path, "color", "of others", 3, resume=True).run(CONFIG, valley, Run())


def test_the_commands(
    catalogue: Path,
    model_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Found by `tune`, taken by `train`: types of different D in one student, which answers."""
    shared = ["--manifest", str(catalogue), "--features", str(model_folder / "features.npz")]
    shared += ["--threads", "1", "--device", "cpu"]
    out = tmp_path / "tuned"
    tune = ["tune", *shared, "--out", str(out), "--epochs", "4", "--trials", "3", "--type"]
    assert main([*tune, "color"]) == 0
    printed = capsys.readouterr().out
    assert "color: γ " in printed
    assert "3 trials" in printed
    assert main([*tune, "shape", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["metrics"]["shape"]
    types = json.loads((out / "tuned.json").read_text())["types"]
    assert list(types) == ["color", "shape"]
    assert told == {k: v for k, v in types["shape"].items() if k not in ("trials", "under")}
    assert (types["shape"]["under"]["loss"], types["shape"]["under"]["epochs"]) == ("focal", 4)
    assert told["validation_f1@1"] >= told["preset_validation_f1@1"]

    with monkeypatch.context() as none:
        none.setattr("torch.cuda.is_available", lambda: False)
        assert main([*tune, "color", "--device", "cuda", "--overwrite"]) == 2
    assert "no GPU" in capsys.readouterr().err
    assert json.loads((out / "tuned.json").read_text())["types"] == types  # nothing was lost

    types["color"]["dim"], types["shape"]["dim"] = 64, 96
    (out / "tuned.json").write_text(json.dumps({"types": types}))
    model = tmp_path / "model"
    assert main(["train", *shared, "--epochs", "4", "--tuned", str(out), "--out", str(model)]) == 0
    predictor = OnnxPredictor(model / "model.onnx")
    widths = {name: rows.vectors.shape[1] for name, rows in predictor.dictionary.items()}
    assert widths == {"color": 64, "shape": 96, "pattern": 128}
    own = dict(predictor.card.config["by_type"])
    assert own["color"]["lr"] == types["color"]["lr"]
    assert main(["predict", "--model", str(model), str(catalogue.parent / "0003.jpg"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(answer["suggestions"]) == {"color", "shape", "pattern"}


def test_what_the_command_line_says_goes_before_what_was_found(
    catalogue: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {"gamma": 0.5, "dim": 64, "lr": 1e-3}
    (tmp_path / "tuned.json").write_text(json.dumps({"types": {"color": found, "colour": found}}))
    shared = ["--manifest", str(catalogue), "--features", str(model_folder / "features.npz")]
    shared += ["--threads", "1", "--device", "cpu", "--epochs", "1", "--tuned", str(tmp_path)]
    own = ["--gamma", "2", "--lr", "0.004"]
    assert main(["train-teacher", *shared, *own, "--type", "color", "--out", str(tmp_path / "color")]) == 0
    config = read_card(tmp_path / "color")["config"]
    assert (config["gamma"], config["dim"], config["lr"]) == (2.0, 64, 0.004)
    said = capsys.readouterr().err
    assert said.startswith("mtss: --tuned has colour, which the manifest does not have\n")
    under = {"epochs": 5, "input_size": [64, 48], "batch": 128, "loss": "focal", "seed": 9, "gone": 1}
    (tmp_path / "tuned.json").write_text(json.dumps({"types": {"color": found | {"under": under}}}))
    again = ["--overwrite", "--type", "color", "--out", str(tmp_path / "color")]
    assert main(["train-teacher", *shared, *again]) == 0
    other = "--tuned was found with --epochs 5, --input-size 64x48, unlike here"
    assert other in capsys.readouterr().err
    assert main(["train-teacher", *shared, "--type", "shape", "--out", str(tmp_path / "shape")]) == 0
    words = "--tuned has nothing for shape: the preset's and the command line's are taken"
    assert words in capsys.readouterr().err
    assert read_card(tmp_path / "shape")["config"]["dim"] == 128


def test_a_search_that_cannot_choose_leaves_nothing_to_go_on_with(
    catalogue: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Manifest.read(catalogue)
    kept = [s for s in whole.samples if s.split != "val" or s.image == "0003.jpg"]
    Manifest(kept, whole.root, whole.space).write(tmp_path / "manifest.jsonl")
    shared = ["--features", str(model_folder / "features.npz"), "--epochs", "1", "--threads", "1"]
    shared += ["--manifest", str(tmp_path / "manifest.jsonl"), "--root", str(whole.root)]
    for _ in range(2):
        assert main(["tune", *shared, "--out", str(tmp_path / "out"), "--type", "color"]) == 2
        words = "no attribute type has images enough to learn from and choose by: 'color': too few"
        assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[1]",
        '{"types": {"a": {"gamma": -1, "dim": 8, "lr": 1}}}',
        '{"types": {"a": {"gamma": 1, "dim": 8, "lr": Infinity}}}',
    ],
)
def test_settings_that_are_none(
    catalogue: Path, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tuned.json").write_text(content)
    train = ["train", "--manifest", str(catalogue), "--out", str(tmp_path / "m"), "--tuned", str(tmp_path)]
    assert main(train) == 2
    assert "holds no settings that mtss tune found" in capsys.readouterr().err


def test_a_dimension_beyond_memory_is_refused(
    catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {"types": {"color": {"gamma": 1.0, "dim": 1_000_000_000, "lr": 1e-3}}}
    (tmp_path / "tuned.json").write_text(json.dumps(found))
    train = ["train", "--manifest", str(catalogue), "--out", str(tmp_path / "m"), "--tuned", str(tmp_path)]
    assert main(train) == 2
    assert "its D must not be above 8192" in capsys.readouterr().err
