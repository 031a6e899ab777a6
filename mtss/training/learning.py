"""Stage two: one student from all teachers, on all images pooled without their labels (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mtss.training.config import TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.events import Run
from mtss.training.loop import Fit, fit
from mtss.training.networks import Student
from mtss.training.resuming import Checkpoints, fingerprint
from mtss.training.targets import Targets, build_targets
from mtss.training.tasks import StudentTask
from mtss.training.teaching import TrainedTeacher


@dataclass(frozen=True)
class TrainedStudent:
    module: Student
    fit: Fit


def train_student(
    data: FeatureSet,
    teachers: Sequence[TrainedTeacher],
    config: TrainConfig,
    device: torch.device,
    run: Run,
    unlabelled: np.ndarray | None = None,
    checkpoints: Checkpoints | None = None,
) -> TrainedStudent:
    """`unlabelled` float32 [U, F]: features of further images, which have no labels at all."""
    torch.manual_seed(config.seed)
    train, val = data.mask("train"), data.mask("val")
    pooled = data.features[train]
    if unlabelled is not None and len(unlabelled):
        pooled = np.concatenate([pooled, unlabelled])
    features = torch.from_numpy(pooled).to(device)
    student = Student(
        features, [t.name for t in teachers], config.dim, config.student_hidden, config.student_dropout
    )
    held = torch.from_numpy(data.features[val]).to(device)
    task = StudentTask(
        module=student.to(device),
        features=features,
        teacher={t.name: _embed(t, features) for t in teachers},
        dictionaries={t.name: t.module.dictionary.detach() for t in teachers},
        validation=[(held, _targets(data.take(val), t)) for t in teachers],
        config=config,
        random=np.random.default_rng(config.seed),
    )
    steps = config.steps(config.student_steps, len(features))
    keeper = None
    if checkpoints is not None:
        taught = [t.embed(data.features[:64]) for t in teachers]
        of = fingerprint((config, steps), data.samples, features.cpu().numpy(), *taught)
        keeper = checkpoints.keeper("student", of)
    return TrainedStudent(student, fit(task, steps, config.lr, config.weight_decay, run, keeper))


def _targets(data: FeatureSet, teacher: TrainedTeacher) -> Targets:
    return build_targets(data.samples, data.space[teacher.name], teacher.rows[teacher.real :])


def _embed(teacher: TrainedTeacher, features: Tensor) -> Tensor:
    """The teacher's embeddings, "frozen, in eval mode, without gradient"; [M, D]."""
    teacher.module.eval()
    with torch.no_grad():
        return torch.cat([teacher.module(part) for part in features.split(4096)])
