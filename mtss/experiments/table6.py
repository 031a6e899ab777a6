"""Table 6: what teachers and student of one domain are worth in another, on five classes that both have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from mtss.experiments.reporting import Report, claim, rows_table
from mtss.experiments.study import BASELINES, Embed, NotPossible, Study, branches
from mtss.labels import AttributeType
from mtss.sample import Sample
from mtss.training.dataset import FeatureSet
from mtss.training.further import Further
from mtss.training.teaching import TrainedTeacher

SHARED = 5  # classes
TAUGHT, ASKED = 10, 5  # training images of each in the source domain, test images in the target
PREFERRED = "pattern"  # the paper's type
PAPER = ("flower", "stripe", "dot", "check", "leopard")  # and its classes
CENTRED = ", centred on target images"  # beyond the paper: `mtss adapt`


def run(study: Study) -> Report:
    """All networks learn from the source domain's images; the last row also sees the target's, unlabelled."""
    source, target = domains(study)
    attribute, classes = shared(study, source, target)
    seeds = [_one_seed(study, seed, attribute, classes, target) for seed in study.seeds]
    points = {name: list(zip(*(rows[name] for rows in seeds), strict=True)) for name in seeds[0]}
    means = {name: cells[-2] for name, cells in points.items()}
    student, adapted = means["student"], means["student + target images"]
    claims = [
        claim("the student is better than its teacher in another domain (F1@1)", student, means["teacher"]),
        claim("seeing the other domain's images unlabelled helps (F1@1)", adapted, student),
        claim("the student is better than a linear probe there", student, means["linear probe"]),
        claim(
            "a teacher, uncentred, is better than a linear probe there",
            means["teacher"],
            means["linear probe"],
        ),
    ]
    if (centred := means.get("teacher" + CENTRED)) is not None:
        probe = means["linear probe" + CENTRED]
        claims += [
            claim(
                "a teacher centred on the other domain's images is better there", centred, means["teacher"]
            ),
            claim("… than a linear probe centred likewise", centred, probe),
        ]
    about = (
        f"F1@1 in percent by class of '{attribute.name}', from '{source}' to '{target}': test images of "
        f"'{target}' with exactly one of these classes, of {study.describe()}. The mean is over the classes, "
        f'"all" over images; the verdicts are about the mean.'
    )
    return Report(
        "Table 6: another domain", about, tuple(rows_table([*classes, "mean", "all"], points)), tuple(claims)
    )


def _one_seed(
    study: Study, seed: int, attribute: AttributeType, classes: tuple[str, ...], target: str
) -> dict[str, list[float]]:
    """For everyone who learned without the target domain's labels: F1@1 by class, their mean, and of all."""
    there, whole = study.changed(partial(without, domain=target)), study.part(seed)
    learned = there.part(seed)
    asked = np.array([_asked(s, attribute.name, classes, target) for s in learned.samples])
    test, columns = learned.take(asked), [attribute.index(c) for c in classes]
    teachers = there.teachers(seed, there.recipe())
    teacher = next(t for t in teachers if t.name == attribute.name)
    unlabelled = np.array([s.split == "train" and s.domain == target for s in whole.samples])
    known = whole.take(unlabelled)
    adapted = there.student(seed, teachers, Further(known.inputs))
    embed: Mapping[str, Embed] = {
        "teacher": teacher.embed,
        "student": branches(there.student(seed, teachers))[attribute.name],
        "student + target images": branches(adapted)[attribute.name],
    }
    scores = {name: _cosines(by(test.inputs), teacher, columns) for name, by in embed.items()}
    for name, score in BASELINES.items():
        scores[name] = score(learned, attribute, study.config.refit, asked=np.flatnonzero(asked))[:, columns]
    if study.config.tune == "frozen":
        moved = centred(learned, asked, known)
        scores["teacher" + CENTRED] = _cosines(teacher.embed(moved.take(asked).inputs), teacher, columns)
        probe = BASELINES["linear probe"](moved, attribute, study.config.refit, asked=np.flatnonzero(asked))
        scores["linear probe" + CENTRED] = probe[:, columns]
    return {name: _f1(found, test, attribute, classes) for name, found in scores.items()}


