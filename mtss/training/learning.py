"""Stage two: one student from all teachers, on all images pooled without their labels (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from mtss.training.config import TeacherView, TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.events import Run
from mtss.training.further import NOTHING, Further
from mtss.training.inputs import Inputs
from mtss.training.judging import embed
from mtss.training.loop import Fit, as_numbers, fit
from mtss.training.networks import Student
from mtss.training.resuming import Checkpoints, fingerprint
from mtss.training.student_task import StudentTask
from mtss.training.targets import Targets, build_targets
from mtss.training.teaching import TrainedTeacher, tuned_network


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
    """Of corrupted copies teachers see the same, or with `config.teacher_view` "clean" their originals.

    With `config.student_start` "teachers" it begins as they are, where both are linear in the same features,
    and learns only if it sees other than they do: of anything else it says what they say already.
    """
    torch.manual_seed(config.seed)
    alike = all(t.module.is_linear for t in teachers)
    seen, shown = _views(data, further, config.teacher_view)
    before = torch.from_numpy(data.features[data.mask("train")])
    backbone = tuned_network(data, config, device)
    dims = {t.name: t.module.dictionary.shape[1] for t in teachers}
    student = Student(before, dims, config.student_hidden, backbone)
    student = student.to(device)
    if begins_as_teachers(config, linear=alike):
        for teacher in teachers:
            student.begin_as(teacher.name, teacher.module.to(device))
    held = data.take(data.mask("val"))
    task = StudentTask(
        module=student,
        inputs=seen.to(device),
        teacher={t.name: embed(t.module.to(device), shown.to(device)) for t in teachers},
        dictionaries={t.name: t.module.dictionary.detach() for t in teachers},
        validation=(held.inputs.to(device), [_targets(held, t) for t in teachers]),
        config=config,
        random=np.random.default_rng(config.seed),
        unweighted=frozenset(t.name for t in teachers if t.module.says_logits),
    )
    if is_its_teachers(config, linear=alike, corrupted=further.corrupted is not None):
        return TrainedStudent(student, _as_it_is(task, run))
    steps = config.student_length(len(task.inputs))
    keeper = None
    if checkpoints is not None:
        taught = [e.cpu().numpy() for e in task.teacher.values()]
        keeper = checkpoints.keeper(
            "student", fingerprint((config, steps), data.samples, data.features, *taught)
        )
    return TrainedStudent(student, fit(task, config.schedule(steps), run, keeper))


def begins_as_teachers(config: TrainConfig, *, linear: bool) -> bool:
    """Whether that is asked for, and it is linear in frozen features, as its teachers are (`linear`)."""
    alike = linear and config.tune == "frozen" and not config.student_hidden
    return alike and config.student_start == "teachers"


def is_its_teachers(config: TrainConfig, *, linear: bool, corrupted: bool) -> bool:
    """Whether it says of everything it sees what its teachers say from the start: there is nothing to learn.

    `corrupted`: whether it sees copies, of which its teachers may see the originals.
    """
    sees_as_they = not corrupted or config.teacher_view == "same"
    return begins_as_teachers(config, linear=linear) and sees_as_they


def _as_it_is(task: StudentTask, run: Run) -> Fit:
    """Of a student that says of every image what its teachers say of it: there is nothing to learn."""
    task.module.eval()
    with torch.no_grad():
        parts = as_numbers(task.step(task.load(next(task.batches()))))
    score = task.score()
    run.advance(1.0, "epoch", epoch=1, epochs=1, step=0, losses=parts, score=score)
    return Fit(score, 0, 0, parts)


def _views(data: FeatureSet, further: Further, view: TeacherView) -> tuple[Inputs, Inputs]:
    """What the student sees and what the teachers see of the same images."""
    pooled = data.take(data.mask("train")).inputs
    more = [] if further.unlabelled is None else [further.unlabelled]
    if further.corrupted is None:
        return (both := pooled.joined(more)), both
    copies = further.corrupted
    clean = data.inputs.part(torch.from_numpy(copies.source))
    shown = copies.inputs if view == "same" else clean
    return pooled.joined([*more, copies.inputs]), pooled.joined([*more, shown])


def _targets(held: FeatureSet, teacher: TrainedTeacher) -> Targets:
    return build_targets(held.samples, held.space[teacher.name], teacher.rows[teacher.real :])
