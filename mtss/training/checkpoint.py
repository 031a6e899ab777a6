"""Weights with their card, written to a temporary file and replaced: never half a checkpoint."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mtss.problem import Problem
from mtss.replacing import replace_file


class CheckpointProblem(Problem):
    """A checkpoint that cannot be used; the message is meant for the user."""


def save_checkpoint(path: Path, module: nn.Module, card: dict[str, Any]) -> None:
    """`card` is plain JSON-like; tensors are moved to the CPU."""
    state = {name: value.detach().cpu() for name, value in module.state_dict().items()}
    write_tensors(path, {"card": card, "state": state})


def load_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """(state, card). Pickled code is refused. Raises CheckpointProblem."""
    content = read_tensors(path, "card", "state")
    if not (isinstance(content["card"], dict) and isinstance(content["state"], dict)):
        raise CheckpointProblem(f"{path}: not a checkpoint of this program")
    return content["state"], content["card"]


def write_tensors(path: Path, content: dict[str, Any]) -> None:
    """Tensors and plain values, beside the old file and then in its place; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    torch.save(content, out)
    replace_file(path, out.getvalue())


def read_tensors(path: Path, *names: str, **others: Any) -> dict[str, Any]:
    """What `write_tensors` wrote under these names, and under `others`, which it may have left out.

    Pickled code is refused. Raises CheckpointProblem.
    """
    strange = CheckpointProblem(f"{path}: not a checkpoint of this program")
    try:
        if not zipfile.is_zipfile(path):
            path.stat()  # a file that is not there is another matter
            raise strange
        content = torch.load(path, map_location="cpu", weights_only=True)
        return {name: content[name] for name in names} | {n: content.get(n, v) for n, v in others.items()}
    except OSError as problem:
        raise CheckpointProblem(f"{path}: cannot be read ({problem.strerror})") from problem
    except (pickle.UnpicklingError, RuntimeError, KeyError, TypeError, EOFError) as problem:
        raise strange from problem
