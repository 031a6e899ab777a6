"""Table 5: a student of one teacher (S-Single) against a student of all (S-Multi), R@3 gain over teachers."""

from __future__ import annotations

from mtss.experiments.reporting import Report
from mtss.experiments.study import Measures, Study
from mtss.experiments.two_rows import compared


def run(study: Study) -> Report:
    """κ students of one teacher each, and one of all, on the same images with the same number of steps."""
    single = [_singles(study, seed) for seed in study.seeds]
    multi = [study.judge_student(seed, study.recipe()) for seed in study.seeds]
    return compared(
        "Table 5: one teacher a student against all teachers",
        study,
        ("S-Single", single),
        ("S-Multi", multi),
        "recall@3",
        "a student of all teachers is better than students of one (R@3)",
    )


def _singles(study: Study, seed: int) -> Measures:
    """Every type by a student that has seen its teacher only."""
    types = {}
    for name, config in study.recipe():
        types |= study.judge_student(seed, ((name, config),))["types"]
    return {"types": types, "all": {}}
