"""Figure 8: what the student changes for each class of one type, against its teacher (R@3)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mtss.experiments.reporting import Points, Report, claim, rows_table, save_figure
from mtss.experiments.study import BASELINES, Embed, NotPossible, Study, branches
from mtss.labels import AttributeType
from mtss.training.dataset import FeatureSet
from mtss.training.teaching import TrainedTeacher

K = 3
Recalls = dict[str, float]
LEAST = 5  # test images that show a class, in every seed, below which it is left out


def run(study: Study) -> Report:
    """The type with the most classes that can be judged; the paper's had the most. Raises NotPossible."""
    judged = {name: _judged(study, name) for name in study.types}
    attribute = study.data.space[max(judged, key=lambda name: len(judged[name]))]
    classes = judged[attribute.name]
    if not classes:
        raise NotPossible(f"no class is shown by {LEAST} test images in every seed")
    found = [_of_seed(study, seed, attribute) for seed in study.seeds]
    rows: dict[str, list[Points]] = {}
    for one in classes:
        points = {name: [recalls[name][one] for recalls in found] for name in found[0]}
        change = [s - t for s, t in zip(points["student"], points["teacher"], strict=True)]
        rows[one] = [points["teacher"], points["student"], change, *(points[name] for name in BASELINES)]
    taught, learned = (
        [float(np.mean([recalls[who][one] for one in classes])) for recalls in found]
        for who in ("teacher", "student")
    )
    claims = (claim(f"the student raises the classes' mean R@{K}", learned, taught),)
    about = f"R@{K} in percent by class of '{attribute.name}', of {study.describe()}."
    table = rows_table(["teacher", "student", "change", *BASELINES], rows)
    changes = {c: float(np.mean(cells[2])) for c, cells in rows.items()}
    return Report("Figure 8: classes", about, tuple(table), claims, _Bars(changes))


def _of_seed(study: Study, seed: int, attribute: AttributeType) -> dict[str, Recalls]:
    """Of teacher, student and baselines."""
    data = study.part(seed)
    asked = np.flatnonzero(data.mask("test"))
    test = data.take(asked)
    teachers = study.teachers(seed, study.recipe())
    teacher = next(t for t in teachers if t.name == attribute.name)
    student = branches(study.student_of(seed, study.recipe()))[attribute.name]
    scores = {"teacher": _cosines(test, teacher, teacher.embed), "student": _cosines(test, teacher, student)}
    for name, score in BASELINES.items():
        scores[name] = score(data, attribute, study.config.refit, asked=asked)
    return {name: _recalls(test, attribute, found) for name, found in scores.items()}


def _judged(study: Study, name: str) -> list[str]:
    """The type's classes that enough test images show in every seed."""
    parts = [study.part(seed) for seed in study.seeds]
    counts = [
        Counter(c for s in p.samples if s.split == "test" for c in s.labels.get(name, ())) for p in parts
    ]
    return [c for c in study.data.space[name].classes if all(found[c] >= LEAST for found in counts)]


def _cosines(test: FeatureSet, teacher: TrainedTeacher, embed: Embed) -> np.ndarray:
    """[M, C], of the true classes alone."""
    return teacher.classes.similarities(embed(test.inputs))


def _recalls(test: FeatureSet, attribute: AttributeType, scores: np.ndarray) -> Recalls:
    """R@3 in percent of each class that a test image shows, by scores [M, C]."""
    top = np.argsort(-scores, axis=1, kind="stable")[:, :K]
    found: Recalls = {}
    for number, name in enumerate(attribute.classes):
        shows = np.array([name in s.labels.get(attribute.name, ()) for s in test.samples])
        if shows.any():
            found[name] = 100 * float((top[shows] == number).any(axis=1).mean())
    return found


class _Bars:
    """The change of every class, the largest first, above and below a line at zero."""

    def __init__(self, changes: dict[str, float]) -> None:
        self._changes = dict(sorted(changes.items(), key=lambda item: -item[1]))

    def draw(self, path: Path) -> None:
        figure = Figure(figsize=(max(4.8, 0.45 * len(self._changes)), 3.6), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        values = list(self._changes.values())
        axes.bar(range(len(values)), values, color=["C2" if v >= 0 else "C3" for v in values])
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set_xticks(range(len(values)), list(self._changes), rotation=60, ha="right")
        axes.set(ylabel=f"change of R@{K}, points")
        save_figure(figure, path)