def centred(learned: FeatureSet, asked: np.ndarray, known: FeatureSet) -> FeatureSet:
    """The images asked about moved as they must be for the known ones' mean to be the training images'."""
    shift = learned.features[learned.mask("train")].mean(axis=0) - known.features.mean(axis=0)
    return replace(learned, features=learned.features + np.where(asked[:, None], shift, np.float32(0)))


def domains(study: Study) -> tuple[str, str]:
    """The domain with most images teaches, the second is asked about. Raises NotPossible."""
    found = Counter(s.domain for s in study.data.samples if s.domain)
    if len(found) < 2:
        raise NotPossible("the catalogue's images are not of two domains")
    (source, _), (target, _) = found.most_common(2)
    return source, target


def shared(study: Study, source: str, target: str) -> tuple[AttributeType, tuple[str, ...]]:
    """Five classes that can be learned in one domain and judged in the other, in every seed.

    The paper's where they are there, or else those most frequent in the target domain; of `PREFERRED` where
    it has so many. Raises NotPossible.
    """
    for name in sorted(study.types, key=lambda name: name != PREFERRED):
        parts = [study.part(seed).samples for seed in study.seeds]
        taught = [_counts(part, name, source, "train") for part in parts]
        asked = [_counts(part, name, target, "test") for part in parts]
        taught_enough = {c for c in taught[0] if all(found[c] >= TAUGHT for found in taught)}
        asked_enough = {c for c in taught_enough if all(found[c] >= ASKED for found in asked)}
        both = [c for c, _ in sum(asked, Counter[str]()).most_common() if c in asked_enough]
        if len(both) >= SHARED:
            papers = [label for label in both if label.lower() in PAPER]
            return study.data.space[name], tuple(sorted(papers if len(papers) == SHARED else both[:SHARED]))
    raise NotPossible(
        f"no type has {SHARED} classes with {TAUGHT} training images each of the domain '{source}' "
        f"and {ASKED} test images of '{target}'"
    )


def _counts(samples: Sequence[Sample], name: str, domain: str, split: str) -> Counter[str]:
    """Images of that domain and split a class, of those that have one class of the type."""
    there = (s for s in samples if (s.domain, s.split) == (domain, split))
    return Counter(s.labels[name][0] for s in there if len(s.labels.get(name, ())) == 1)


def without(data: FeatureSet, seed: int, domain: str) -> FeatureSet:
    """Nothing to learn from of that domain."""
    return data.take(np.array([s.split == "test" or s.domain != domain for s in data.samples]))


def _asked(sample: Sample, name: str, classes: tuple[str, ...], domain: str) -> bool:
    labels = sample.labels.get(name, ())
    return (
        sample.split == "test" and sample.domain == domain and sum(label in classes for label in labels) == 1
    )


def _cosines(embeddings: np.ndarray, teacher: TrainedTeacher, columns: Sequence[int]) -> np.ndarray:
    """Embeddings [N, D] → [N, len(columns)]."""
    return teacher.classes.similarities(embeddings)[:, columns]


def _f1(
    scores: np.ndarray, test: FeatureSet, attribute: AttributeType, classes: tuple[str, ...]
) -> list[float]:
    """F1@1 in percent of each class, their mean, and of all images, whatever the class.

    From scores [N, len(classes)] of these classes alone.
    """
    said = scores.argmax(axis=1)
    true = np.array(
        [next(i for i, c in enumerate(classes) if c in s.labels[attribute.name]) for s in test.samples]
    )
    found = [f1_of_class(said == i, true == i) for i in range(len(classes))]
    return [100 * score for score in (*found, float(np.mean(found)), float(np.mean(said == true)))]


def f1_of_class(said: np.ndarray, true: np.ndarray) -> float:
    """2TP / (2TP + FP + FN), of bool [N]; 0 where there is neither."""
    total = int(said.sum() + true.sum())
    return 2 * int((said & true).sum()) / total if total else 0.0
