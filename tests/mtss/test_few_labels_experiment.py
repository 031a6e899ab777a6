"""Few labels against all: whose images the report speaks of, and what it cannot say anything about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mtss.cli import main
from mtss.experiments import few_labels
from mtss.experiments.few_labels import Outcome
from mtss.manifest import Manifest
from mtss.training.dataset import FeatureSet


def test_a_manifest_of_ones_own_is_named(
    catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is measured stands in for itself here: it trains for minutes."""

    def measured(_data: FeatureSet, labels: int, seed: int, _out: Path) -> Outcome:
        return Outcome(labels, seed, *({"color": points} for points in (labels, labels, labels + 1)))

    monkeypatch.setattr(few_labels, "FEW", 40)
    monkeypatch.setattr(few_labels, "_measure", measured)
    out = tmp_path / "out"
    arguments = ["--out", str(out), "--manifest", str(catalogue), "--seeds", "1"]
    assert main(["experiment", "few-labels", *arguments]) == 0
    text = (out / "few-labels.md").read_text(encoding="utf-8")
    own = f"{catalogue.parent.name}/{catalogue.name}"
    assert f"`mtss experiment few-labels --out DIR --seeds 1 --manifest {own}`. Images of `{own}`" in text
    assert "Drawn" not in text
    pool = sum(s.split != "test" for s in Manifest.read(catalogue).samples)
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| student")]
    assert [row[0] for row in rows] == [f"| student, {labels} labels" for labels in (40, pool)]
    assert f"lose at most 10 points against {pool}. {40 + 10 - pool:+.2f} points" in text
    assert "student, 40 labels (color 40.0 to 41.0, mean 40.0 to 41.0)" in text  # behind the probe


def test_too_few_images_are_refused(
    catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["experiment", "few-labels", "--out", str(tmp_path), "--manifest", str(catalogue)]
    assert main([*arguments, "--seeds", "0"]) == 2
    assert "at least 1 seed" in capsys.readouterr().err
    assert main(arguments) == 2
    assert "outside its test split: more than 300 are needed" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    whole = Manifest.read(catalogue)
    gone = [replace(whole.samples[0], image=f"gone-{n}.jpg", split="train") for n in range(301)]
    samples = [*(replace(s, image=str(whole.resolve(s))) for s in whole.samples), *gone]
    Manifest(samples, tmp_path, whole.space).write(tmp_path / "manifest.jsonl")
    assert main([*arguments[:4], "--manifest", str(tmp_path / "manifest.jsonl")]) == 2
    readable = sum(s.split != "test" for s in whole.samples)
    assert f"{readable} images outside its test split: more than 300" in capsys.readouterr().err
