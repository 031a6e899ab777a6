"""The exported file alone: equal to torch, equal from stored features, and refused when it is no model."""

from __future__ import annotations

import json
import pickle
import shutil
import time
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from mtss.images import load_model_input
from mtss.manifest import Manifest
from mtss.predictor import ModelProblem, OnnxPredictor
from mtss.training.backbones.catalogue import PROJECTION
from mtss.training.backbones.efficientnet_lite import load_pretrained, pretrained_path
from mtss.training.backbones.stages import StageFeatures


@pytest.fixture(scope="module")
def predictor(model_folder: Path) -> OnnxPredictor:
    return OnnxPredictor(model_folder / "model.onnx")


@pytest.fixture(scope="module")
def pixels(catalogue: Path, predictor: OnnxPredictor) -> np.ndarray:
    manifest = Manifest.read(catalogue)
    paths = [manifest.resolve(s) for s in manifest.samples if s.split == "test"]
    return np.stack([load_model_input(path, predictor.input_size) for path in paths])


def test_what_it_carries(predictor: OnnxPredictor, model_folder: Path) -> None:
    assert predictor.label_space["color"].class_ids == (11, 12, 13, 14)
    assert predictor.dictionary["color"].classes[:4] == ("red", "green", "blue", "yellow")
    assert predictor.dictionary["shape"].classes == ("disc", "box", "triangle", "@na")
    assert predictor.dictionary["pattern"].classes == ("stripe", "dot", "@none")
    assert "rare" not in predictor.dictionary
    assert any("'rare' was not learned" in note for note in predictor.card.notes)
    assert predictor.card.metrics["test"]["all"]["f1@1"] > 0.5
    assert predictor.providers[-1] == "CPUExecutionProvider"
    assert (model_folder / "model.onnx").stat().st_size <= 10_000_000
    assert json.loads((model_folder / "card.json").read_text())["backbone"] == predictor.backbone_id


def test_predictions(predictor: OnnxPredictor, pixels: np.ndarray) -> None:
    prediction = predictor.predict(pixels)
    assert prediction.features.shape == (len(pixels), predictor.feature_dim)
    assert predictor.feature_dim <= 512
    for name, ranking in prediction.ranked.items():
        assert ranking.classes == predictor.dictionary[name].classes
        assert (np.diff(ranking.similarity, axis=1) <= 0).all()
        assert ((ranking.confidence >= 0) & (ranking.confidence <= 1)).all()


def test_embedding_from_stored_features_is_the_same(predictor: OnnxPredictor, pixels: np.ndarray) -> None:
    prediction = predictor.predict(pixels)
    stored = predictor.embed(prediction.features.astype(np.float16))
    for name, embedding in prediction.embeddings.items():
        length = np.linalg.norm(embedding, axis=1, keepdims=True)
        assert np.abs(stored[name] - embedding).max() <= 1e-3 * length.max()
        cosine = (stored[name] * embedding).sum(1) / (np.linalg.norm(stored[name], axis=1) * length[:, 0])
        assert cosine.min() >= 0.9999


def test_embedding_is_fast(predictor: OnnxPredictor) -> None:
    features = np.random.default_rng(0).standard_normal((20_000, predictor.feature_dim)).astype(np.float16)
    started = time.process_time()
    predictor.rank(predictor.embed(features))
    assert 20_000 / (time.process_time() - started) > 20_000  # processor time: other load does not count


def test_frozen_graph_equals_torch(pixels: np.ndarray, predictor: OnnxPredictor) -> None:
    with np.load(PROJECTION) as file:
        weight, bias = torch.from_numpy(file["weight"]).float(), torch.from_numpy(file["bias"]).float()
    module = StageFeatures(load_pretrained(), weight, bias)
    with torch.no_grad():
        expected = module(torch.from_numpy(pixels[:4])).numpy()
    found = predictor.predict(pixels[:4]).features
    cosine = (expected * found).sum(1) / np.linalg.norm(expected, axis=1) / np.linalg.norm(found, axis=1)
    assert cosine.min() >= 0.9999  # float16 weights


def test_imagenet_classes_of_known_photographs() -> None:
    skimage = pytest.importorskip("skimage.data")
    network = load_pretrained(pretrained_path())
    for name, expected in (("chelsea", {281, 282, 285}), ("coffee", {967}), ("camera", {872})):
        photo = torch.from_numpy(np.array(getattr(skimage, name)())).float()
        photo = photo[..., None].expand(-1, -1, 3) if photo.ndim == 2 else photo
        image = torch.nn.functional.interpolate(photo.permute(2, 0, 1)[None], size=(224, 224), mode="area")
        with torch.no_grad():
            assert int(network((image - 127) / 128).argmax()) in expected


def test_wrong_images_are_our_bug(predictor: OnnxPredictor) -> None:
    with pytest.raises(ValueError, match="uint8"):
        predictor.predict(np.zeros((1, 64, 64, 3), np.uint8))


def test_refusals(tmp_path: Path, model_folder: Path) -> None:
    path = tmp_path / "model.onnx"
    for content, words in (
        (b"", "the file is empty"),
        (b"garbage of some length" * 20, "not an exported model"),
        (pickle.dumps({"a": 1}), "pickle"),
        ((model_folder / "model.onnx").read_bytes()[:100_000], "not an exported model"),
    ):
        path.write_bytes(content)
        with pytest.raises(ModelProblem, match=words):
            OnnxPredictor(path)
    with pytest.raises(ModelProblem, match="cannot be read"):
        OnnxPredictor(tmp_path / "gone.onnx")


def test_foreign_and_tampered_models(tmp_path: Path, model_folder: Path) -> None:
    model = onnx.load(str(model_folder / "model.onnx"))
    entry = model.metadata_props[0]
    value = json.loads(entry.value)
    path = tmp_path / "model.onnx"

    def refused(words: str) -> None:
        path.write_bytes(model.SerializeToString())
        with pytest.raises(ModelProblem, match=words):
            OnnxPredictor(path)

    entry.value = json.dumps(value | {"format": 99})
    refused("newer")
    entry.value = json.dumps(value | {"dictionary": {"style": value["dictionary"]["color"]}})
    refused("damaged metadata")
    numbers = json.loads(json.dumps(value))
    numbers["calibration"]["color"]["scale"][0] = float("nan")
    entry.value = json.dumps(numbers)
    refused("numbers of 'color' are not finite")
    entry.value = "{"
    refused("damaged metadata")
    del model.metadata_props[:]
    refused("no label space")
    model.graph.initializer[0].data_location = onnx.TensorProto.EXTERNAL
    refused("other files")


def test_the_file_tells_nothing_of_the_machine_that_made_it(model_folder: Path) -> None:
    model = onnx.load(str(model_folder / "model.onnx"))
    assert len(model.graph.node) > 10
    assert not model.graph.metadata_props
    assert not [n.name for n in model.graph.node if n.metadata_props or n.doc_string]


def test_the_file_suffices_alone(tmp_path: Path, model_folder: Path, pixels: np.ndarray) -> None:
    alone = shutil.copy(model_folder / "model.onnx", tmp_path / "alone.onnx")
    assert OnnxPredictor(Path(alone)).predict(pixels[:1]).ranked["color"].indices.shape[0] == 1
