"""Stage two: one student from all teachers, on all images pooled without their labels (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mtss.training.config import TeacherView, TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.events import Run
from mtss.training.further import NOTHING, Further
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
    further: Further = NOTHING,
    checkpoints: Checkpoints | None = None,
) -> TrainedStudent:
    """Of corrupted copies teachers see the same, or with `config.teacher_view` "clean" their originals."""
    torch.manual_seed(config.seed)
    val = data.mask("val")
    features, shown = (torch.from_numpy(x).to(device) for x in _views(data, further, config.teacher_view))
    student = Student(
        features, [t.name for t in teachers], config.dim, config.student_hidden, config.student_dropout
    )
    held = torch.from_numpy(data.features[val]).to(device)
    task = StudentTask(
        module=student.to(device),
        features=features,
        teacher={t.name: _embed(t, shown) for t in teachers},
        dictionaries={t.name: t.module.dictionary.detach() for t in teachers},
        validation=[(held, _targets(data.take(val), t)) for t in teachers],
        config=config,
        random=np.random.default_rng(config.seed),
    )
    steps = config.steps(config.student_steps, len(features))
    keeper = None
    if checkpoints is not None:
        taught = [e.cpu().numpy() for e in task.teacher.values()]
        of = fingerprint((config, steps), data.samples, features.cpu().numpy(), *taught)
        keeper = checkpoints.keeper("student", of)
    return TrainedStudent(student, fit(task, steps, config.lr, config.weight_decay, run, keeper))


def _views(data: FeatureSet, further: Further, view: TeacherView) -> tuple[np.ndarray, np.ndarray]:
    """What the student sees and what the teachers see of the same images: float32 [M, F] twice."""
    pooled = [data.features[data.mask("train")]]
    if further.unlabelled is not None and further.count:
        pooled.append(further.unlabelled)
    seen, shown = list(pooled), list(pooled)
    if further.corrupted is not None:
        seen.append(further.corrupted.features)
        clean = data.features[further.corrupted.source]
        shown.append(further.corrupted.features if view == "same" else clean)
    return np.concatenate(seen), np.concatenate(shown)


def _targets(data: FeatureSet, teacher: TrainedTeacher) -> Targets:
    return build_targets(data.samples, data.space[teacher.name], teacher.rows[teacher.real :])


def _embed(teacher: TrainedTeacher, features: Tensor) -> Tensor:
    """The teacher's embeddings, "frozen, in eval mode, without gradient"; [M, D]."""
    teacher.module.eval()
    with torch.no_grad():
        return torch.cat([teacher.module(part) for part in features.split(4096)])
