"""Weights with their card, written to a temporary file and replaced: never half a checkpoint."""

from __future__ import annotations

import io
import pickle
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
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {name: value.detach().cpu() for name, value in module.state_dict().items()}
    out = io.BytesIO()
    torch.save({"card": card, "state": state}, out)
    replace_file(path, out.getvalue())


def load_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """(state, card). Pickled code is refused. Raises CheckpointProblem."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        return content["state"], content["card"]
    except OSError as problem:
        raise CheckpointProblem(f"{path}: cannot be read ({problem.strerror})") from problem
    except (pickle.UnpicklingError, RuntimeError, KeyError, TypeError, EOFError) as problem:
        raise CheckpointProblem(f"{path}: not a checkpoint of this program") from problem
