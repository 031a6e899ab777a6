"""Figure 7: t-SNE of a teacher's embeddings of the test images, and where the student's fall in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from openTSNE import TSNE

from mtss.experiments.reporting import Report, rows_table, save_figure
from mtss.experiments.study import Study, branches
from mtss.experiments.table6 import PREFERRED
from mtss.labels import AttributeType
from mtss.training.dataset import FeatureSet

PERPLEXITY, NEW = 30, 5  # of a map, and of points put into it: openTSNE's own


def run(study: Study) -> Report:
    """Fit on the teacher, the student transformed; how near the two are is told for every type and seed."""
    rows = {"cosine of student and teacher": [], "same class suggested, %": []}
    agreement: dict[str, list[list[float]]] = {name: [[] for _ in study.types] for name in rows}
    drawing = None
    for seed in study.seeds:
        teachers = study.teachers(seed, study.recipe())
        test = study.part(seed).take(study.part(seed).mask("test"))
        student = branches(study.student(seed, teachers))
        for column, teacher in enumerate(teachers):
            theirs, mine = teacher.embed(test.inputs), student[teacher.name](test.inputs)
            cosine, same = nearness(theirs, mine, teacher.classes.vectors)
            agreement["cosine of student and teacher"][column].append(cosine)
            agreement["same class suggested, %"][column].append(100 * same)
            if seed == study.seeds[0] and (drawing is None or teacher.name == PREFERRED):
                drawing = _Drawing(theirs, mine, test, study.data.space[teacher.name], seed)
    about = f"Test images of {study.describe()}. Drawn: the first seed."
    table = rows_table(study.types, agreement)
    return Report("Figure 7: embeddings of teacher and student", about, tuple(table), (), drawing)


def nearness(theirs: np.ndarray, mine: np.ndarray, classes: np.ndarray) -> tuple[float, float]:
    """Mean cosine of embeddings [N, D], and the share of images whose nearest class [C, D] is the same."""
    theirs, mine, classes = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (theirs, mine, classes))
    same = (theirs @ classes.T).argmax(axis=1) == (mine @ classes.T).argmax(axis=1)
    return float((theirs * mine).sum(axis=1).mean()), float(same.mean())


class _Drawing:
    """Two panels, one map: the teacher's embeddings on the left, the student's on the right."""

    def __init__(
        self, theirs: np.ndarray, mine: np.ndarray, test: FeatureSet, attribute: AttributeType, seed: int
    ) -> None:
        one = [len(s.labels.get(attribute.name, ())) == 1 for s in test.samples]
        self._labels = [
            s.labels[attribute.name][0] for s, fits in zip(test.samples, one, strict=True) if fits
        ]
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
