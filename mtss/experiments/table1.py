"""Table 1: top-k recall by attribute type, of teachers with several γ, their student, and two baselines."""

from __future__ import annotations

from mtss.experiments.reporting import Report, claim, rows_table
from mtss.experiments.study import Measures, Study, names_of, of_all, of_types

KS = (3, 5)
TAUGHT = "The student's teachers are those with γ tuned."


def run(study: Study) -> Report:
    """R@3 and R@5; each γ "tuned" is that with the best F1@1 on validation images."""
    who = contenders(study)
    lines: list[str] = []
    for k in KS:
        head = [*names_of(who["student"]), "all"]
        rows = {name: [*of_types(m, f"recall@{k}"), of_all(m, f"recall@{k}")] for name, m in who.items()}
        lines += [f"R@{k}, %:", "", *rows_table(head, rows), ""]
    recall = {name: of_all(m, "recall@3") for name, m in who.items()}
    claims = (
        claim("γ = 1 is better than γ = 0 (R@3)", recall["teacher, γ = 1"], recall["teacher, γ = 0"]),
        claim("γ tuned by type is better than γ = 0", recall["teacher, γ tuned"], recall["teacher, γ = 0"]),
        claim("the student is better than its teachers", recall["student"], recall["teacher, γ tuned"]),
        claim("the student is better than a linear probe", recall["student"], recall["linear probe"]),
        claim("… than nearest neighbours", recall["student"], recall["nearest neighbours"]),
    )
    return Report(
        "Table 1: top-k recall", f"Micro counts over {study.describe()}. {TAUGHT}", tuple(lines), claims
    )


def contenders(study: Study) -> dict[str, list[Measures]]:
    """Everyone who stands in tables 1 and 2, a value a seed; the student learns from the tuned teachers."""
    return {
        **study.baselines(),
        "teacher, γ = 0": [study.judge_teachers(seed, study.recipe(gamma=0.0)) for seed in study.seeds],
        "teacher, γ = 1": [study.judge_teachers(seed, study.recipe(gamma=1.0)) for seed in study.seeds],
        "teacher, γ tuned": [study.judge_teachers(seed, study.tuned(seed)) for seed in study.seeds],
        "student": [study.judge_student(seed, study.tuned(seed)) for seed in study.seeds],
    }
