"""The paper's experiments: their arithmetic by hand, and one run of all of them on a tiny catalogue."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from mtss.cli import main
from mtss.experiments import paper, table7
from mtss.experiments.against_first import compared
from mtss.experiments.catalogues import split_domains
from mtss.experiments.linear_probe import probe_scores
from mtss.experiments.neighbours import neighbour_scores
from mtss.experiments.paper import EXPERIMENTS, Setting, run
from mtss.experiments.reporting import Claim, Curves, claim, rows_table
from mtss.experiments.study import BASE, BASELINES, NotPossible, Scorer, Study
from mtss.experiments.table_plot import table_plot
from mtss.labels import AttributeType, LabelSpace
from mtss.manifest import Manifest
from mtss.metrics import f1_at_k
from mtss.sample import Sample, Split
from mtss.training.dataset import FeatureSet
from mtss.training.further import Corrupted
from mtss.training.inputs import Held
from mtss.training.judging import f1_of
from mtss.training.splits import with_splits
from mtss.training.targets import build_targets

SPACE = LabelSpace([AttributeType("a", ["x", "y", "z"])])
SMALL = replace(
    BASE, dropout=0.0, lr=1e-2, teacher_steps=90, student_steps=60, dim=8, batch=32, student_hidden=16
)


def clusters(images: int = 240) -> FeatureSet:
    """Three classes, three directions, noise; groups of three views."""
    random = np.random.default_rng(8)
    classes = random.integers(3, size=images // 3).repeat(3)
    centres = random.standard_normal((3, 10))
    features = centres[classes] + random.standard_normal((images, 10)) * 0.5
    samples = tuple(
        Sample(f"{n}.jpg", {"a": (SPACE["a"].classes[c],)}, "train", group=f"g{n // 3}")
        for n, c in enumerate(classes)
    )
    keys = tuple(str(n) for n in range(images))
    return FeatureSet(SPACE, samples, features.astype(np.float32), keys, {})


def test_a_verdict_follows_the_interval() -> None:
    seen = claim("better", [3.0, 4.0, 5.0], [1.0, 2.0, 3.0])
    assert seen.gaps == (2.0, 2.0, 2.0)
    assert seen.verdict == "seen"
    assert Claim("", (-1.0, -1.1, -0.9)).verdict == "not seen"
    noisy = Claim("it is better", (1.0, -0.5, 2.0))
    half = 4.302653 * math.sqrt(((1 / 6) ** 2 + (4 / 3) ** 2 + (7 / 6) ** 2) / 2) / math.sqrt(3)
    assert noisy.interval == pytest.approx((5 / 6 - half, 5 / 6 + half), rel=1e-5)
    assert noisy.verdict == "within noise"
    assert noisy.line().startswith("- **within noise**: it is better. +0.83 points")
    assert "above zero in 2 of 3" in noisy.line()
    assert Claim("", (9.0,)).verdict == "within noise"
    assert (
        Claim("it is", (9.0,)).line().endswith("it is. +9.00 points (one seed: nothing tells chance from it)")
    )


def test_delta_is_the_papers() -> None:
    """(97.30 − 96.70) / 96.70 = 0.62 %."""

    def measures(value: float) -> dict[str, object]:
        return {"types": {"a": {"recall@3": value}}, "all": {}}

    study = Study("toy", clusters(), (0,), SMALL)
    before, after = ("T", [measures(0.967)]), ("S", [measures(0.973)])
    report = compared("", study, before, [after], "recall@3", ("", "S", "T"))
    assert [line.split(" | ")[0] for line in report.lines[2:]] == [
        "| T",
        "| S",
        "| Δ, %",
        *(f"| {b}" for b in BASELINES),
    ]
    assert report.lines[4] == "| Δ, % | 0.6 ± 0.0 | 0.6 ± 0.0 |"
    assert [c.gaps for c in report.claims] == [pytest.approx([0.6])]
    report = compared("", study, before, [after, ("M", [measures(0.98)])], "recall@3", ("more", "M", "S"))
    deltas = {line.split(" | ")[0]: line for line in report.lines if "Δ" in line}
    assert deltas.keys() == {"| Δ of S, %", "| Δ of M, %"}
    assert deltas["| Δ of M, %"] == "| Δ of M, % | 1.3 ± 0.0 | 1.3 ± 0.0 |"
    assert [c.words for c in report.claims] == [
        "more (R@3)",
        "S is better than the T (R@3)",
        "M is better than the T (R@3)",
    ]
    assert [c.gaps[0] for c in report.claims] == pytest.approx([0.7, 0.6, 1.3])


def test_a_given_split_stays_for_every_seed() -> None:
    data = clusters(90)
    splits = ["train"] * 60 + ["val"] * 12 + ["test"] * 18
    given = tuple(replace(s, split=split) for s, split in zip(data.samples, splits, strict=True))
    data = replace(data, samples=given)
    study = Study("toy", data, (0, 1), SMALL, given=(None,))
    assert study.part(0).samples == study.part(1).samples == given
    assert study.with_settings(gamma=2.0).part(1).samples == given
    assert study.describe() == "toy: 90 images, 18 of them test as given, 2 seeds"
    drawn = Study("toy", data, (0, 1), SMALL)
    assert drawn.part(0).samples != drawn.part(1).samples != given


def test_one_domains_split_stays_and_the_others_is_drawn() -> None:
    data = clusters(90)
    places = [("train", "val", "test")[n // 3 % 3] for n in range(60)]
    official = [replace(s, domain="a", split=p) for s, p in zip(data.samples[:60], places, strict=True)]
    other = [replace(s, domain="b", split=None) for s in data.samples[60:]]
    samples = (*official, *other)
    assert split_domains(samples) == {"a"}
    assert split_domains([replace(s, split="test") if s.domain == "b" else s for s in samples]) == {"a", "b"}
    study = Study("toy", replace(data, samples=samples), (0, 1), SMALL, given=split_domains(samples))
    first, second = study.part(0).samples, study.part(1).samples
    assert first[:60] == second[:60] == tuple(official)
    assert first[60:] != second[60:]
    assert {s.split for s in first[60:]} == {"train", "val", "test"}
    assert study.describe().endswith("of them test, 2 seeds")


def test_every_seed_is_dealt_images_of_its_own() -> None:
    study = Study("toy", clusters(), (0, 1, 2), SMALL, dealt=True)
    parts = [study.part(seed) for seed in study.seeds]
    images, groups = ([{getattr(s, of) for s in p.samples} for p in parts] for of in ("image", "group"))
    assert sum(map(len, images)) == len(set.union(*images)) == len(study.data.samples)
    assert sum(map(len, groups)) == len(set.union(*groups))
    assert {len(some) for some in groups} <= {26, 27}
    for part in parts:
        rows = [int(s.image.removesuffix(".jpg")) for s in part.samples]
        np.testing.assert_array_equal(part.features, study.data.features[rows])
        assert {s.split for s in part.samples} == {"train", "val", "test"}
    fewer = study.with_settings(gamma=2.0).with_part(0.5).part(1).samples
    assert {s.image for s in fewer} < images[1]
    counts = sorted(len(p.samples) for p in parts), sorted(int(p.mask("test").sum()) for p in parts)
    whole, test = (f"{few} to {many}" if few < many else few for few, _, many in counts)
    assert study.describe() == f"toy: {whole} images a seed, others for each, {test} of them test, 3 seeds"
    one = Study("toy", clusters(), (0,), SMALL, dealt=True)
    assert one.part(0).samples == Study("toy", clusters(), (0,), SMALL).part(0).samples
    assert one.describe().startswith("toy: 240 images, ")


def test_copies_are_of_the_images_that_a_seed_was_dealt() -> None:
    def corrupt(rows: np.ndarray, _ratio: float, _seed: int) -> Corrupted:
        again = rows[::-1]
        return Corrupted(again, Held(torch.from_numpy(data.features[again])), data.features[again])

    data = clusters()
    study = Study("toy", data, (0, 1), SMALL, corrupt=corrupt, dealt=True)
    for seed in study.seeds:
        copies, part = study.corrupted(seed, "test", 1.0), study.part(seed)
        assert len(copies.source) == part.mask("test").sum() > 0
        assert part.mask("test")[copies.source].all()
        np.testing.assert_array_equal(part.features[copies.source], copies.features)


def test_held_out_images_are_not_those_that_settings_were_chosen_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[str, int, int]] = []
    chosen = Manifest(list(clusters(90).samples), tmp_path, SPACE)

    def draw(folder: Path, images: int, seed: int) -> Path:
        drawn.append((folder.name, images, seed))
        return folder / "manifest.jsonl"

    monkeypatch.setattr(paper, "drawn", draw)
    monkeypatch.setattr(paper, "IMAGES", 30)
    target = tmp_path / "emoji-catalogue"
    target.mkdir()
    chosen.write(target / "manifest.jsonl")
    setting = Setting(tmp_path, seeds=2, images=24, emoji=tmp_path)
    development, _ = paper._catalogues(replace(setting, images=30))
    held_out, nothing = paper._catalogues(replace(setting, held_out=True))
    _, few = paper._catalogues(replace(setting, seeds=4, held_out=True))
    assert not nothing
    assert few[0] == "There are 60 held-out emoji, 15 a seed instead of 24."
    assert list(development) == ["garments", "emoji"]
    assert list(held_out) == ["held-out-garments", "held-out-emoji"]
    (_, images, one), (folder, many, other), *_ = drawn
    assert (images, many) == (30, 48)
    assert folder == "held-out-catalogue-48"
    assert one != other
    by_name = [Manifest.read(p).samples for p in (development["emoji"], held_out["held-out-emoji"])]
    assert len(by_name[0]) == 30
    assert len(by_name[1]) == pytest.approx(48, abs=3)
    assert not {s.group for s in by_name[0]} & {s.group for s in by_name[1]}


@pytest.mark.parametrize(
    ("splits", "given"),
    [
        (("train", "val", "test"), True),
        (("train", "test"), True),  # validation images are cut from train
        (("train", "test", None), False),
        ((None,), False),
        (("train",), False),
    ],
)
def test_only_a_split_of_every_image_is_taken_as_given(
    splits: tuple[Split | None, ...], given: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one that was filled in for the training."""
    data = clusters(30)
    samples = tuple(replace(s, split=splits[n % len(splits)]) for n, s in enumerate(data.samples))
    manifest = tmp_path / "manifest.jsonl"
    Manifest(list(samples), tmp_path, SPACE).write(manifest)
    filled = replace(data, samples=with_splits(samples))
    monkeypatch.setattr(paper, "prepare", lambda *_: SimpleNamespace(data=filled, corrupt=None))
    study = paper.study_on("own", manifest, Setting(tmp_path, manifests=[manifest]))
    assert set(study.given) == ({None} if given else set())
    assert not paper.study_on("drawn", manifest, Setting(tmp_path)).given
    held_out = paper.study_on("others", manifest, Setting(tmp_path, seeds=2, held_out=True))
    first, second = ({s.group for s in held_out.part(seed).samples} for seed in (0, 1))
    assert not first & second
    assert "others for each" in held_out.describe()


