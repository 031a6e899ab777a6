"""A teacher on disk: teacher.pt in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from mtss.training.backbones.frozen import FrozenBackbone
from mtss.training.checkpoint import CheckpointProblem, load_checkpoint, save_checkpoint
from mtss.training.config import TrainConfig
from mtss.training.loop import Fit
from mtss.training.networks import Teacher
from mtss.training.teaching import TrainedTeacher

NAME = "teacher.pt"


def save_teacher(path: Path, teacher: TrainedTeacher, backbone: str, config: TrainConfig) -> None:
    card: dict[str, Any] = {
        "type": teacher.name,
        "rows": list(teacher.rows),
        "real": teacher.real,
        "backbone": backbone,
        "config": config.to_json(),
        "score": teacher.fit.score,
        "step": teacher.fit.step,
        "steps": teacher.fit.steps,
        "ridge": teacher.ridge,
    }
    save_checkpoint(path, teacher.module, card)


def load_teacher(folder: Path, backbone: FrozenBackbone) -> TrainedTeacher:
    """Raises CheckpointProblem, also for a teacher on another backbone's features."""
    path = folder / NAME if folder.is_dir() else folder
    state, card = load_checkpoint(path)
    try:
        rows, config = tuple(card["rows"]), card["config"]
        if card["backbone"] != backbone.id:
            raise CheckpointProblem(f"{path}: learned on features of {card['backbone']}, not {backbone.id}")
        before = torch.ones(2, state["standardise.mean"].shape[0])
        own = None if config["tune"] == "frozen" else backbone.network()
        module = Teacher(before, len(rows), config["dim"], config["teacher_hidden"], backbone=own)
        module.load_state_dict(state)
        result = Fit(card["score"], card["step"], card["steps"], {})
        return TrainedTeacher(card["type"], rows, card["real"], module.eval(), result, card.get("ridge", 0.0))
    except (KeyError, RuntimeError) as problem:
        raise CheckpointProblem(f"{path}: not a teacher of this program") from problem
