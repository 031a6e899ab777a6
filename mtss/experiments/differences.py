"""What each difference of the product preset from the paper is worth: that one turned back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from mtss.experiments.reporting import Claim, Points, Report, claim, rows_table
from mtss.experiments.study import Measures, Study, branches, of_all
from mtss.training.config import PRESETS
from mtss.training.further import Further

SCARCE = 0.25  # of the training images keep their labels in the second setting; the others are unlabelled

PAPER = PRESETS["paper"]
TURNED: Mapping[str, Mapping[str, Any]] = {
    "one negative": {"negatives": PAPER.negatives},
    "D = 256": {"dim": PAPER.dim},
    "no dropout": {"dropout": PAPER.dropout},
    "no rows for none": {"reserved_least": PAPER.reserved_least},
}
TRIED: Mapping[str, Mapping[str, Any]] = {
    "teachers with a hidden layer of 384": {"teacher_hidden": 384},
    "student with a hidden layer of 384": {"student_hidden": 384},
}
HEAD = ("teacher", "student", "teacher, ¼ labels", "student, ¼ labels", "… and ¾ unlabelled")


def run(study: Study) -> Report:
    """F1@1; every row differs from the first in one setting."""
    settings = {"product": {}, **TURNED, **TRIED}
    rows: dict[str, list[Points]] = {}
    for name, changes in settings.items():
        changed = Study(study.name, study.data, study.seeds, replace(study.config, **changes), study.device)
        columns = zip(*(_one_seed(changed, seed) for seed in study.seeds), strict=True)
        rows[name] = [of_all(column, "f1@1") for column in columns]
    claims = [
        *(
            _claim(f"the product preset against it with {name}", rows, name)
            for name in settings
            if name != "product"
        ),
        claim("unlabelled images help the student", rows["product"][4], rows["product"][3]),
    ]
    about = (
        f"F1@1 over all types in percent, of {study.describe()}. The rows under the first turn one setting "
        f"of the product preset back to the paper's, or try another; verdicts by the student."
    )
    return Report(
        "The product preset, difference by difference", about, tuple(rows_table(HEAD, rows)), tuple(claims)
    )


def _claim(words: str, rows: Mapping[str, list[Points]], other: str) -> Claim:
    """Paired by seed, the mean of the student with all labels and with few."""
    means = {name: np.mean([rows[name][1], rows[name][3]], axis=0).tolist() for name in ("product", other)}
    return claim(f"{words} (the student's mean of both settings)", means["product"], means[other])


def _one_seed(study: Study, seed: int) -> list[Measures]:
    """In the order of HEAD."""
    recipe = study.recipe()
    scarce = study.with_part(SCARCE)
    kept = {s.image for s in scarce.part(seed).samples}
    data = study.part(seed)
    rest = np.array([s.image not in kept for s in data.samples])
    teachers = scarce.teachers(seed, recipe)
    helped = scarce.student(seed, teachers, Further(data.take(rest).inputs))
    return [
        study.judge_teachers(seed, recipe),
        study.judge_student(seed, recipe),
        scarce.judge_teachers(seed, recipe),
        scarce.judge_student(seed, recipe),
        scarce.judge(seed, teachers, branches(helped)),
    ]
