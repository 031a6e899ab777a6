"""What the student sees beyond labelled images, and what its teachers see of the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mtss.cli import main
from mtss.content import Box
from mtss.images import load_model_input
from mtss.manifest import Manifest
from mtss.sample import Split
from mtss.training.backbones.frozen import frozen_backbone
from mtss.training.config import PRESETS
from mtss.training.corruptions import corrupt
from mtss.training.dataset import FeatureSet, load_features
from mtss.training.events import Cancelled, Run
from mtss.training.features import FeatureExtractor, FeatureStore
from mtss.training.further import Corrupted, Further, corrupted_copies
from mtss.training.inputs import Held
from mtss.training.learning import train_student
from mtss.training.networks import Student
from mtss.training.pictures import Decoder
from mtss.training.preparing import Sources, TrainingProblem, prepare
from mtss.training.teaching import train_teacher

CPU = torch.device("cpu")


class Prepared:
    """The catalogue with its features, and what computes more of them."""

    def __init__(self, catalogue: Path, stored: Path) -> None:
        backbone = frozen_backbone()
        self.manifest = Manifest.read(catalogue)
        self.store = FeatureStore(backbone.id, backbone.feature_dim)
        self.store.load(stored)
        self.extractor = FeatureExtractor(backbone.graph, backbone.input_size)
        self.size = backbone.input_size
        self.data: FeatureSet = load_features(self.manifest, self.extractor, self.store, Run())

    def corrupted(
        self, rows: list[int], ratio: float, seed: int = 0, decoder: Decoder | None = None
    ) -> Corrupted:
        return corrupted_copies(
            self.data, self.manifest, np.array(rows), ratio, seed, self.extractor, self.store, Run(), decoder
        )


@pytest.fixture(scope="module")
def prepared(catalogue: Path, model_folder: Path) -> Prepared:
    return Prepared(catalogue, model_folder / "features.npz")


def test_drawing_copies_can_be_cancelled(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a single one is computed: a hundred copies of many images take their time to draw."""
    run, rows = Run(), np.arange(3)
    run.control.cancel("stopped")
    monkeypatch.setattr(prepared.extractor, "compute", lambda *_: pytest.fail("computed"))
    with pytest.raises(Cancelled):
        corrupted_copies(
            prepared.data, prepared.manifest, rows, 1.0, 0, prepared.extractor, prepared.store, run
        )


def test_unlabelled_images_that_judge_are_left_out(catalogue: Path, model_folder: Path) -> None:
    whole = Manifest.read(catalogue)
    splits: tuple[Split | None, ...] = ("train", "val", "test", None, None)
    training = [s for s in whole.samples if s.split == "train"]
    samples = [replace(s, split=x) for s, x in zip(training, splits, strict=False)]
    stored, told = (model_folder / "features.npz",), list[dict[str, object]]()
    sources = Sources(whole, Manifest(samples, whole.root, whole.space), stored)
    further = prepare(sources, Run([told.append]), PRESETS["product"]).further
    assert further.count == 3
    assert [e["images"] for e in told if e["kind"] == "unlabelled_left_out"] == [2]
    judging = replace(sources, unlabelled=Manifest(samples[1:3], whole.root, whole.space))
    with pytest.raises(TrainingProblem, match="all images of --unlabelled are for validation or test"):
        prepare(judging, Run(), PRESETS["product"])


def test_unlabelled_images_without_a_split_are_told_by_their_content(
    catalogue: Path, model_folder: Path
) -> None:
    """Neither manifest says which images judge: the split is drawn of those that are labelled."""
    whole = Manifest.read(catalogue)
    bare = Manifest([replace(s, split=None) for s in whole.samples], whole.root, whole.space)
    told = list[dict[str, object]]()
    sources = Sources(bare, bare, (model_folder / "features.npz",))
    found = prepare(sources, Run([told.append]), PRESETS["product"])
    learned = int(found.data.mask("train").sum())
    assert learned < len(whole.samples)
    assert found.further.count == learned
    left_out = [e["images"] for e in told if e["kind"] == "unlabelled_left_out"]
    assert left_out == [len(whole.samples) - learned]


