"""What an exported student carries beside its graph: card, label space, dictionaries, calibration, heads."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from mtss.calibration import Calibration
from mtss.card import ModelCard
from mtss.dictionary import Dictionary
from mtss.heads import PREFIX, Heads
from mtss.labels import LabelProblem, LabelSpace
from mtss.onnx_file import OnnxFormatError, read_onnx
from mtss.problem import Problem

MODEL, TEACHER = "model.onnx", "teacher.pt"  # what a model's folder holds, and a teacher's
METADATA_KEY = "lapel.model"
FORMAT = 1


class ModelProblem(Problem):
    """A file that cannot serve as a model; the message is meant for the user."""


@dataclass(frozen=True)
class ModelContent:
    """The readable half of a model. `space` holds every type of the training's label space; `dictionaries`
    only those with enough labels to be learned (the card's notes name the others). `centre` float32 [F] is
    the mean of the features that the heads expect; None in files that do not tell."""

    card: ModelCard
    space: LabelSpace
    dictionaries: Mapping[str, Dictionary]
    calibrations: Mapping[str, Calibration]
    heads: Heads
    centre: np.ndarray | None = None


def find_model(path: Path) -> Path:
    """A model folder's model.onnx, or the file itself. Raises ModelProblem for a teacher."""
    found, teacher = (path / name if path.is_dir() else path for name in (MODEL, TEACHER))
    if teacher.name == TEACHER and teacher.is_file() and not (path / MODEL).is_file():
        raise ModelProblem(f"{path} is a teacher: mtss train-student makes a model of teachers")
    return found


def read_model(path: Path) -> tuple[bytes, ModelContent]:
    """The file's bytes and its content. Raises ModelProblem."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise ModelProblem(f"{path}: cannot be read ({problem.strerror})") from problem
    if not content:
        raise ModelProblem(f"{path.name} is not an exported model: the file is empty")
    if content[:1] == b"\x80" or content[:4] == b"PK\x03\x04":
        raise ModelProblem(
            f"{path.name} is a Python pickle or archive, not an exported model; it was not opened"
        )
    try:
        parsed = read_onnx(content, PREFIX)
    except OnnxFormatError as problem:
        raise ModelProblem(f"{path.name} is not an exported model: {problem}") from problem
    text = parsed.metadata.get(METADATA_KEY)
    if text is None:
        raise ModelProblem(f"{path.name} is not one of Lapel's models: it carries no label space")
    try:
        return content, metadata_from_json(json.loads(text), parsed.tensors)
    except (LabelProblem, KeyError, TypeError, ValueError) as problem:
        raise ModelProblem(f"{path.name} carries damaged metadata: {problem}") from problem


def metadata_to_json(
    card: ModelCard,
    space: LabelSpace,
    dictionaries: Mapping[str, Dictionary],
    calibrations: Mapping[str, Calibration],
    centre: np.ndarray,
) -> dict[str, Any]:
    """The value stored under METADATA_KEY."""
    return {
        "format": FORMAT,
        "card": card.to_json(),
        "labels": space.to_json(),
        "dictionary": {name: dictionary_to_json(d) for name, d in dictionaries.items()},
        "calibration": {name: c.to_json() for name, c in calibrations.items()},
        "centre": base64.b64encode(centre.astype("<f4").tobytes()).decode("ascii"),
    }


def metadata_from_json(value: Any, tensors: Mapping[str, np.ndarray]) -> ModelContent:
    entry = cast("dict[str, Any]", value)
    if entry["format"] != FORMAT:
        raise ValueError(f"format {entry['format']} is newer than this program")
    dictionaries = {name: dictionary_from_json(d) for name, d in entry["dictionary"].items()}
    calibrations = {name: Calibration.from_json(c) for name, c in entry["calibration"].items()}
    heads = Heads.from_tensors(tensors, list(dictionaries))
    card, space = ModelCard.from_json(entry["card"]), LabelSpace.from_json(entry["labels"])
    for name, rows in dictionaries.items():
        wide = len(heads.branches[name][1])
        if len(calibrations[name].scale) != len(rows.classes) or rows.vectors.shape[1] != wide:
            raise ValueError(f"dictionary and calibration of '{name}' do not fit")
        numbers = (rows.vectors, *heads.branches[name], calibrations[name].scale, calibrations[name].bias)
        if not all(np.isfinite(n).all() for n in numbers):
            raise ValueError(f"numbers of '{name}' are not finite")
        _ = space[name]
    return ModelContent(card, space, dictionaries, calibrations, heads, _centre(entry, card.feature_dim))


def _centre(entry: Mapping[str, Any], width: int) -> np.ndarray | None:
    if "centre" not in entry:
        return None
    centre = np.frombuffer(base64.b64decode(entry["centre"], validate=True), "<f4")
    if len(centre) != width or not np.isfinite(centre).all():
        raise ValueError("the centre of its features does not fit")
    return centre


def dictionary_to_json(dictionary: Dictionary) -> dict[str, Any]:
    """Rows as base64 of little-endian float16."""
    raw = dictionary.vectors.astype("<f2").tobytes()
    return {
        "classes": list(dictionary.classes),
        "dim": int(dictionary.vectors.shape[1]),
        "float16": base64.b64encode(raw).decode("ascii"),
    }


def dictionary_from_json(value: Any) -> Dictionary:
    rows = np.frombuffer(base64.b64decode(value["float16"], validate=True), "<f2")
    return Dictionary(value["classes"], rows.reshape(len(value["classes"]), value["dim"]))
