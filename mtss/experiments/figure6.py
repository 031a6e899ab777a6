"""Figure 6: what γ (a), D (b) and the number of training images (c) do to R@3, as changes from a baseline."""

from __future__ import annotations

from collections.abc import Sequence

from mtss.experiments.measuring import spread
from mtss.experiments.reporting import Claim, Curves, Points, Report, claim, rows_table
from mtss.experiments.study import BASELINES, GAMMAS, Measures, Study, names_of, of_all, of_types

DIMS = (64, 128, 256, 512, 1024)
FRACTIONS = (0.1, 0.25, 0.5, 0.75, 1.0)


def gamma(study: Study) -> Report:
    """(a): teachers, against γ = 0."""
    found = [[study.judge_teachers(s, study.recipe(gamma=g)) for s in study.seeds] for g in GAMMAS]
    recall = [of_all(measures, "recall@3") for measures in found]
    claims = tuple(
        claim(f"γ = {g:g} is better than γ = 0 (R@3)", points, recall[0])
        for g, points in zip(GAMMAS[1:], recall[1:], strict=True)
    )
    return _report("Figure 6a: γ", "γ", GAMMAS, found, 0, study, claims)


def dimension(study: Study) -> Report:
    """(b): teachers, against D = 256."""
    found = [[study.judge_teachers(s, study.recipe(dim=d)) for s in study.seeds] for d in DIMS]
    at = DIMS.index(256)
    claims = (
        claim(
            "D = 256 is better than D = 64 (R@3)",
            of_all(found[at], "recall@3"),
            of_all(found[0], "recall@3"),
        ),
    )
    return _report("Figure 6b: D", "D, the embeddings' dimension", DIMS, found, at, study, claims)


def images(study: Study) -> Report:
    """(c): teachers and students, against all training images."""
    rows: dict[str, list[Points]] = {"teacher": [], "student": []}
    types = study.with_part(FRACTIONS[0]).types  # that the fewest images can still teach
    rows |= {name: [] for name in BASELINES}
    for fraction in FRACTIONS:
        part = study if fraction == 1.0 else study.with_part(fraction)
        teachers = [part.judge_teachers(seed, part.recipe(types)) for seed in part.seeds]
        students = [part.judge_student(seed, part.recipe(types)) for seed in part.seeds]
        rows["teacher"].append(of_all(teachers, "recall@3"))
        rows["student"].append(of_all(students, "recall@3"))
        for name, found in part.baselines(types).items():
            rows[name].append(of_all(found, "recall@3"))
    lines = {name: _changes(values, len(FRACTIONS) - 1) for name, values in rows.items()}
    claims = (
        claim("fewer images cost recall (R@3, 10 % of them)", rows["teacher"][-1], rows["teacher"][0]),
        claim("with 10 % of the images the student loses less", lines["student"][0], lines["teacher"][0]),
    )
    head = [f"{fraction:.0%}" for fraction in FRACTIONS]
    table = tuple(rows_table(head, {f"{name}, R@3 %": values for name, values in rows.items()}))
    curves = Curves("part of the training images", "change of R@3, points", FRACTIONS, lines)
    return Report(
        "Figure 6c: training images",
        f"Of {study.describe()}; types: {', '.join(types)}.",
        table,
        claims,
        curves,
    )


def _report(
    title: str,
    label: str,
    x: Sequence[float],
    found: Sequence[Sequence[Measures]],
    base: int,
    study: Study,
    claims: tuple[Claim, ...],
) -> Report:
    names = names_of([m for measures in found for m in measures])
    by_type = [of_types(measures, "recall@3") for measures in found]
    values: dict[str, list[Points]] = {
        name: [cells[column] for cells in by_type] for column, name in enumerate(names)
    }
    values["all"] = [of_all(measures, "recall@3") for measures in found]
    changes = {name: _changes(points, base) for name, points in values.items()}
    table = rows_table([f"{value:g}" for value in x], changes)
    whole = {f"teachers at {x[base]:g}": values["all"][base]}
    whole |= {name: of_all(measures, "recall@3") for name, measures in study.baselines().items()}
    said = ", ".join(f"{name} {spread(points)}" for name, points in whole.items())
    about = (
        f"Change of the teachers' R@3 in points against {x[base]:g}, of {study.describe()}. "
        f"R@3 over all types, %: {said}."
    )
    curves = Curves(label, "change of R@3, points", x, changes)
    return Report(title, about, tuple(table), claims, curves)


def _changes(values: Sequence[Points], base: int) -> list[Points]:
    return [[v - b for v, b in zip(points, values[base], strict=True)] for points in values]
