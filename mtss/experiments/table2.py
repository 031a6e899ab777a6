"""Table 2: F1 and recall at k over all types together, label embedding against binary cross-entropy."""

from __future__ import annotations

from mtss.experiments.reporting import Report, claim, rows_table
from mtss.experiments.study import Study, of_all
from mtss.experiments.table1 import TAUGHT, contenders

KS = (1, 3, 5)


def run(study: Study) -> Report:
    """Counts are pooled over types; an image that was looked at and has none of the classes stays in N."""
    who = contenders(study)
    who["teacher, BCE"] = [study.judge_teachers(seed, study.recipe(loss="bce")) for seed in study.seeds]
    head = [f"{name}@{k}" for name in ("F1", "R") for k in KS]
    keys = [f"{name}@{k}" for name in ("f1", "recall") for k in KS]
    rows = {name: [of_all(m, key) for key in keys] for name, m in who.items()}
    f1 = {name: of_all(m, "f1@1") for name, m in who.items()}
    claims = (
        claim("the student is better than BCE (F1@1)", f1["student"], f1["teacher, BCE"]),
        claim("the student is better than a linear probe", f1["student"], f1["linear probe"]),
        claim("… than nearest neighbours", f1["student"], f1["nearest neighbours"]),
        claim("teachers with γ = 1 are better than a linear probe", f1["teacher, γ = 1"], f1["linear probe"]),
    )
    lines = tuple(rows_table(head, rows))
    return Report(
        "Table 2: F1 and recall over all types", f"%, of {study.describe()}. {TAUGHT}", lines, claims
    )
