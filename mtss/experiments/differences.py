"""What each difference of the product preset from the paper is worth: that one turned back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mtss.experiments.reporting import Points, Report, claim, rows_table
from mtss.experiments.study import Measures, Study, branches, of_all
from mtss.training.config import PRESETS
from mtss.training.further import Further

SCARCE = 0.25  # of the training images keep their labels in the second setting; the others are unlabelled

PAPER = PRESETS["paper"]
TURNED: Mapping[str, Mapping[str, Any]] = {
    "images ranked by the row only": {"symmetric": PAPER.symmetric},
    "one negative": {"negatives": PAPER.negatives},
    "D = 256": {"dim": PAPER.dim},
    "no dropout": {"dropout": PAPER.dropout},
    "no ridge": {"ridge": PAPER.ridge},
    "as many steps with few labels": {"fewest_steps": PAPER.fewest_steps},
    "no clipped gradient": {"clip": PAPER.clip},
    "weights with the best score, not the last": {"kept": PAPER.kept},
    "a student that begins at random": {"student_start": PAPER.student_start},
    "no rows for none": {"reserved_least": PAPER.reserved_least},
}
# Of corrupted copies, which table 7 measures.
ELSEWHERE: Mapping[str, Any] = {"teacher_view": PAPER.teacher_view}
TRIED: Mapping[str, Mapping[str, Any]] = {
    "teachers with a hidden layer of 384": {"teacher_hidden": 384},
    "student with a hidden layer of 384": {"student_hidden": 384},
}
WHOLE = "all of these: the paper preset"
TAUGHT = "validation images that teach too"  # in the product, not where a probe stands beside
HEAD = ("teacher", "student", "teacher, ¼ labels", "student, ¼ labels", "… and ¾ unlabelled")


def run(study: Study) -> Report:
    """F1@1; every row differs from the first in one setting."""
    study = study.with_settings(student_start=PRESETS["product"].student_start)
    settings = {"product": {}, **TURNED, WHOLE: whole(), **TRIED, TAUGHT: {"refit": True}}
    rows: dict[str, list[Points]] = {}
    for name, changes in settings.items():
        changed = study.with_settings(**changes)
        columns = zip(*(_one_seed(changed, seed) for seed in study.seeds), strict=True)
        rows[name] = [of_all(column, "f1@1") for column in columns]
    others = (*TURNED, WHOLE, *TRIED)
    claims = (
        *(
            claim(f"the product preset is better than with {n}", _both(rows, "product"), _both(rows, n))
            for n in others
        ),
        claim(f"{TAUGHT} are better than such as only judge", _both(rows, TAUGHT), _both(rows, "product")),
        claim("unlabelled images help the student", rows["product"][4], rows["product"][3]),
    )
    about = (
        f"F1@1 over all types in percent, of {study.describe()}. The rows under the first turn one setting "
        f"of the product preset back to the paper's, then all of them, or try another; in the last, "
        f"validation images teach instead of judging. The verdicts are about the student's mean of both "
        f"settings."
    )
    table = tuple(rows_table(HEAD, rows))
    return Report("The product preset, difference by difference", about, table, claims)


def whole() -> dict[str, Any]:
    """Every setting of TURNED at once, and those that are measured elsewhere."""
    return {name: value for changes in (*TURNED.values(), ELSEWHERE) for name, value in changes.items()}


def _both(rows: Mapping[str, list[Points]], name: str) -> Points:
    """The student's mean of both settings, a value a seed."""
    return np.mean([rows[name][1], rows[name][3]], axis=0).tolist()


def _one_seed(study: Study, seed: int) -> list[Measures]:
    """In the order of HEAD."""
    recipe = study.recipe()
    scarce = study.with_part(SCARCE)
    kept = {s.image for s in scarce.part(seed).samples}
    data = study.part(seed)
    rest = np.array([s.image not in kept for s in data.samples])
    teachers = scarce.teachers(seed, scarce.recipe())
    helped = scarce.student(seed, teachers, Further(data.take(rest).inputs))
    return [
        study.judge_teachers(seed, recipe),
        study.judge_student(seed, recipe),
        scarce.judge_teachers(seed, scarce.recipe()),
        scarce.judge_student(seed, scarce.recipe()),
        scarce.judge(seed, teachers, branches(helped)),
    ]
