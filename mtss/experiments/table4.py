"""Table 4: teacher against student, F1@1 by attribute type."""

from __future__ import annotations

from mtss.experiments.against_first import compared
from mtss.experiments.reporting import Report
from mtss.experiments.study import Study


def run(study: Study) -> Report:
    """One student of all teachers, on all their training images pooled without labels (C8)."""
    teachers = [study.judge_teachers(seed, study.recipe()) for seed in study.seeds]
    students = [study.judge_student(seed, study.recipe()) for seed in study.seeds]
    return compared(
        "Table 4: teacher against student",
        study,
        ("teacher", teachers),
        [("student", students)],
        "f1@1",
        ("the student is better than its teachers", "student", "teacher"),
    )
