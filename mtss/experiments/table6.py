"""Table 6: what teachers and student of one domain are worth in another, on five classes that both have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

import numpy as np

from mtss.experiments.reporting import Points, Report, claim, rows_table
from mtss.experiments.study import Embed, NotPossible, Study, branches
from mtss.labels import AttributeType
from mtss.sample import Sample
from mtss.training.dataset import FeatureSet
from mtss.training.further import Further
from mtss.training.teaching import TrainedTeacher

SHARED = 5  # classes
LEAST = 10  # images of each in the target domain
PREFERRED = "pattern"  # the paper's type


def run(study: Study) -> Report:
    """All networks learn from the source domain's images; the last row also sees the target's, unlabelled."""
    source, target = _domains(study)
    attribute, classes = _shared(study, target)
    there = study.changed(partial(_without, domain=target))
    rows: dict[str, list[list[float]]] = {"teacher": [], "student": [], "student + target images": []}
    for seed in study.seeds:
        whole = study.part(seed)
        test = whole.take(np.array([_asked(s, attribute.name, classes, target) for s in whole.samples]))
        teachers = there.teachers(seed, there.recipe())
        teacher = next(t for t in teachers if t.name == attribute.name)
        unlabelled = np.array([s.split == "train" and s.domain == target for s in whole.samples])
        plain = there.student(seed, teachers)
        adapted = there.student(seed, teachers, Further(whole.take(unlabelled).inputs))
        embed: Mapping[str, Embed] = {
            "teacher": teacher.embed,
            "student": branches(plain)[attribute.name],
            "student + target images": branches(adapted)[attribute.name],
        }
        for name, by in embed.items():
            rows[name].append(_f1(teacher, by(test.inputs), test, attribute, classes))
    points: dict[str, list[Points]] = {
        name: [list(cell) for cell in zip(*found, strict=True)] for name, found in rows.items()
    }
    means = [points[name][-1] for name in rows]
    claims = (
        claim("the student is better than its teacher in another domain (F1@1)", means[1], means[0]),
        claim("seeing the other domain's images unlabelled helps (F1@1)", means[2], means[1]),
    )
    about = (
        f"F1@1 in percent by class of '{attribute.name}', from '{source}' to '{target}': test images of "
        f"'{target}' with exactly one of these classes, of {study.describe()}."
    )
    return Report("Table 6: another domain", about, tuple(rows_table([*classes, "mean"], points)), claims)


def _domains(study: Study) -> tuple[str, str]:
    """The domain with most images teaches, the second is asked about. Raises NotPossible."""
    found = Counter(s.domain for s in study.data.samples if s.domain)
    if len(found) < 2:
        raise NotPossible("the catalogue's images are not of two domains")
    (source, _), (target, _) = found.most_common(2)
    return source, target


def _shared(study: Study, target: str) -> tuple[AttributeType, tuple[str, ...]]:
    """The five classes most frequent in the target domain, of `PREFERRED` where it has so many."""
    names = sorted(study.types, key=lambda name: name != PREFERRED)
    for name in names:
        counts = Counter(
            s.labels[name][0]
            for s in study.data.samples
            if s.domain == target and len(s.labels.get(name, ())) == 1
        )
        frequent = [c for c, count in counts.most_common(SHARED) if count >= LEAST]
        if len(frequent) == SHARED:
            return study.data.space[name], tuple(sorted(frequent))
    raise NotPossible(f"no type has {SHARED} classes with {LEAST} images each in the domain '{target}'")


def _without(data: FeatureSet, seed: int, domain: str) -> FeatureSet:
    """Nothing to learn from of that domain."""
    return data.take(np.array([s.split == "test" or s.domain != domain for s in data.samples]))


def _asked(sample: Sample, name: str, classes: tuple[str, ...], domain: str) -> bool:
    labels = sample.labels.get(name, ())
    return (
        sample.split == "test" and sample.domain == domain and sum(label in classes for label in labels) == 1
    )


def _f1(
    teacher: TrainedTeacher,
    embeddings: np.ndarray,
    test: FeatureSet,
    attribute: AttributeType,
    classes: tuple[str, ...],
) -> list[float]:
    """F1@1 of each class in percent, and their mean, where only these classes are ranked."""
    rows = teacher.module.dictionary.detach().cpu().numpy()[[attribute.index(c) for c in classes]]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    said = (embeddings @ rows.T).argmax(axis=1)
    true = np.array(
        [next(i for i, c in enumerate(classes) if c in s.labels[attribute.name]) for s in test.samples]
    )
    scores = [f1_of_class(said == i, true == i) for i in range(len(classes))]
    return [100 * score for score in (*scores, float(np.mean(scores)))]


def f1_of_class(said: np.ndarray, true: np.ndarray) -> float:
    """2TP / (2TP + FP + FN), of bool [N]; 0 where there is neither."""
    total = int(said.sum() + true.sum())
    return 2 * int((said & true).sum()) / total if total else 0.0
