"""Inference with an exported student: numpy in; features, embeddings and ranked classes out."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import onnxruntime as ort

from mtss.calibration import Calibration
from mtss.card import ModelCard
from mtss.dictionary import Dictionary, top
from mtss.heads import Heads
from mtss.labels import LabelSpace
from mtss.model_file import ModelContent, ModelProblem, read_model
from mtss.providers import wanted

__all__ = ["ModelProblem", "OnnxPredictor", "Prediction", "Predictor", "Ranking"]

FEATURES = "features"  # the graph's first output
BATCH = 8  # beyond it activations leave the cores' caches (measured: 200 images/s at 8, 165 at 32)


@dataclass(frozen=True)
class Ranking:
    """All rows of one type for N images, best first: int64 [N, C], float32 [N, C], float32 [N, C]."""

    classes: tuple[str, ...]
    indices: np.ndarray
    similarity: np.ndarray
    confidence: np.ndarray


@dataclass(frozen=True)
class Prediction:
    """features float32 [N, F]; embeddings {type: [N, D]}; ranked {type: Ranking}."""

    features: np.ndarray
    embeddings: Mapping[str, np.ndarray]
    ranked: Mapping[str, Ranking]


class Predictor(Protocol):
    """What the application needs of a model."""

    def predict(self, images: np.ndarray) -> Prediction: ...

    def embed(self, features: np.ndarray) -> dict[str, np.ndarray]: ...


class OnnxPredictor:
    """A model file in onnxruntime. Thread-safe. Raises ModelProblem, in words, for a file that is no model.

    `providers`: None takes CUDA where onnxruntime offers it, else the CPU; `.providers` tells what it got.
    """

    def __init__(self, path: Path, threads: int = 1, providers: Sequence[str] | None = None) -> None:
        content, model = read_model(Path(path))
        self.path = Path(path)
        self._model: ModelContent = model
        self._session = _session(content, threads, providers, self.path)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.providers: tuple[str, ...] = tuple(self._session.get_providers())

    @property
    def card(self) -> ModelCard:
        return self._model.card

    @property
    def label_space(self) -> LabelSpace:
        return self._model.space

    @property
    def dictionary(self) -> Mapping[str, Dictionary]:
        """Per type: the real classes in the label space's order, then @none and @na where learned."""
        return self._model.dictionaries

    @property
    def calibration(self) -> Mapping[str, Calibration]:
        return self._model.calibrations

    @property
    def heads(self) -> Heads:
        return self._model.heads

    @property
    def input_size(self) -> tuple[int, int]:
        """(height, width) in pixels of the images that `predict` takes."""
        return self.card.input_size

    @property
    def backbone_id(self) -> str:
        """Identifies backbone, projection and input geometry: features of equal ids are comparable."""
        return self.card.backbone

    @property
    def feature_dim(self) -> int:
        return self.card.feature_dim

    @cached_property
    def version(self) -> str:
        """Twelve digits of the file's SHA-256."""
        return self.sha256[:12]

    def predict(self, images: np.ndarray) -> Prediction:
        """images uint8 [N, H, W, 3] as `mtss.images.model_input` makes them."""
        types = list(self.dictionary)
        parts = [self._run(batch) for batch in self._batches(images)]
        if not parts:
            features = np.zeros((0, self.feature_dim), np.float32)
            return Prediction(features, self.embed(features), self.rank(self.embed(features)))
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        embeddings = dict(zip(types, columns[1:], strict=True))
        return Prediction(columns[0], embeddings, self.rank(embeddings))

    def features(self, images: np.ndarray) -> np.ndarray:
        """Only the features float32 [N, F] of images uint8 [N, H, W, 3]."""
        parts = [self._run(batch, [FEATURES])[0] for batch in self._batches(images)]
        return np.concatenate(parts) if parts else np.zeros((0, self.feature_dim), np.float32)

    def embed(self, features: np.ndarray) -> dict[str, np.ndarray]:
        """Stored features [N, F] (float16 will do) → {type: embedding [N, D]}, without the backbone."""
        return self.heads.embed(features)

    def rank(self, embeddings: Mapping[str, np.ndarray]) -> dict[str, Ranking]:
        """Rank every type's rows by similarity; confidence is calibrated per type."""
        return {name: self._rank_type(name, embeddings[name]) for name in embeddings}

    def confidence(self, name: str, similarities: np.ndarray) -> np.ndarray:
        """Cosines [B, M] of one type → probabilities [B, M]; extra columns are classes added later."""
        return self.calibration[name].confidence(similarities)

    def _rank_type(self, name: str, embeddings: np.ndarray) -> Ranking:
        rows = self.dictionary[name]
        cosines = rows.similarities(embeddings)
        indices, similarity = top(cosines)
        confidence = np.take_along_axis(self.confidence(name, cosines), indices, axis=1)
        return Ranking(rows.classes, indices, similarity, confidence.astype(np.float32))

    def _batches(self, images: np.ndarray) -> list[np.ndarray]:
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (*self.input_size, 3):
            raise ValueError(f"images must be uint8 [N, {self.input_size[0]}, {self.input_size[1]}, 3]")
        return [np.ascontiguousarray(images[at : at + BATCH]) for at in range(0, len(images), BATCH)]

    def _run(self, images: np.ndarray, outputs: list[str] | None = None) -> list[np.ndarray]:
        return cast("list[np.ndarray]", self._session.run(outputs, {"images": images}))


def _session(
    content: bytes, threads: int, providers: Sequence[str] | None, path: Path
) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    errors = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    try:
        return ort.InferenceSession(content, options, providers=list(providers or wanted("auto")))
    except errors.NotImplemented as problem:
        raise ModelProblem(f"{path.name}: needs operators that this onnxruntime lacks") from problem
    except (errors.Fail, errors.InvalidProtobuf, errors.InvalidGraph, errors.InvalidArgument) as problem:
        reason = str(problem).splitlines()[0]
        raise ModelProblem(f"{path.name}: onnxruntime refuses it ({reason})") from problem
