"""Table 5: a student of one teacher (S-Single) against a student of all (S-Multi), R@3 gain over teachers."""

from __future__ import annotations

from mtss.experiments.against_first import compared
from mtss.experiments.reporting import Report
from mtss.experiments.study import Measures, Study


def run(study: Study) -> Report:
    """κ students of one teacher each, and one of all, on the same images with the same number of steps."""
    teachers = [study.judge_teachers(seed, study.recipe()) for seed in study.seeds]
    single = [_singles(study, seed) for seed in study.seeds]
    multi = [study.judge_student(seed, study.recipe()) for seed in study.seeds]
    return compared(
        "Table 5: one teacher a student against all teachers",
        study,
        ("teacher", teachers),
        [("S-Single", single), ("S-Multi", multi)],
        "recall@3",
        ("a student of all teachers is better than students of one", "S-Multi", "S-Single"),
    )


def _singles(study: Study, seed: int) -> Measures:
    """Every type by a student that has seen its teacher only."""
    types = {}
    for name, config in study.recipe():
        types |= study.judge_student(seed, ((name, config),))["types"]
    return {"types": types, "all": {}}
