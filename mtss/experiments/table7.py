"""Table 7: a student on corrupted images, with corrupted copies mixed into its training images or without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from mtss.experiments.reporting import Claim, Points, Report, claim, rows_table
from mtss.experiments.study import BASELINES, Embed, Measures, Scorer, Study, branches, of_all
from mtss.training.evaluation import evaluate_scores
from mtss.training.further import Further
from mtss.training.learning import begins_as_teachers
from mtss.training.teaching import TrainedTeacher

RATIOS = (0.1, 1.0, 1.5)  # of the clean training images, as the paper's 1M, 10M and 15M were
TESTS = 3.0  # corrupted copies of every test image

EVEN = 1.0  # a copy of each training image
MIXED = f" + {EVEN:g} × corrupted"
CLEAN = ", teachers see the clean"
PRODUCT = ", begins as they"  # as users get it

Both = tuple[Measures, Measures]  # on clean images and on corrupted ones


def run(study: Study) -> Report:
    """Teachers never see a corrupted image in training; in the student stage as each row says."""
    rows: dict[str, list[Both]] = {"teacher": [], "student": []}
    for seed in study.seeds:
        teachers = study.teachers(seed, study.recipe())
        rows["teacher"].append(_both(study, seed, teachers, {t.name: t.embed for t in teachers}))
        plain = study.student_of(seed, study.recipe())
        rows["student"].append(_both(study, seed, teachers, branches(plain)))
        for name, ratio, changes in _taught(study):
            copies = study.corrupted(seed, "train", ratio)
            student = study.student(seed, teachers, Further(None, copies), **changes)
            rows.setdefault(name, []).append(_both(study, seed, teachers, branches(student)))
        for name, score in BASELINES.items():
            rows.setdefault(name, []).append(_baseline(study, seed, score))
            rows.setdefault(name + MIXED, []).append(_baseline(study, seed, score, EVEN))
    recall = {name: _recall(found) for name, found in rows.items()}
    about = (
        f"R@3 over all types in percent, of {study.describe()}; {TESTS:g} corrupted copies of each. "
        f"Δ relative to the student, in percent, as in the paper."
    )
    cells = {name: _with_change(both, recall["student"]) for name, both in recall.items()}
    table = tuple(rows_table(["clean", "Δ, %", "corrupted", "Δ, %"], cells))
    return Report("Table 7: corrupted images", about, table, _claims(recall))


def _claims(recall: Mapping[str, list[Points]]) -> tuple[Claim, ...]:
    """Of what each row finds on clean images, and on corrupted ones."""
    mixed = "student" + MIXED
    return (
        claim(
            "the student stands corruption better than its teachers",
            recall["student"][1],
            recall["teacher"][1],
        ),
        claim("mixing in corrupted copies helps on corrupted images", recall[mixed][1], recall["student"][1]),
        claim("… and on clean ones", recall[mixed][0], recall["student"][0]),
        claim(
            "teachers that see the clean picture teach it better than by the corrupted one",
            recall[mixed + CLEAN][1],
            recall[mixed][1],
        ),
        claim(
            "that student is better on clean images than without",
            recall[mixed + CLEAN][0],
            recall["student"][0],
        ),
        claim(
            "on corrupted images it is better than a linear probe that learns from their labelled copies",
            recall[mixed + CLEAN][1],
            recall["linear probe" + MIXED][1],
        ),
    )


def _taught(study: Study) -> list[tuple[str, float, dict[str, Any]]]:
    """Students that see corrupted copies: a row's name, their ratio, and settings."""
    rows: list[tuple[str, float, dict[str, Any]]] = [
        (f"student + {ratio:g} × corrupted", ratio, {"teacher_view": "same"}) for ratio in RATIOS
    ]
    rows.append(("student" + MIXED + CLEAN, EVEN, {"teacher_view": "clean"}))
    settings: dict[str, Any] = {"teacher_view": "clean", "student_start": "teachers"}
    if begins_as_teachers(replace(study.config, **settings), linear=not study.config.teacher_hidden):
        rows.append(("student" + MIXED + CLEAN + PRODUCT, EVEN, settings))
    return rows


def _both(study: Study, seed: int, teachers: list[TrainedTeacher], embed: Mapping[str, Embed]) -> Both:
    copies = study.corrupted(seed, "test", TESTS)
    part = study.part(seed).take(copies.source)
    shown = {name: _constant(by(copies.inputs)) for name, by in embed.items()}
    return study.judge(seed, teachers, embed), study.judge(seed, teachers, shown, part)


def _baseline(study: Study, seed: int, score: Scorer, ratio: float = 0.0) -> Both:
    """As `_both`: fitted to clean images and `ratio` copies of each, asked about clean and corrupted ones."""
    data, copies = study.part(seed), study.corrupted(seed, "test", TESTS)
    images, shown = len(data.samples), [copies]
    if ratio:
        shown.append(study.corrupted(seed, "train", ratio))
    everything = data.take(np.concatenate([np.arange(images), *(some.source for some in shown)]))
    everything = replace(
        everything, features=np.concatenate([data.features, *(some.features for some in shown)])
    )
    test = np.flatnonzero(data.mask("test"))
    asked = np.concatenate([test, np.arange(images, images + len(copies.source))])
    scores = {n: score(everything, data.space[n], study.config.refit, asked=asked) for n in study.types}
    clean, corrupted = (
        evaluate_scores(
            everything.take(asked[some]).samples, data.space, {n: found[some] for n, found in scores.items()}
        )
        for some in (slice(len(test)), slice(len(test), None))
    )
    return clean, corrupted


def _constant(embeddings: np.ndarray) -> Embed:
    return lambda _: embeddings


def _with_change(both: list[Points], base: list[Points]) -> list[Points]:
    """Clean and corrupted, each followed by its change relative to the base's, in percent."""
    clean, corrupted = (
        [100 * (one / other - 1) for one, other in zip(mine, theirs, strict=True)]
        for mine, theirs in zip(both, base, strict=True)
    )
    return [both[0], clean, both[1], corrupted]


def _recall(found: list[Both]) -> list[Points]:
    return [of_all([both[0] for both in found], "recall@3"), of_all([both[1] for both in found], "recall@3")]