def test_copies_are_spread_evenly_repeat_and_differ(prepared: Prepared) -> None:
    rows = [3, 5, 8, 13]
    once = prepared.corrupted(rows, 1.5)
    assert len(once.source) == 6
    counts = [int((once.source == row).sum()) for row in rows]
    assert sorted(counts) == [1, 1, 2, 2]
    assert len(np.unique(held(once), axis=0)) == 6  # two copies of one image are not the same
    again = prepared.corrupted(rows, 1.5)
    assert np.array_equal(once.source, again.source)
    assert np.array_equal(held(once), held(again))
    assert not np.array_equal(held(once), held(prepared.corrupted(rows, 1.5, seed=1)))
    assert len(prepared.corrupted(rows, 0.1).source) == 0
    more = prepared.corrupted(rows, 3.0)
    assert np.array_equal(held(more)[:6], held(once)), "a larger ratio adds copies to those of a smaller one"


def test_features_are_those_of_the_corrupted_picture(prepared: Prepared) -> None:
    before = set(prepared.store.rows)
    copy = prepared.corrupted([7], 1.0, seed=77)
    (key,) = set(prepared.store.rows) - before
    image, what = key.rsplit("~", 1)
    name, severity, seed = what.rsplit("-", 2)
    assert image == prepared.data.keys[7]
    path = prepared.manifest.resolve(prepared.data.samples[7])
    pixels = corrupt(load_model_input(path, prepared.size), name, int(severity), int(seed))
    expected = prepared.extractor.run(pixels[None])[0].astype(np.float32)
    assert np.abs(held(copy)[0] - expected).max() < 0.02  # float16, another batch
    assert np.abs(held(copy)[0] - prepared.data.features[7]).max() > 0.1