def test_rows() -> None:
    assert rows_table(["a"], {"x": [[1.0, 3.0]]}) == ["| | a |", "|---|---|", "| x | 2.0 ± 1.4 |"]


def test_neighbours_by_hand() -> None:
    """Shares of votes, recomputed one image at a time; an image never votes for itself."""
    data = Study("toy", clusters(90), (0,), SMALL).part(0)
    found = neighbour_scores(data, SPACE["a"])
    fit = data.features[data.mask("train")]
    scaled = (data.features - fit.mean(axis=0)) / fit.std(axis=0)
    units = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    voters = np.flatnonzero(data.mask("train") | data.mask("val"))
    truth = [SPACE["a"].classes.index(s.labels["a"][0]) for s in data.samples]

    def by_hand(count: int) -> np.ndarray:
        scores = np.zeros((len(units), 3))
        for i, unit in enumerate(units):
            others = [(float(units[v] @ unit), v) for v in voters if v != i]
            for cosine, v in sorted(others, reverse=True)[:count]:
                scores[i, truth[v]] += max(0.0, cosine)
        return scores / scores.sum(axis=1, keepdims=True)

    def right(count: int) -> int:
        votes = neighbour_scores(data, SPACE["a"], False, (count,))
        val = np.flatnonzero(data.mask("val"))
        return int((votes[val].argmax(axis=1) == np.array(truth)[val]).sum())

    best = max((1, 3, 7, 15, 31), key=right)
    assert np.allclose(found, by_hand(best), atol=1e-5)
    asked = np.array([4, 0, 89])
    assert np.allclose(neighbour_scores(data, SPACE["a"], asked=asked), found[asked])
    assert np.allclose(probe_scores(data, SPACE["a"], asked=asked), probe_scores(data, SPACE["a"])[asked])


