"""Figure 7: t-SNE of a teacher's embeddings of the test images, and where the student's fall in it.

Of that picture the paper says that the student's distribution is almost the teacher's, and that classes form
clusters in both. Numbers say it here: how near the two embeddings of an image are, beside how near the
teacher's nearest other image is, and silhouettes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from openTSNE import TSNE
from sklearn.metrics import silhouette_score

from mtss.experiments.reporting import Points, Report, claim, rows_table, save_figure
from mtss.experiments.study import Study, branches
from mtss.experiments.table6 import PREFERRED
from mtss.labels import AttributeType
from mtss.training.dataset import FeatureSet

COSINE = "cosine of student and teacher"
NEXT = "cosine of the teacher's nearest other image"
SAME = "same class suggested"
TEACHER, STUDENT, FEATURES = (f"silhouette of {of}" for of in ("teacher", "student", "features"))
PERPLEXITY, NEW = 30, 5  # of a map, and of points put into it: openTSNE's own


def run(study: Study) -> Report:
    """Fit on the teacher, the student transformed; how near the two are is told for every type and seed."""
    rows: dict[str, list[list[float]]] = {}
    drawing = None
    for seed in study.seeds:
        teachers = study.teachers(seed, study.recipe())
        test = study.part(seed).take(study.part(seed).mask("test"))
        student = branches(study.student_of(seed, study.recipe()))
        for column, teacher in enumerate(teachers):
            attribute = study.data.space[teacher.name]
            theirs, mine = teacher.embed(test.inputs), student[teacher.name](test.inputs)
            found = nearness(theirs, mine, teacher.classes.vectors)
            found |= _silhouettes({TEACHER: theirs, STUDENT: mine, FEATURES: test.features}, test, attribute)
            for name, value in found.items():
                rows.setdefault(name, [[] for _ in study.types])[column].append(100 * value)
            if seed == study.seeds[0] and (drawing is None or teacher.name == PREFERRED):
                drawing = _Drawing(theirs, mine, test, attribute, seed)
    claims = (
        claim(
            "the student's embedding is nearer to its teacher's than the nearest other image's is",
            _mean(rows[COSINE]),
            _mean(rows[NEXT]),
        ),
        claim(
            "its classes are further apart than in the features", _mean(rows[STUDENT]), _mean(rows[FEATURES])
        ),
        claim("… than in its teachers' embeddings", _mean(rows[STUDENT]), _mean(rows[TEACHER])),
    )
    about = f"In percent; test images of {study.describe()}. Drawn: the first seed."
    title = "Figure 7: embeddings of teacher and student"
    return Report(title, about, tuple(rows_table(study.types, rows)), claims, drawing)


def nearness(theirs: np.ndarray, mine: np.ndarray, classes: np.ndarray) -> dict[str, float]:
    """Mean cosines of embeddings [N, D], and the share of images whose nearest class [C, D] is the same.

    Compared are both embeddings of an image, and the teacher's of it and of the most similar other one.
    """
    theirs, mine, classes = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (theirs, mine, classes))
    same = (theirs @ classes.T).argmax(axis=1) == (mine @ classes.T).argmax(axis=1)
    others = theirs @ theirs.T
    np.fill_diagonal(others, -1.0)
    return {
        COSINE: float((theirs * mine).sum(axis=1).mean()),
        NEXT: float(others.max(axis=1).mean()),
        SAME: float(same.mean()),
    }


def _silhouettes(
    points: Mapping[str, np.ndarray], test: FeatureSet, attribute: AttributeType
) -> dict[str, float]:
    """By cosine, of the images with exactly one class: −1 in the midst of others, 1 far from them."""
    one, labels = _of_one_class(test, attribute)
    if not 2 <= len(set(labels)) < len(labels):
        return dict.fromkeys(points, float("nan"))
    return {name: float(silhouette_score(x[one], labels, metric="cosine")) for name, x in points.items()}


def _of_one_class(test: FeatureSet, attribute: AttributeType) -> tuple[np.ndarray, list[str]]:
    """Which images [M] have exactly one class of the type, and those images' classes."""
    one = np.array([len(s.labels.get(attribute.name, ())) == 1 for s in test.samples])
    return one, [s.labels[attribute.name][0] for s, fits in zip(test.samples, one, strict=True) if fits]


def _mean(columns: Sequence[Points]) -> Points:
    """Over types that every seed could judge, a value a seed."""
    return np.mean(
        [c for c in columns if not np.isnan(c).any()] or [[0.0] * len(columns[0])], axis=0
    ).tolist()


class _Drawing:
    """Two panels, one map: the teacher's embeddings on the left, the student's on the right."""

    def __init__(
        self, theirs: np.ndarray, mine: np.ndarray, test: FeatureSet, attribute: AttributeType, seed: int
    ) -> None:
        one, self._labels = _of_one_class(test, attribute)
        self._attribute = attribute
        most = (len(self._labels) - 1) // 3
        perplexity = min(PERPLEXITY, most)
        tsne = TSNE(metric="cosine", perplexity=perplexity, random_state=seed, n_jobs=1)
        fitted = tsne.fit(theirs[one])
        placed = fitted.transform(mine[one], perplexity=min(NEW, most))
        self._maps = {"teacher": np.asarray(fitted), "student": np.asarray(placed)}

    def draw(self, path: Path) -> None:
        figure = Figure(figsize=(9.6, 4.4), layout="constrained")
        FigureCanvasAgg(figure)
        panels = figure.subplots(1, 2, sharex=True, sharey=True)
        labels = np.array(self._labels)
        present = [c for c in self._attribute.classes if c in self._labels]
        for panel, (name, points) in zip(panels, self._maps.items(), strict=True):
            panel.set(title=f"{name}, {self._attribute.name}", xticks=[], yticks=[])
            for number, one in enumerate(present):
                chosen = points[labels == one]
                panel.scatter(
                    *chosen.T, s=12, color=f"C{number % 10}", marker="os^"[number // 10 % 3], label=one
                )
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside right upper", frameon=False)
        save_figure(figure, path)
