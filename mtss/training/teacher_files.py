"""A teacher on disk: teacher.pt in a folder of its own."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from mtss.calibration import Calibration
from mtss.card import LICENCE
from mtss.labels import LabelSpace
from mtss.model_file import MODEL, TEACHER
from mtss.training.backbones.frozen import FrozenBackbone
from mtss.training.checkpoint import CheckpointProblem, load_checkpoint, save_checkpoint
from mtss.training.config import TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.loop import Fit
from mtss.training.networks import Teacher
from mtss.training.provenance import data_hash, versions
from mtss.training.teaching import TrainedTeacher

SHAPE = {"type": str, "rows": list, "real": int, "backbone": str, "config": dict, "data": dict}


def save_teacher(
    path: Path, teacher: TrainedTeacher, backbone: str, config: TrainConfig, data: FeatureSet
) -> None:
    """With its card: all that a person, or a student, has to know of it."""
    attribute = data.space[teacher.name]
    card: dict[str, Any] = {
        "type": teacher.name,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "data": {
            "hash": data_hash(data),
            "images": {split: int(data.mask(split).sum()) for split in ("train", "val", "test")},
            "labelled": sum(teacher.name in s.labels for s in data.samples),
            "learned_from": list(teacher.learned_from),
        },
        "calibration": None if teacher.calibration is None else teacher.calibration.to_json(),
        "space": LabelSpace([attribute]).to_json(),
        "input": {"size": config.input_size, "features": data.features.shape[1]},
        "metrics": {"validation_f1@1": teacher.fit.score},
        "parents": [],
        "versions": versions(),
        "licence": LICENCE,
        "rows": list(teacher.rows),
        "real": teacher.real,
        "backbone": backbone,
        "config": config.to_json(),
        "score": teacher.fit.score,
        "step": teacher.fit.step,
        "steps": teacher.fit.steps,
    }
    save_checkpoint(path, teacher.module, card)


def teacher_path(folder: Path) -> Path:
    """The file in a teacher's folder, or the file itself. Raises CheckpointProblem for a model."""
    found, model = (folder / name if folder.is_dir() else folder for name in (TEACHER, MODEL))
    if model.suffix == Path(MODEL).suffix and model.is_file() and not (folder / TEACHER).is_file():
        takers = "predict, evaluate, adapt and export"
        raise CheckpointProblem(f"{folder} is a model, for {takers}; teachers come from mtss train-teacher")
    return found


def read_card(folder: Path) -> dict[str, Any]:
    """What a teacher's file says of it. Raises CheckpointProblem."""
    path = teacher_path(folder)
    _, card = load_checkpoint(path)
    if not all(isinstance(card.get(name), kind) for name, kind in SHAPE.items()):
        raise CheckpointProblem(f"{path}: not a teacher of this program")
    return card


def load_teacher(folder: Path, backbone: FrozenBackbone) -> TrainedTeacher:
    """Raises CheckpointProblem, also for a teacher on another backbone's features."""
    path = teacher_path(folder)
    state, card = load_checkpoint(path)
    try:
        rows, config = tuple(card["rows"]), card["config"]
        if card["backbone"] != backbone.id:
            raise CheckpointProblem(f"{path}: learned on features of {card['backbone']}, not {backbone.id}")
        before = torch.ones(2, state["standardise.mean"].shape[0])
        own = None if config["tune"] == "frozen" else backbone.network()
        dim = state["dictionary"].shape[1]
        module = Teacher(before, len(rows), dim, config["teacher_hidden"], backbone=own)
        module.load_state_dict(state)
        if not all(torch.isfinite(weights).all() for weights in module.state_dict().values()):
            raise CheckpointProblem(f"{path}: its numbers are not finite")
        if config["loss"] == "bce":  # its rows stay as they were saved
            module.dictionary.requires_grad_(False)
        result, given = Fit(card["score"], card["step"], card["steps"], {}), card.get("calibration")
        calibration = None if given is None else Calibration.from_json(given)
        taught = (module.eval(), result, _learned_from(card), calibration)
        return TrainedTeacher(card["type"], rows, card["real"], *taught)
    except CheckpointProblem:
        raise
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as problem:
        raise CheckpointProblem(f"{path}: not a teacher of this program") from problem


def _learned_from(card: dict[str, Any]) -> tuple[str, ...]:
    """Earlier versions did not say; where validation images taught, they were counted as training images."""
    earlier = ("train",) if card["data"]["images"]["val"] else ("train", "val")
    return tuple(str(split) for split in card["data"].get("learned_from", earlier))


@dataclass(frozen=True)
class Chosen:
    """Teachers' folders; `linear`: all of them are, in frozen features."""

    folders: list[Path]
    linear: bool


def chosen(folders: Sequence[Path], single: str | None, space: LabelSpace, config: TrainConfig) -> Chosen:
    """The teachers that a student is to learn from, by their cards: with `single` that type's alone.

    Raises CheckpointProblem for teachers that do not fit together, or not with the manifest or the student.
    """
    cards = [(folder, read_card(folder)) for folder in folders]
    if single is not None:
        cards = [(folder, card) for folder, card in cards if card["type"] == single]
        if not cards:
            raise CheckpointProblem(f"none of the teachers is for '{single}'")
    seen: dict[str, Path] = {}
    for folder, card in cards:
        name = str(card["type"])
        if name in seen:
            raise CheckpointProblem(f"{seen[name]} and {folder} are both teachers of '{name}': one is enough")
        seen[name] = folder
        if tuple(card["rows"][: card["real"]]) != space[name].classes:
            raise CheckpointProblem(f"the teacher of '{name}' learned other classes than the manifest's")
        tuned = _is_tuned(card)
        if tuned != (config.tune != "frozen"):
            words = (
                "was trained with --tune: give --tune for its student too"
                if tuned
                else "was trained without --tune: leave it out here, or train the teacher with it"
            )
            raise CheckpointProblem(f"{folder}: this teacher {words}")
    linear = all(not card["config"].get("teacher_hidden") and not _is_tuned(card) for _, card in cards)
    return Chosen([folder for folder, _ in cards], linear)


def _is_tuned(card: dict[str, Any]) -> bool:
    return card["config"].get("tune", "frozen") != "frozen"
