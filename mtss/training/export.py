"""Export: the frozen graph, the student's heads and all that explains them, in ONE .onnx file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from google.protobuf.message import EncodeError
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from mtss.calibration import Calibration
from mtss.card import ModelCard
from mtss.dictionary import Dictionary
from mtss.heads import TRUNK_BIAS, TRUNK_WEIGHT, branch_names
from mtss.labels import LabelSpace
from mtss.model_file import METADATA_KEY, MODEL, ModelContent, dictionary_to_json, metadata_to_json
from mtss.replacing import replace_files
from mtss.training.loop import Diverged
from mtss.training.networks import Student

Pair = tuple[np.ndarray, np.ndarray]  # weight [in, out], bias [out]


def export_student(
    graph: bytes,
    student: Student,
    card: ModelCard,
    space: LabelSpace,
    dictionaries: Mapping[str, Dictionary],
    calibrations: Mapping[str, Calibration],
    centre: np.ndarray,
) -> bytes:
    """The model file's bytes: `images` uint8 [N, H, W, 3] → `features`, and one output per attribute type.

    Raises Diverged for numbers that float16, as which they are stored, cannot hold.
    """
    model = onnx.load_from_string(graph)
    _add_heads(model, student)
    metadata = metadata_to_json(card, space, dictionaries, calibrations, centre)
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, json.dumps(metadata)
    model.producer_name = "lapel"
    _forget_sources(model)
    return _serialised(model)


def centred_elsewhere(content: bytes, model: ModelContent, card: ModelCard, centre: np.ndarray) -> bytes:
    """An exported model's bytes, for features around `centre` [F] instead of `model.centre`.

    It says of features x what it said of x − centre + model.centre; graph and weights stay the same.
    """
    assert model.centre is not None
    heads = model.heads.moved(model.centre - centre)
    changed = onnx.load_from_string(content)
    biases = {TRUNK_BIAS: heads.trunk[1]} if heads.trunk is not None else {}
    biases |= {branch_names(i)[1]: bias for i, (_, bias) in enumerate(heads.branches.values())}
    for tensor in changed.graph.initializer:
        if tensor.name in biases:
            tensor.CopyFrom(numpy_helper.from_array(biases[tensor.name], tensor.name))
    metadata = metadata_to_json(card, model.space, model.dictionaries, model.calibrations, centre)
    for entry in changed.metadata_props:
        if entry.key == METADATA_KEY:
            entry.value = json.dumps(metadata)
    return _serialised(changed)


def _serialised(model: onnx.ModelProto) -> bytes:
    try:
        onnx.checker.check_model(model)
        return model.SerializeToString()
    except EncodeError as problem:  # all that protobuf says of memory: none of ONNX's fields is required
        raise MemoryError("the exported model") from problem


def write_model_folder(
    folder: Path,
    content: bytes,
    card: ModelCard,
    space: LabelSpace,
    dictionaries: Mapping[str, Dictionary],
    calibrations: Mapping[str, Calibration],
) -> Path:
    """model.onnx with readable copies of what it carries: all of them new, or all as before."""
    copies: dict[str, object] = {
        "labels.json": space.to_json(),
        "card.json": card.to_json(),
        "dictionary.json": {name: dictionary_to_json(d) for name, d in dictionaries.items()},
        "calibration.json": {name: c.to_json() for name, c in calibrations.items()},
    }
    readable = {folder / name: (json.dumps(v, indent=1) + "\n").encode() for name, v in copies.items()}
    replace_files({**readable, folder / MODEL: content})
    return folder / MODEL


def _forget_sources(model: onnx.ModelProto) -> None:
    """Drop the exporter's notes of the source lines behind every node: 100 kB, and paths of this machine."""
    del model.graph.metadata_props[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.ClearField("doc_string")


def _add_heads(model: onnx.ModelProto, student: Student) -> None:
    current = "features"
    trunk, branches = folded_heads(student)
    if trunk is not None:
        _linear(model, current, "trunk.linear", (TRUNK_WEIGHT, TRUNK_BIAS), trunk)
        model.graph.node.append(helper.make_node("Relu", ["trunk.linear"], ["trunk"]))
        current = "trunk"
    for index, branch in enumerate(branches):
        output = f"embedding.{index}"
        _linear(model, current, output, branch_names(index), branch)
        shape = ["n", len(branch[1])]
        model.graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, shape))


def _linear(model: onnx.ModelProto, source: str, output: str, names: tuple[str, str], pair: Pair) -> None:
    """output = source @ weight + bias, the weight stored as float16 and cast."""
    weight, bias = pair
    tensors = [
        numpy_helper.from_array(halved(weight), names[0]),
        numpy_helper.from_array(bias.astype(np.float32), names[1]),
    ]
    model.graph.initializer.extend(tensors)
    wide, product = names[0] + ".wide", output + ".product"
    model.graph.node.extend(
        [
            helper.make_node("Cast", [names[0]], [wide], to=TensorProto.FLOAT),
            helper.make_node("MatMul", [source, wide], [product]),
            helper.make_node("Add", [product, names[1]], [output]),
        ]
    )


def halved(weight: np.ndarray) -> np.ndarray:
    """As float16, in which weights are stored. Raises Diverged for what that cannot hold."""
    with np.errstate(over="ignore"):
        stored = weight.astype(np.float16)
    if not np.isfinite(stored).all():
        raise Diverged
    return stored


def folded_heads(student: Student) -> tuple[Pair | None, list[Pair]]:
    """The student's linear maps with its standardisation of the features folded into the first of them."""
    mean = student.standardise.mean.double().cpu().numpy()
    scale = student.standardise.scale.double().cpu().numpy()
    branches = [_pair(branch) for branch in student.branches]
    if student.hidden:
        trunk = next(m for m in student.trunk.modules() if isinstance(m, nn.Linear))
        return _fold(_pair(trunk), mean, scale), branches
    return None, [_fold(branch, mean, scale) for branch in branches]


def _pair(layer: nn.Module) -> Pair:
    assert isinstance(layer, nn.Linear)
    return layer.weight.detach().double().cpu().numpy().T, layer.bias.detach().double().cpu().numpy()


def _fold(pair: Pair, mean: np.ndarray, scale: np.ndarray) -> Pair:
    weight = pair[0] * scale[:, None]
    return weight, pair[1] - mean @ weight
