"""Weights from a file: plain tensors only, pickled code is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from mtss.problem import Problem

WRAPPED = ("state_dict", "model", "model_state_dict")  # where training scripts like to put the tensors


class WeightsProblem(Problem):
    """A file that holds no weights for this network; the message is meant for the user."""


def read_weights(path: Path) -> bytes:
    """A file's bytes, whatever they are. Raises WeightsProblem."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise WeightsProblem(f"{path}: cannot be read ({problem.strerror})") from problem


def digest(path: Path) -> str:
    """Ten hexadecimal digits of the file's SHA-256. Raises WeightsProblem."""
    return hashlib.sha256(read_weights(path)).hexdigest()[:10]


def load_weights(network: nn.Module, path: Path) -> None:
    """Into `network`, from .safetensors or what torch.save wrote. Raises WeightsProblem.

    What the file has more than the network, a classifier for instance, is left; what it lacks is an error.
    """
    found = _read(path)
    wanted = network.state_dict()
    found = {name.removeprefix("module."): tensor for name, tensor in found.items()}
    missing = [name for name in wanted if name not in found and not name.endswith("num_batches_tracked")]
    if missing:
        raise WeightsProblem(
            f"{path}: not the weights of this network, {len(missing)} of {len(wanted)} tensors are missing "
            f"(first: {missing[0]})"
        )
    other = [n for n, tensor in wanted.items() if n in found and found[n].shape != tensor.shape]
    if other:
        shapes = f"{tuple(found[other[0]].shape)}, not {tuple(wanted[other[0]].shape)}"
        raise WeightsProblem(f"{path}: not the weights of this network, {other[0]} is {shapes}")
    network.load_state_dict({name: tensor for name, tensor in found.items() if name in wanted}, strict=False)


def _read(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise WeightsProblem(f"{path}: there is no such file")
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        content: Any = torch.load(path, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except OSError as problem:
        raise WeightsProblem(f"{path}: cannot be read ({problem.strerror or problem})") from problem
    except Exception as problem:  # of other files torch's reader raises whatever it stumbles over
        raise WeightsProblem(
            f"{path}: not a file of plain tensors (.safetensors, or a state dict saved by torch)"
        ) from problem
    for name in WRAPPED:
        if isinstance(content, dict) and isinstance(content.get(name), dict):
            content = content[name]
    if not isinstance(content, dict) or not all(isinstance(value, Tensor) for value in content.values()):
        raise WeightsProblem(f"{path}: holds no state dict")
    return {str(name): tensor for name, tensor in content.items()}
