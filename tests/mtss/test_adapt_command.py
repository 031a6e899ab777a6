"""`mtss adapt`: recomputed by moving the features instead of the model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Never

import numpy as np
import onnxruntime
import pytest
from PIL import Image, ImageOps

from mtss.cli import main
from mtss.heads import Heads
from mtss.images import load_model_input
from mtss.manifest import Manifest
from mtss.model_file import METADATA_KEY, read_model
from mtss.predictor import OnnxPredictor
from mtss.sample import Sample
from mtss.training.features import FeatureExtractor
from tests.mtss.conftest import SPACE

IMAGES = 40


@pytest.fixture
def negatives(catalogue: Path, tmp_path: Path) -> Path:
    """The catalogue's images as negatives, and a file that is none."""
    folder = tmp_path / "negatives"
    folder.mkdir()
    for path in sorted(catalogue.parent.glob("*.jpg"))[:IMAGES]:
        with Image.open(path) as image:
            ImageOps.invert(image).save(folder / path.name)
    (folder / "zero.jpg").touch()
    return folder


def adapt(model: Path, images: Path, out: Path, *more: str) -> int:
    return main(["adapt", "--model", str(model), str(images), "--out", str(out), *more])


def features(model: OnnxPredictor, images: Path) -> np.ndarray:
    found = sorted(p for p in images.glob("*.jpg") if p.stat().st_size)
    pixels = np.stack([load_model_input(p, model.input_size) for p in found])
    return model.features(pixels).astype(np.float16).astype(np.float32)  # as features are stored