def partly_labelled() -> tuple[FeatureSet, np.ndarray]:
    """Of 200 of 300 images nobody said whether they are "y"; and what is true of all, bool [300, 3]."""
    random = np.random.default_rng(3)
    has = random.random((300, 3)) < 0.5
    features = has @ random.standard_normal((3, 6)) + 0.5 * random.standard_normal((300, 6))
    samples: list[Sample] = []
    for n, row in enumerate(has):
        asked = "xyz" if n % 3 == 0 else "xz"
        named = {c: bool(there) for c, there in zip("xyz", row, strict=True) if c in asked}
        partial = () if n % 3 == 0 else ("a",)
        labels = {"a": tuple(c for c, there in named.items() if there)}
        rejected = {"a": tuple(c for c, there in named.items() if not there)}
        samples.append(
            Sample(str(n), labels, "train" if n < 240 else "test", partial=partial, negative=rejected)
        )
    space = LabelSpace([AttributeType("a", ["x", "y", "z"], "multiple")])
    data = FeatureSet(space, tuple(samples), features.astype(np.float32), tuple(map(str, range(300))), {})
    return data, has


def test_what_is_unknown_teaches_a_probe_nothing() -> None:
    data, has = partly_labelled()
    scaled = StandardScaler().fit(data.features[:240]).transform(data.features)
    asked = np.arange(0, 240, 3)
    by_hand = LogisticRegression(C=0.1, max_iter=300).fit(scaled[asked], has[asked, 1])
    found = probe_scores(data, data.space["a"], strengths=(0.1,))
    assert np.allclose(found[:, 1], by_hand.decision_function(scaled), atol=1e-3)


