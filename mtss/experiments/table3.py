"""Table 3: label embedding against binary cross-entropy, F1@1 by attribute type."""

from __future__ import annotations

from mtss.experiments.against_first import compared
from mtss.experiments.reporting import Report
from mtss.experiments.study import Study


def run(study: Study) -> Report:
    """Same network, same budget, same images; only the loss differs (C11).

    The ridge is meant for directions, which logits are not: it stands here with BCE and without.
    """
    embedding = [study.judge_teachers(seed, study.recipe()) for seed in study.seeds]
    cross_entropy = [study.judge_teachers(seed, study.recipe(loss="bce")) for seed in study.seeds]
    others = [("label embedding", embedding)]
    if study.config.ridge:
        plain = study.recipe(loss="bce", ridge=0.0)
        others.append(("BCE without the ridge", [study.judge_teachers(seed, plain) for seed in study.seeds]))
    return compared(
        "Table 3: label embedding against binary cross-entropy",
        study,
        ("BCE", cross_entropy),
        others,
        "f1@1",
        ("label embedding is better than BCE", "label embedding", "BCE"),
    )