def test_it_says_of_the_images_what_it_said_of_images_around_its_own_mean(
    model_folder: Path, negatives: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert adapt(model_folder, negatives, out, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "model": str(out / "model.onnx"),
        "images": IMAGES,
        "left_out": 1,
    }
    before, after = OnnxPredictor(model_folder / "model.onnx"), OnnxPredictor(out / "model.onnx")
    seen = features(before, negatives)
    _, content = read_model(model_folder / "model.onnx")
    assert content.centre is not None
    moved = before.embed(seen - seen.mean(axis=0) + content.centre)
    shift = np.abs(content.centre - seen.mean(axis=0)).max()
    assert shift > 0.1, "negatives are of another kind"
    for name, embeddings in after.embed(seen).items():
        np.testing.assert_allclose(embeddings, moved[name], atol=1e-3)
    np.testing.assert_array_equal(features(after, negatives), seen)  # what is stored of images stays good
    _, changed = read_model(out / "model.onnx")
    assert changed.centre is not None
    np.testing.assert_allclose(changed.centre, seen.mean(axis=0), atol=1e-6)


def test_the_graph_says_what_its_heads_say(model_folder: Path, negatives: Path, tmp_path: Path) -> None:
    assert adapt(model_folder, negatives, tmp_path / "out") == 0
    path = tmp_path / "out" / "model.onnx"
    model = OnnxPredictor(path)
    images = np.stack([load_model_input(p, model.input_size) for p in sorted(negatives.glob("00*.jpg"))[:8]])
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    raw, *outputs = session.run(None, {"images": images})
    for output, embeddings in zip(outputs, model.embed(np.asarray(raw)).values(), strict=True):
        np.testing.assert_allclose(np.asarray(output), embeddings, rtol=1e-3, atol=1e-3)


def test_back_on_what_it_learned_from_it_is_as_before(
    model_folder: Path, negatives: Path, catalogue: Path, tmp_path: Path
) -> None:
    """Adapting twice is adapting once: only where the mean lies in the end counts."""
    assert adapt(model_folder, negatives, tmp_path / "there") == 0
    assert adapt(tmp_path / "there", catalogue.parent, tmp_path / "back") == 0
    assert adapt(model_folder, catalogue.parent, tmp_path / "straight") == 0
    back, straight = (OnnxPredictor(tmp_path / d / "model.onnx") for d in ("back", "straight"))
    seen = features(back, catalogue.parent)
    for name, embeddings in back.embed(seen).items():
        np.testing.assert_allclose(embeddings, straight.embed(seen)[name], atol=1e-3)
    assert len(back.card.parents) == len(straight.card.parents) + 1


def test_the_card_tells(model_folder: Path, negatives: Path, tmp_path: Path) -> None:
    assert adapt(model_folder, negatives, tmp_path / "out") == 0
    before, after = OnnxPredictor(model_folder / "model.onnx"), OnnxPredictor(tmp_path / "out" / "model.onnx")
    assert after.card.parents == (*before.card.parents, before.sha256)
    assert "Centred on 40 images" in after.card.notes[-1]
    assert after.card.metrics == {}, "what was measured was another model"
    assert after.card.data == before.card.data
    assert json.loads((tmp_path / "out" / "card.json").read_text())["notes"] == list(after.card.notes)


def test_a_manifests_images_are_cut_to_their_boxes(
    model_folder: Path, negatives: Path, tmp_path: Path
) -> None:
    """The same images in a corner of a larger picture, with their box, or alone: the same model."""
    framed, samples = tmp_path / "framed", []
    framed.mkdir()
    for path in sorted(p for p in negatives.glob("*.jpg") if p.stat().st_size):
        with Image.open(path) as image:
            whole = Image.new("RGB", (image.width * 2, image.height * 2), (200, 30, 30))
            whole.paste(image, (image.width, 0))
            whole.save(framed / f"{path.stem}.png")
            box = (image.width, 0, image.width, image.height)
        samples.append(Sample(f"{path.stem}.png", box=box))
    Manifest(samples, framed, SPACE).write(framed / "manifest.jsonl")
    assert adapt(model_folder, negatives, tmp_path / "alone") == 0
    arguments = ["--manifest", str(framed / "manifest.jsonl"), "--out", str(tmp_path / "cut")]
    assert main(["adapt", "--model", str(model_folder), *arguments]) == 0
    assert adapt(model_folder, framed, tmp_path / "whole") == 0
    alone, cut, whole = (read_model(tmp_path / d / "model.onnx")[1].centre for d in ("alone", "cut", "whole"))
    assert alone is not None
    np.testing.assert_allclose(alone, cut, atol=2e-3)
    assert whole is not None
    assert np.abs(whole - alone).max() > 0.1
    assert main(["adapt", "--model", str(model_folder), str(negatives), *arguments]) == 2


def test_the_original_stays(model_folder: Path, negatives: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (model_folder / "model.onnx").read_bytes()
    for model in (model_folder, model_folder / "model.onnx"):
        assert adapt(model, negatives, model_folder) == 2
        assert "is the model's own folder" in capsys.readouterr().err
    assert (model_folder / "model.onnx").read_bytes() == before


def test_another_model_is_replaced_only_when_asked(
    model_folder: Path, negatives: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "model.onnx").write_bytes(b"precious")
    assert adapt(model_folder, negatives, out) == 2
    words = f"{out} already holds a finished model; take another folder, or --overwrite"
    assert capsys.readouterr().err == f"mtss: {words}\n"
    assert [path.name for path in out.iterdir()] == ["model.onnx"]
    assert (out / "model.onnx").read_bytes() == b"precious"
    assert adapt(model_folder, negatives, out, "--overwrite") == 0
    assert OnnxPredictor(out / "model.onnx").card.parents


def test_an_out_that_cannot_be_written_to_is_told_before_images_are_read(
    model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def compute(*_: object) -> Never:
        raise AssertionError("an image was read")

    monkeypatch.setattr(FeatureExtractor, "compute", compute)
    file = tmp_path / "file"
    file.touch()
    assert adapt(model_folder, model_folder, file / "out") == 2
    assert capsys.readouterr().err == f"mtss: {file / 'out'} cannot be written to: Not a directory\n"
    run = ["train", "--manifest", "nowhere.jsonl", "--out", str(file / "out")]
    assert main(run) == 2
    assert capsys.readouterr().err == f"mtss: {file / 'out'} cannot be written to: Not a directory\n"


def test_heads_with_a_trunk_move_before_it() -> None:
    random = np.random.default_rng(3)
    pair = random.standard_normal((6, 4)).astype(np.float32), random.standard_normal(4).astype(np.float32)
    branch = random.standard_normal((4, 3)).astype(np.float32), random.standard_normal(3).astype(np.float32)
    heads, shift = Heads(pair, {"a": branch}), random.standard_normal(6)
    seen = random.standard_normal((5, 6))
    np.testing.assert_allclose(
        heads.moved(shift).embed(seen)["a"], heads.embed(seen + shift)["a"], rtol=1e-4, atol=1e-5
    )


def test_refusals(
    model_folder: Path, negatives: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(negatives.glob("*.jpg"))[:3]:
        shutil.copy(path, few)
    assert adapt(model_folder, few, tmp_path / "out") == 2
    assert "3 images can be read" in capsys.readouterr().err
    assert adapt(model_folder, tmp_path / "nowhere", tmp_path / "out") == 2
    assert "no such file or folder" in capsys.readouterr().err
    old = tmp_path / "old.onnx"
    old.write_bytes(_without_centre(model_folder / "model.onnx"))
    assert OnnxPredictor(old).card.name
    assert adapt(old, negatives, tmp_path / "out") == 2
    assert "train it again" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def _without_centre(path: Path) -> bytes:
    """As files were before they told."""
    onnx = pytest.importorskip("onnx")
    model = onnx.load(path)
    [entry] = [e for e in model.metadata_props if e.key == METADATA_KEY]
    metadata = json.loads(entry.value)
    del metadata["centre"]
    entry.value = json.dumps(metadata)
    return bytes(model.SerializeToString())