def test_who_does_not_know_has_no_vote() -> None:
    data, has = partly_labelled()
    scaled = StandardScaler().fit(data.features[:240]).transform(data.features)
    units = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    found = neighbour_scores(data, data.space["a"], counts=(7,))
    for i in range(240, 300):
        nearest = np.argsort(-(units[:240] @ units[i]))[:7]
        votes = [(max(0.0, float(units[v] @ units[i])), has[v, 1]) for v in nearest if v % 3 == 0]
        expected = sum(w for w, yes in votes if yes) / sum(w for w, _ in votes) if votes else 0.0
        assert found[i, 1] == pytest.approx(expected, abs=1e-4)


def test_an_image_of_which_something_is_unknown_judges_nobody() -> None:
    data, has = partly_labelled()
    targets = build_targets(data.samples, data.space["a"])
    assert np.flatnonzero(targets.judged).tolist() == list(range(0, 300, 3))
    perfect = torch.from_numpy(has.astype(np.float32))
    assert f1_of(perfect, torch.eye(3), targets) == f1_at_k(has[::3].astype(float), has[::3], 1)


@pytest.mark.parametrize("scorer", [probe_scores, neighbour_scores])
def test_baselines_of_a_type_that_no_validation_image_shows(scorer: Scorer) -> None:
    """As where one group has all of them: nothing is chosen, what is known is still learned."""
    data = Study("toy", clusters(90), (0,), SMALL).part(0)
    unlabelled = [replace(s, labels={}) if s.split == "val" else s for s in data.samples]
    test = data.mask("test")
    truth = [SPACE["a"].classes.index(s.labels["a"][0]) for s in data.take(test).samples]
    found = scorer(replace(data, samples=tuple(unlabelled)), SPACE["a"], True)[test]
    assert np.mean(found.argmax(axis=1) == truth) > 0.7


