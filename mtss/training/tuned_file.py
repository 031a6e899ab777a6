"""tuned.json: what `mtss tune` found best for each attribute type, with every trial that led there."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from pathlib import Path
from typing import Any

from mtss.problem import Problem
from mtss.replacing import replace_file
from mtss.training.config import TrainConfig, Tuned

# Settings that what is best for a teacher depends on; none of them is searched for.
UNDER = ("preset", "loss", "backbone", "tune", "input_size", "epochs", "batch", "negatives", "ridge")
NAME = "tuned.json"
JOURNAL = "search.journal"  # beside it: what a search leaves on its way


class TunedFileProblem(Problem):
    """A file that holds no settings of a search; the message is meant for the user."""


def read_entries(path: Path) -> dict[str, dict[str, Any]]:
    """{type: what a search told of it}, from a search's folder or its file. Raises TunedFileProblem."""
    path = path / NAME if path.is_dir() else path
    try:
        types: dict[str, dict[str, Any]] = json.loads(path.read_bytes())["types"]
        for entry in types.values():
            settings_of(entry)
    except OSError as problem:
        raise TunedFileProblem(f"{path}: cannot be read ({problem.strerror})") from problem
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise TunedFileProblem(f"{path}: holds no settings that mtss tune found") from problem
    return types


def read_settings(path: Path) -> tuple[tuple[str, Tuned], ...]:
    """As `TrainConfig.by_type` takes them. Raises TunedFileProblem."""
    return tuple((name, settings_of(entry)) for name, entry in read_entries(path).items())


def found_under(config: TrainConfig) -> dict[str, Any]:
    """What settings were found with: with other steps or another backbone, others may be best."""
    found = {name: getattr(config, name) for name in UNDER}
    return found | {"input_size": config.input_size and list(config.input_size)}


def settings_of(entry: dict[str, Any]) -> Tuned:
    """Raises KeyError, ValueError, TypeError for what nobody can train with."""
    found = Tuned(float(entry["gamma"]), int(entry["dim"]), float(entry["lr"]))
    if not (0 <= found.gamma < math.inf and found.dim > 0 and 0 < found.lr < math.inf):
        raise ValueError(f"impossible settings: {found}")
    return found


def write_entry(folder: Path, name: str, entry: dict[str, Any]) -> Path:
    """Put one type's into the folder's file; the other types' stay. The file's path."""
    path = folder / NAME
    types = read_entries(path) if path.exists() else {}
    _write(path, {**types, name: entry})
    return path


def drop_entries(folder: Path, names: Collection[str]) -> None:
    """Forget what was found for these types, where anything was."""
    path = folder / NAME
    types = read_entries(path) if path.exists() else {}
    if types.keys() & set(names):
        _write(path, {name: entry for name, entry in types.items() if name not in names})


def _write(path: Path, types: dict[str, dict[str, Any]]) -> None:
    replace_file(path, (json.dumps({"types": types}, indent=1) + "\n").encode())
