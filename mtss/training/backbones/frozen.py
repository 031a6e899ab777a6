"""The frozen backbone as an ONNX graph with float16 weights, made once per machine and kept in the cache."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import platformdirs
import torch
from onnx import helper, numpy_helper

from mtss.training.backbones import efficientnet_lite
from mtss.training.backbones.stages import StageFeatures

INPUT_SIZE = (240, 192)  # height, width: the 4:5 of catalogue photographs
GRAPH_VERSION = 2  # raised when the network's code or the geometry changes what comes out
LARGE = 512  # smaller tensors stay float32: they are biases, and cost nothing
PROJECTION = Path(__file__).with_name("projection.npz")


@dataclass(frozen=True)
class FrozenBackbone:
    """`id` is the features' cache key; `graph` maps `images` uint8 [N, H, W, 3] to `features` [N, F]."""

    id: str
    graph: bytes
    input_size: tuple[int, int]
    feature_dim: int


def frozen_backbone(weights: Path | None = None) -> FrozenBackbone:
    """EfficientNet-Lite0's pooled stages behind the fixed projection. Raises FileNotFoundError in words."""
    source = weights or efficientnet_lite.pretrained_path()
    digest = hashlib.sha256(source.read_bytes() + PROJECTION.read_bytes()).hexdigest()[:10]
    height, width = INPUT_SIZE
    identity = f"efficientnet-lite0-stages-{height}x{width}-v{GRAPH_VERSION}-{digest}"
    with np.load(PROJECTION, allow_pickle=False) as file:
        weight, bias = file["weight"].astype(np.float32), file["bias"].astype(np.float32)
    build = partial(_build, source, weight, bias)
    return FrozenBackbone(identity, _cached(identity, build), INPUT_SIZE, len(weight))


def _cached(identity: str, build: partial[bytes]) -> bytes:
    path = platformdirs.user_cache_path("lapel") / "backbones" / f"{identity}.onnx"
    if path.is_file():
        return path.read_bytes()
    graph = build()
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    with suppress(OSError):  # no room for a cache, or no right to one: the graph is made again next time
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(graph)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    return graph


def _build(source: Path, weight: np.ndarray, bias: np.ndarray) -> bytes:
    network = efficientnet_lite.load_pretrained(source)
    module = StageFeatures(network, torch.from_numpy(weight), torch.from_numpy(bias))
    images = torch.zeros((2, *INPUT_SIZE, 3), dtype=torch.uint8)
    program = torch.onnx.export(
        module,
        (images,),
        dynamo=True,
        input_names=["images"],
        output_names=["features"],
        dynamic_shapes={"images": {0: torch.export.Dim("n", min=1)}},
        external_data=False,
        verbose=False,
    )
    if program is None:
        raise RuntimeError("the exporter returned nothing")
    model = program.model_proto
    halve_weights(model)
    return model.SerializeToString()


def halve_weights(model: onnx.ModelProto) -> None:
    """Store large float32 weights as float16 and cast them back in the graph (half the size, same speed)."""
    casts: list[onnx.NodeProto] = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != onnx.TensorProto.FLOAT or values.size < LARGE:
            continue
        name = tensor.name
        stored = name + HALF
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), stored))
        casts.append(helper.make_node("Cast", [stored], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


HALF = ".float16"