def test_a_study_splits_by_the_seed_and_trains_once() -> None:
    study = Study("toy", clusters(), (0, 1), SMALL)
    assert study.part(0).samples != study.part(1).samples
    assert study.teacher(0, "a", SMALL) is study.teacher(0, "a", SMALL)
    assert study.teacher(0, "a", SMALL) is not study.teacher(1, "a", SMALL)
    student = study.student_of(0, study.recipe())
    assert student is study.student_of(0, study.recipe()) is not study.student_of(1, study.recipe())
    measures = [study.judge_teachers(0, study.recipe()), study.judge_student(0, study.recipe())]
    measures += [study.judge_baseline(name, 0) for name in BASELINES]
    for found in measures:
        assert found["types"]["a"]["f1@1"] > 0.6  # chance: 0.33
        assert found["types"]["a"]["images"] == study.part(0).mask("test").sum()
    scores = {config.gamma: study.teacher(0, "a", config).fit.score or 0.0 for _, config in study.tuned(0)}
    tuned = dict(study.tuned(0))["a"]
    assert scores[tuned.gamma] == max(
        study.teacher(0, "a", replace(SMALL, gamma=g)).fit.score or 0.0 for g in (0.0, 0.5, 1.0, 2.0, 3.0)
    )


def test_validation_images_judge_or_teach() -> None:
    judged = Study("toy", clusters(), (0,), SMALL)
    taught = judged.with_settings(refit=True)
    assert taught.part(0).mask("val").sum() == judged.part(0).mask("val").sum() > 0
    assert judged.teacher(0, "a", judged.config).fit.score is not None
    teacher = taught.teacher(0, "a", taught.config)
    assert teacher.fit.score is None
    assert taught.student(0, [teacher]).fit.score is None


def test_what_is_asked_for_is_compared_fairly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Setting] = []
    monkeypatch.setattr(paper, "run", lambda _names, setting: asked.append(setting) or 0)
    assert main(["experiment", "table4", "--out", str(tmp_path)]) == 0
    assert main(["experiment", "all", "--out", str(tmp_path), "--preset", "paper"]) == 0
    assert asked[0].config == BASE
    for setting in asked:
        assert (setting.config.refit, setting.config.student_start) == (False, "random")
    assert [s.config.preset for s in asked] == ["product", "paper"]
    assert main(["experiment", "table2", "--out", str(tmp_path), "--held-out"]) == 0
    assert [s.held_out for s in asked] == [False, False, True]
    assert [s.flags for s in asked] == ["", " --preset paper --emoji DIR", " --held-out"]
    capsys.readouterr()
    assert main(["experiment", "table2", "--out", str(tmp_path), "--held-out", "--manifest", "m.jsonl"]) == 2
    assert "only one of them" in capsys.readouterr().err


@pytest.mark.parametrize("scorer", [probe_scores, neighbour_scores])
def test_a_baseline_on_copies_is_fitted_to_clean_images(scorer: Scorer) -> None:
    """Copies that are their images are judged as these; copies that show another class are taken for it."""
    data = clusters()
    other = data.features[::-1].copy()
    for copies, same in ((data.features, True), (other, False)):

        def corrupt(rows: np.ndarray, _ratio: float, _seed: int, copies: np.ndarray = copies) -> Corrupted:
            return Corrupted(rows, Held(torch.from_numpy(copies[rows])), copies[rows])

        study = Study("toy", data, (0,), SMALL, corrupt=corrupt)
        clean, corrupted = table7._baseline(study, 0, scorer)
        assert clean["types"]["a"]["f1@1"] > 0.8
        assert (clean == corrupted) == same
        assert (corrupted["types"]["a"]["f1@1"] < 0.6) != same


