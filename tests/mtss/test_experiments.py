"""The parts of experiments that can be wrong without a training: splits, views, projections, tables."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mtss.cli import main
from mtss.experiments import differences, figure7, menu, paper, standalone
from mtss.experiments.behind import behind
from mtss.experiments.catalogues import SHAPES, TEST, VALIDATION, of_many_shapes, split_again
from mtss.experiments.input_geometry import padded
from mtss.experiments.measuring import mean, means, spread
from mtss.experiments.menu import DRAWN
from mtss.experiments.projections import NONE, OWN, RANDOM, SHIPPED, variants
from mtss.experiments.reporting import Report, rows_table, table_by_type
from mtss.experiments.resolution import centre, upper
from mtss.images import load_model_input
from mtss.sample import Sample
from mtss.training.backbones.catalogue import CATALOGUE_SIZE
from mtss.training.backbones.stages import POOLED_DIM
from mtss.training.config import PRESETS

SAMPLES = tuple(Sample(f"{n}.jpg", {}, "train", group=f"sku-{n // 3}") for n in range(300))


def test_a_new_split_keeps_every_garment_together_and_follows_the_seed() -> None:
    first, again, other = split_again(SAMPLES, 0), split_again(SAMPLES, 0), split_again(SAMPLES, 1)
    assert first == again != other
    assert len({(s.group, s.split) for s in first}) == 100
    counts = {split: sum(s.split == split for s in first) for split in ("train", "val", "test")}
    assert counts == {
        "test": 300 * TEST,
        "val": 300 * VALIDATION,
        "train": 300 * (1 - TEST - VALIDATION),
    }


def test_a_report_tells_the_command_that_measures_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(paper, "run", lambda _, setting: told.append(setting.flags) or 0)
    out = ["--out", str(tmp_path)]
    assert main(["experiment", "all", *out]) == 0
    assert main(["experiment", "table1", *out, "--types", "color", "sleeve"]) == 0
    assert (
        main(["experiment", "table1", *out, "--emoji", "packages", "--tune", "all", "--input-size", "96x80"])
        == 0
    )
    assert main(["experiment", "table1", *out, "--device", "auto"]) == 0
    assert told == [
        " --emoji DIR",
        " --types color sleeve",
        " --tune all --input-size 96x80 --emoji DIR",
        " --device auto",
    ]


@pytest.mark.parametrize("name", DRAWN)
def test_an_experiment_on_images_of_its_own_tells_its_command(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[Path, int, int]] = []

    def measured(out: Path, seeds: int, images: int) -> Report:
        asked.append((out, seeds, images))
        return Report("Which?", "About.")

    monkeypatch.setitem(standalone.DRAWN, name, measured)
    assert main(["experiment", name, "--out", str(tmp_path), "--seeds", "2", "--images", "200"]) == 0
    assert asked == [(tmp_path, 2, 200)]
    text = (tmp_path / f"{name}.md").read_text(encoding="utf-8")
    assert f"`mtss experiment {name} --out DIR --seeds 2 --images 200`. About." in text
    assert capsys.readouterr().out == text


def test_what_can_be_asked_for_can_be_run() -> None:
    assert [*menu.PAPER, *menu.BEYOND] == list(paper.EXPERIMENTS)
    assert list(menu.DRAWN) == list(standalone.DRAWN)


def test_a_catalogue_of_many_shapes_shares_no_garment_between_them(tmp_path: Path) -> None:
    made = of_many_shapes(tmp_path, 10, seed=3)
    sizes: set[tuple[int, int]] = set()
    for sample in made.samples:
        with Image.open(made.resolve(sample)) as image:
            sizes.add(image.size)
    assert sizes == set(SHAPES)
    homes = {(s.group, s.image.split("/")[0]) for s in made.samples}
    assert len(homes) == len({s.group for s in made.samples})
    assert of_many_shapes(tmp_path, 10, seed=3) == made, "what was drawn is taken as it is"


def test_views(tmp_path: Path) -> None:
    """A wide picture: grey, a red collar in the upper middle, a blue dot in the centre."""
    image = Image.new("RGB", (600, 480), (120, 120, 120))
    image.paste((200, 0, 0), (250, 40, 350, 140))
    image.paste((0, 0, 200), (290, 230, 310, 250))
    path = tmp_path / "a.png"
    image.save(path)
    wide = padded(path, CATALOGUE_SIZE)
    assert wide.shape == (*CATALOGUE_SIZE, 3)
    assert (wide[0, 0] == 255).all(), "a white border"
    assert (load_model_input(path, CATALOGUE_SIZE)[0, 0] < 130).all(), "no border"
    patch = centre(path, CATALOGUE_SIZE)
    assert int((patch[..., 2] == 200).sum()) == 20 * 20, "in its own pixels"
    collar = upper(path, CATALOGUE_SIZE)
    share = (collar[..., 0] > 180) & (collar[..., 1] < 60)
    whole = load_model_input(path, CATALOGUE_SIZE)
    assert share.sum() > 3 * ((whole[..., 0] > 180) & (whole[..., 1] < 60)).sum()


def test_what_is_fitted_never_sees_a_test_image() -> None:
    rng = np.random.default_rng(0)
    values = rng.random((30, POOLED_DIM), np.float32)
    learning = np.arange(30) < 20
    before = variants(values, learning, 0)
    changed = values.copy()
    changed[25] += 1
    after = variants(changed, learning, 0)
    assert {name: f.shape[1] for name, f in before.items()} == {
        SHIPPED: 384,
        OWN: 19,
        RANDOM: 19,
        NONE: POOLED_DIM,
    }
    for name in before:
        assert (before[name][:25] == after[name][:25]).all()
        assert (before[name][25] != after[name][25]).any()


def test_tables_by_type() -> None:
    first = [{"a": 50.0, "b": 70.0}, {"a": 54.0, "b": 70.0}]
    assert mean(first[0]) == 60
    assert spread([50.0, 54.0]) == "52.0 ± 2.8"
    assert spread([50.0]) == "50.0 ± 0.0"
    assert spread([-0.04, 0.0]) == "0.0 ± 0.0"
    assert spread([1.0, math.nan]) == "–"
    assert means(first) == [60.0, 62.0]
    assert table_by_type({"x": first})[0] == "| | a | b | mean |"
    assert table_by_type({"x": first})[-1] == "| x | 52.0 ± 2.8 | 70.0 ± 0.0 | 61.0 ± 1.4 |"


def test_all_differences_turned_back_are_the_paper_preset() -> None:
    product, paper = PRESETS["product"], PRESETS["paper"]
    assert replace(product, preset="paper", refit=paper.refit, **differences.whole()) == paper
    assert product.refit is not paper.refit  # the row TAUGHT


def test_nearness_of_embeddings_by_hand() -> None:
    root = float(np.sqrt(0.5))
    theirs = np.array([[2.0, 0.0], [0.0, 1.0], [3.0, 3.0]])
    mine = np.array([[1.0, 1.0], [0.0, 5.0], [1.0, 0.0]])
    classes = np.array([[1.0, 0.1], [0.0, 4.0]])
    found = figure7.nearness(theirs, mine, classes)
    assert found[figure7.COSINE] == pytest.approx((root + 1 + root) / 3)
    assert found[figure7.NEXT] == pytest.approx(root)  # each one's is 45 degrees away
    assert found[figure7.SAME] == pytest.approx(1.0)
    assert figure7.nearness(theirs, -mine, classes)[figure7.SAME] == pytest.approx(0.0)


def test_where_a_baseline_is_ahead_is_told_of_every_row() -> None:
    lines = rows_table(
        ["a", "Δ, %", "b"],
        {
            "teacher": [[50.0], [9.0], [60.0]],
            "student": [[70.0], [-9.0], [61.0]],
            "student, centred": [[55.0], [0.0], [10.0]],
            "student + copies, teachers see the clean": [[60.0], [0.0], [64.0]],
            "Δ of student, %": [[-5.0], [0.0], [-5.0]],
            "teacher, BCE": [[1.0], [0.0], [1.0]],
            "linear probe": [[60.0], [0.0], [60.0]],
            "linear probe, centred": [[55.1], [0.0], [9.0]],
            "linear probe + copies": [[60.0], [0.0], [65.0]],
            "nearest neighbours": [[1.0], [0.0], [1.0]],
        },
    )
    who = "teacher (a 50.0 to 60.0); student, centred (a 55.0 to 55.1); "
    who += "student + copies, teachers see the clean (b 64.0 to 65.0)"
    words = f"- **behind the linear probe** in the mean: {who}"
    assert behind(lines) == [words]
    assert Report("T", "about", tuple(lines)).text("mtss").endswith(f"\n{words}\n")
    twice = behind(["R@3, %:", "", *lines, "", "R@5, %:", "", *lines])
    assert "teacher (R@3 of a 50.0 to 60.0, R@5 of a 50.0 to 60.0)" in twice[0]
    by_class = {"x": [[50.0], [40.0], [1.0], [45.0]], "y": [[3.0], [4.0], [1.0], [2.0]]}
    columns = rows_table(["teacher", "student", "change", "nearest neighbours"], by_class)
    assert behind(columns) == ["- **behind the nearest neighbours** in the mean: student (x 40.0 to 45.0)"]
    assert behind(rows_table(["a"], {"teacher": [[1.0]]})) == []


@pytest.mark.parametrize("name", ["input-geometry", "projections", "resolution"])
def test_too_small_experiments_are_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["experiment", name, "--out", str(tmp_path / "o"), "--images", "50"]) == 2
    assert capsys.readouterr().err == "mtss: an experiment needs at least 1 seed and 100 images\n"
    assert not (tmp_path / "o").exists()
    (tmp_path / "file").touch()
    assert main(["experiment", name, "--out", str(tmp_path / "file")]) == 2
    words = f"mtss: {tmp_path / 'file'} is a file: --out is the folder for the result\n"
    assert capsys.readouterr().err == words