def test_images_are_cut_to_their_boxes(
    prepared: Prepared, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same images alone, or beside another in one file, with their box: features, copies, measures."""
    samples = [s for s in prepared.manifest.samples if s.split == "test"]
    alone, framed = tmp_path / "alone", tmp_path / "framed"
    for folder in (alone, framed):
        folder.mkdir()
    boxes: list[Box] = []
    for n, sample in enumerate(samples):
        with Image.open(prepared.manifest.resolve(sample)) as image:
            both = Image.new("RGB", (image.width * 2, image.height), (200, 30, 30))
            both.paste(image, (image.width, 0))
            image.save(alone / f"{n}.png")
        both.save(framed / f"{n}.png")
        boxes.append((image.width, 0, image.width, image.height))
    found: list[np.ndarray] = []
    told: list[str] = []
    for folder in (alone, framed):
        own = [
            replace(s, image=f"{n}.png", box=boxes[n] if folder == framed else None)
            for n, s in enumerate(samples)
        ]
        manifest = Manifest(own, folder, prepared.manifest.space)
        store = FeatureStore("any", prepared.store.width)
        manifest.write(folder / "manifest.jsonl")
        data = load_features(manifest, prepared.extractor, store, Run())
        rows = np.arange(len(own))
        copies = corrupted_copies(data, manifest, rows, 1.0, 3, prepared.extractor, store, Run())
        found += [data.features, copies.features]
        arguments = ["--manifest", str(folder / "manifest.jsonl"), "--json"]
        assert main(["evaluate", "--model", str(model_folder), *arguments]) == 0
        told.append(json.dumps(json.loads(capsys.readouterr().out)["types"]))
    np.testing.assert_array_equal(found[0], found[2])
    np.testing.assert_array_equal(found[1], found[3])
    assert told[0] == told[1]


def test_a_tuned_backbone_sees_their_pictures_and_a_probe_their_features(prepared: Prepared) -> None:
    frozen = prepared.corrupted([7, 3], 1.0, seed=77)
    tuned = prepared.corrupted([7, 3], 1.0, seed=77, decoder=Decoder(prepared.size))
    assert np.array_equal(tuned.source, frozen.source)
    assert np.array_equal(tuned.features, held(frozen))
    pixels = tuned.inputs.take(torch.arange(2)).numpy()
    assert np.abs(prepared.extractor.run(pixels).astype(np.float32) - tuned.features).max() < 0.02


def test_a_vanished_image_is_left_out(prepared: Prepared, tmp_path: Path) -> None:
    samples = list(prepared.data.samples)
    samples[2] = replace(samples[2], image=str(tmp_path / "gone.jpg"))
    data = replace(prepared.data, samples=tuple(samples))
    found = corrupted_copies(
        data, prepared.manifest, np.array([1, 2]), 1.0, 5, prepared.extractor, prepared.store, Run()
    )
    assert found.source.tolist() == [1]


def held(copies: Corrupted) -> np.ndarray:
    """The features of corrupted copies."""
    assert isinstance(copies.inputs, Held)
    return copies.inputs.rows.numpy()


@pytest.mark.parametrize("view", ["same", "clean"])
def test_what_the_teacher_sees(prepared: Prepared, view: str) -> None:
    """Recomputed: the loss of the untrained student over copies alone, against either view's embeddings."""
    config = replace(
        PRESETS["product"],
        teacher_steps=60,
        student_steps=1,
        dim=8,
        batch=10_000,
        teacher_view=view,
        student_start="random",
    )
    data = prepared.data
    teacher = train_teacher(data, data.space["color"], config, CPU, Run())
    rows = np.flatnonzero(data.mask("train"))
    clean = data.features[rows]
    spoilt = clean + np.float32(1.0)
    copies = Corrupted(rows, Held(torch.from_numpy(spoilt)), spoilt)
    told: list[dict[str, object]] = []
    train_student(data, [teacher], config, CPU, Run([told.append]), Further(None, copies))
    torch.manual_seed(config.seed)
    seen = np.concatenate([clean, spoilt])
    shown = Held(torch.from_numpy(np.concatenate([clean, spoilt if view == "same" else clean])))
    taught = teacher.embed(shown), teacher.module.dictionary.detach().numpy()
    loss = _untrained_loss(clean, seen, *taught, config.dim)
    losses = next(e["losses"] for e in told if e["kind"] == "epoch")
    assert isinstance(losses, dict)
    assert losses["loss"] == pytest.approx(loss, rel=1e-4)


def _untrained_loss(
    train: np.ndarray, seen: np.ndarray, taught: np.ndarray, dictionary: np.ndarray, dim: int
) -> float:
    """Eq. 4 at β = 1, one image at a time, for a student as it is initialised by torch's present seed."""
    student = Student(torch.from_numpy(train), {"color": dim}, PRESETS["product"].student_hidden)
    with torch.no_grad():
        said = student(torch.from_numpy(seen))["color"].numpy()

    def cosine(a: np.ndarray, b: np.ndarray) -> float:
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    total = 0.0
    for mine, theirs in zip(said, taught, strict=True):
        nearest = max(cosine(row, theirs) for row in dictionary)
        total += max(0.0, nearest) * (1.0 - cosine(mine, theirs))
    return total / len(said)


def test_the_command(
    catalogue: Path, model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "--manifest", str(catalogue), "--epochs", "2", "--device", "cpu"]
    arguments += ["--features", str(model_folder / "features.npz")]
    more = ["--corrupted", "0.3"]
    assert main([*arguments, "--out", str(tmp_path / "out"), *more]) == 0
    with np.load(tmp_path / "out" / "features.npz") as file:
        stored = [str(key) for key in file["hash"]]
    train = sum(s.split == "train" for s in Manifest.read(catalogue).samples)
    assert sum("~" in key for key in stored) == round(0.3 * train)
    capsys.readouterr()
    assert main([*arguments, "--out", str(tmp_path / "no"), "--corrupted", "-1"]) == 2
    assert "--corrupted must not be negative" in capsys.readouterr().err
    assert main([*arguments, "--out", str(tmp_path / "no"), "--corrupted", "101"]) == 2
    assert "--corrupted must not be above 100" in capsys.readouterr().err