@pytest.mark.parametrize("scorer", [probe_scores, neighbour_scores])
def test_a_baseline_learns_from_labelled_copies(scorer: Scorer) -> None:
    """Copies tell their class by other features than images do: only their own labels teach that."""
    data = clusters()
    moved = np.roll(data.features, data.features.shape[1] // 2, axis=1)

    def corrupt(rows: np.ndarray, _ratio: float, _seed: int) -> Corrupted:
        return Corrupted(rows, Held(torch.from_numpy(moved[rows])), moved[rows])

    study = Study("toy", data, (0,), SMALL, corrupt=corrupt)
    blind, taught = (table7._baseline(study, 0, scorer, ratio)[1] for ratio in (0.0, 1.0))
    assert taught["types"]["a"]["f1@1"] > 0.8 > blind["types"]["a"]["f1@1"]


def test_fewer_training_images_and_the_same_test() -> None:
    study = Study("toy", clusters(), (0,), SMALL)
    part = study.with_part(0.25).part(0)
    whole = study.part(0)
    assert part.mask("train").sum() == pytest.approx(whole.mask("train").sum() / 4, abs=3)
    for split in ("val", "test"):
        assert part.take(part.mask(split)).keys == whole.take(whole.mask(split)).keys
    groups = {s.group for s in part.samples if s.split == "train"}
    assert part.mask("train").sum() == 3 * len(groups)  # whole groups


def test_figure_8_is_of_a_type_whose_classes_can_be_judged() -> None:
    """ "many" has more classes, but no test image shows one of them five times."""
    data = clusters()
    many = AttributeType("many", [str(n) for n in range(80)])
    samples = [replace(s, labels={**s.labels, "many": (str(n // 3),)}) for n, s in enumerate(data.samples)]
    study = Study(
        "toy", replace(data, space=LabelSpace([*SPACE.types, many]), samples=tuple(samples)), (0,), SMALL
    )
    report = EXPERIMENTS["figure8"](study)
    assert "'a'" in report.about
    assert report.lines[0] == "| | teacher | student | change | linear probe | nearest neighbours |"
    assert [line.split(" | ")[0] for line in report.lines[2:]] == ["| x", "| y", "| z"]
    study = Study("toy", study.data, (0,), replace(SMALL, least_images=10_000))
    with pytest.raises(NotPossible):
        EXPERIMENTS["figure8"](study)


def test_a_table_is_drawn_from_its_lines(tmp_path: Path) -> None:
    lines = [
        "R@3, %:",
        "",
        *rows_table(["a", "Δ, %", "b"], {"student": [[50.0, 60.0], [1.0, 1.0], [70.0, 70.0]]}),
        "| Δ, % | 1 | 0 | 2 |",
    ]
    plot = table_plot(
        [*lines, "", *rows_table(["c"], {"probe": [[10.0]], "words": [[1.0]]}), "| none | not one |"]
    )
    assert plot is not None
    first, second = plot.tables
    assert (first.label, first.columns) == ("R@3, %", ("a", "b"))
    assert first.rows == {"student": [(55.0, 7.1), (70.0, 0.0)]}
    assert second.rows == {"probe": [(10.0, 0.0)], "words": [(1.0, 0.0)]}
    plot.draw(tmp_path / "table.svg")
    assert (tmp_path / "table.svg").read_text().rstrip().endswith("</svg>")
    assert table_plot(["no table"]) is None


def test_a_figure_is_drawn(tmp_path: Path) -> None:
    curves = Curves("γ", "points", (0, 1), {"all": [[0.0, 0.0], [1.0, 2.0]]})
    curves.draw(tmp_path / "a.svg")
    first = (tmp_path / "a.svg").read_bytes()
    assert first.startswith(b"<?xml")
    assert b"</svg>" in first


def test_what_a_catalogue_cannot_answer(
    catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alone it is refused, and writes no report; among others it is told in theirs."""
    command = ["--manifest", str(catalogue), "--seeds", "1", "--out", str(tmp_path / "alone")]
    assert main(["experiment", "table6", *command]) == 2
    said = capsys.readouterr()
    name = catalogue.parent.name
    words = f"table6 is not possible on {name}: the catalogue's images are not of two domains"
    assert said.err == f"mtss: {words}\n"
    assert said.out == ""
    assert not list((tmp_path / "alone").rglob("*.md"))
    assert run(["table6", "centring"], Setting(tmp_path / "both", 1, manifests=[catalogue])) == 0
    results = (tmp_path / "both" / "RESULTS.md").read_text()
    for experiment in ("table6", "centring"):
        assert f"{experiment}: not possible here" in results
        source = f"--seeds 1 --manifest {name}/manifest.jsonl"
        assert f"mtss experiment {experiment} --out DIR {source}`" in results


def test_one_catalogue_of_two_can_answer(
    catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same images, half of them from the street; one after the other."""
    monkeypatch.setattr(paper, "usable_cores", lambda: 1)
    whole = Manifest.read(catalogue)
    samples = [
        replace(s, image=str(whole.resolve(s)), domain="street" if n % 2 else "shop", split=None)
        for n, s in enumerate(whole.samples)
    ]
    (tmp_path / "two").mkdir()
    two = tmp_path / "two" / "manifest.jsonl"
    Manifest(samples, tmp_path, whole.space).write(two)
    command = ["experiment", "centring", "--seeds", "1", "--epochs", "1", "--types", "color"]
    command += ["--out", str(tmp_path / "out"), "--manifest", str(two), "--manifest", str(catalogue)]
    assert main(command) == 0
    results = (tmp_path / "out" / "RESULTS.md").read_text()
    assert "mtss experiment centring --out DIR --seeds 1 --manifest two/manifest.jsonl" in results
    refusal = f"centring is not possible on {catalogue.parent.name}: the catalogue's images are not of two"
    assert f"Not measured: {refusal}" in results
    earlier = tmp_path / "out" / catalogue.parent.name / "centring.md"
    earlier.write_text("# Centring of other images\n")
    assert main(command) == 0
    results = (tmp_path / "out" / "RESULTS.md").read_text()
    assert f"Not measured: {refusal}" in results
    assert "of other images" not in results  # no answer of today's
    assert earlier.exists()


class AtOnce(Executor):
    """Does everything when it is asked for, in that order."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def test_a_process_that_is_done_helps_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two catalogues on two cores; the report keeps their order and the paper's of tables and figures."""
    names, begun = ["figure6b", "figure6c", "figure7"], []

    def on(name: str, _path: Path, some: list[str], _setting: Setting, threads: int, sole: bool) -> None:
        begun.append((name, tuple(some), threads, sole))
        (tmp_path / name).mkdir(exist_ok=True)
        for experiment in some:
            (tmp_path / name / f"{experiment}.md").write_text(f"# {experiment} on {name}\n")

    setting = Setting(tmp_path, manifests=[tmp_path / "b" / "m.jsonl", tmp_path / "a" / "m.jsonl"])
    monkeypatch.setattr(paper, "usable_cores", lambda: 2)
    monkeypatch.setattr(paper, "workers", lambda _count: AtOnce())
    monkeypatch.setattr(paper, "_on", on)
    assert run(names[::-1], setting) == 0
    assert begun[:2] == [(n, ("figure7", "figure6b"), 1, False) for n in "ba"]
    assert begun[2:] == [(n, ("figure6c",), 1, False) for n in "ba"]
    found = [line for line in (tmp_path / "RESULTS.md").read_text().splitlines() if line.startswith("##")]
    assert found == [f"## {experiment} on {name}" for name in "ba" for experiment in names]
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / "table2.md").write_text("# table2 on earlier\n")
    begun.clear()
    assert run(["figure6c"], setting) == 0
    found = [line for line in (tmp_path / "RESULTS.md").read_text().splitlines() if line.startswith("##")]
    measured = [f"## {experiment} on {name}" for name in "ba" for experiment in names]
    assert found == [*measured, "## table2 on earlier"]  # a later run adds to what was measured before
    assert begun == [(n, ("figure6c",), 1, True) for n in "ba"]
    monkeypatch.setattr(paper, "_catalogues", lambda _setting: ({"b": tmp_path, "a": tmp_path}, []))
    before = (tmp_path / "RESULTS.md").read_bytes()
    assert run(["figure6b"], replace(setting, held_out=True)) == 0
    assert (tmp_path / "RESULTS.md").read_bytes() == before
    assert (
        (tmp_path / "HELD_OUT.md")
        .read_text()
        .startswith("# The paper's tables and figures, held-out images\n")
    )


@pytest.mark.slow
def test_all_on_a_drawn_catalogue(tmp_path: Path) -> None:
    assert run(list(EXPERIMENTS), Setting(tmp_path, seeds=2, images=300)) == 0
    results = (tmp_path / "RESULTS.md").read_text()
    reports = {name: (tmp_path / "garments" / f"{name}.md").read_text() for name in EXPERIMENTS}
    impossible = {name for name, text in reports.items() if text.startswith(f"# {name}: not possible here")}
    assert impossible <= {"table6"}  # so few garments need not show five classes in the street
    for name in EXPERIMENTS:
        assert f"mtss experiment {name} " in results
        assert name in impossible or (tmp_path / "garments" / f"{name}.svg").stat().st_size > 2000
