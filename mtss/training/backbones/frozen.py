"""A backbone as an ONNX graph with float16 weights, made once per machine and kept in the cache."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import platformdirs
import torch
from onnx import helper, numpy_helper

from mtss.training.backbones.catalogue import LITE, find
from mtss.training.backbones.network import Network

LARGE = 512  # smaller tensors stay float32: they are biases, and cost nothing


@dataclass(frozen=True)
class FrozenBackbone:
    """As it is before anything is tuned. `id` is the features' cache key.

    `graph` maps `images` uint8 [N, H, W, 3] to `features` [N, F]; `network` builds the same as a module.
    """

    id: str
    graph: bytes
    input_size: tuple[int, int]
    feature_dim: int
    pretrained: bool
    network: Callable[[], Network]


def frozen_backbone(
    name: str = LITE, weights: Path | None = None, size: tuple[int, int] | None = None
) -> FrozenBackbone:
    """Made once per machine and kept in the cache. Raises Problem, FileNotFoundError in words."""
    recipe = find(name, weights, size)
    size = recipe.input_size
    graph = _cached(recipe.id, lambda: export_network(recipe.build(), size))
    return FrozenBackbone(recipe.id, graph, size, feature_dim(graph), recipe.pretrained, recipe.build)


def feature_dim(graph: bytes) -> int:
    """F, of a graph's output."""
    return onnx.load_from_string(graph).graph.output[0].type.tensor_type.shape.dim[1].dim_value


def _cached(identity: str, build: Callable[[], bytes]) -> bytes:
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


def export_network(network: Network, size: tuple[int, int]) -> bytes:
    """The graph of a network as it is now, in eval mode and float32: runtimes know bfloat16 in few places."""
    module = copy.deepcopy(network).eval().cpu()
    module.reduced = False
    images = torch.zeros((2, *size, 3), dtype=torch.uint8)
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
