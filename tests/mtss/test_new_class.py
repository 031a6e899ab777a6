"""A class left out of the training: nothing of it is known but what is shown, and it is judged by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mtss.experiments import new_class
from mtss.experiments.new_class import Case, without_class
from mtss.experiments.study import BASE, NotPossible, Study
from mtss.labels import AttributeType, LabelSpace
from mtss.sample import Sample
from mtss.training.dataset import FeatureSet

SPACE = LabelSpace([AttributeType("a", ["x", "y", "z"], "multiple")])
SMALL = replace(BASE, dropout=0.0, lr=1e-2, teacher_steps=90, student_steps=60, dim=8, batch=32)


def data_of(
    samples: list[Sample], features: np.ndarray | None = None, space: LabelSpace = SPACE
) -> FeatureSet:
    rows = np.eye(len(samples), dtype=np.float32) if features is None else features
    return FeatureSet(space, tuple(samples), rows, tuple(s.image for s in samples), {})


def clusters(images: int = 240) -> FeatureSet:
    """Three classes, three directions, noise."""
    random = np.random.default_rng(8)
    classes = random.integers(3, size=images)
    features = random.standard_normal((3, 10))[classes] + random.standard_normal((images, 10)) * 0.4
    names = SPACE["a"].classes
    return data_of(
        [Sample(f"{n}.jpg", {"a": (names[c],)}) for n, c in enumerate(classes)], features.astype(np.float32)
    )


def test_nothing_is_known_of_a_class_left_out() -> None:
    data = data_of(
        [
            Sample("0", {"a": ("x",)}, negative={"a": ("y", "z")}),
            Sample("1", {"a": ("y",)}, partial=("a",), negative={"a": ("x", "z")}),
            Sample("2", {"a": ("x", "y")}),
            Sample("3", {"a": ()}),
            Sample("4", {"a": ("y",)}),
        ]
    )
    found = without_class(data, 0, "a", "y")
    assert found.space["a"] == AttributeType("a", ["x", "z"], "multiple")
    assert [s.labels.get("a") for s in found.samples] == [("x",), None, None, (), None]
    assert [s.negative.get("a") for s in found.samples] == [("z",), None, None, None, None]
    assert found.samples[1].partial == ()
    shown = without_class(data, 0, "a", "y", [4])
    assert shown.space == data.space
    assert [s.labels.get("a") for s in shown.samples] == [("x",), None, None, (), ("y",)]


def test_found_and_known_by_hand() -> None:
    """The new class comes last; training, partly labelled and unlabelled images are not judged."""
    labels = [("y",), ("x", "y"), ("x",), ("x", "z"), ("x",), ("y",), ()]
    samples = [Sample(str(n), {"a": found}, "test") for n, found in enumerate(labels)]
    samples[4] = replace(samples[4], split="train")
    samples[5] = replace(samples[5], partial=("a",))
    study = Study("toy", data_of(samples), (0,), SMALL)
    study._parts[0] = study.data  # not split again
    case = Case(study, 0, SPACE["a"], "y", np.array([4]))
    assert case.classes == ("x", "z", "y")
    best = [2, 0, 0, 1, 2, 0, 2]
    assert case.judged(np.eye(3)[best]) == [50.0, 100.0, 100.0]  # "x" on top of image 1 does not find "y"
    best[2:4] = [2, 2]
    assert case.judged(np.eye(3)[best]) == [50.0, 0.0, 50.0]
    best[1] = 2
    assert case.judged(np.eye(3)[best]) == [100.0, 0.0, 50.0]


def test_baselines_learn_from_no_more_than_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []

    def spy(data: FeatureSet, attribute: AttributeType, _refit: bool, _setting: object) -> np.ndarray:
        seen.append((sum("y" in s.labels.get("a", ()) for s in data.samples), len(data.space["a"].classes)))
        return np.zeros((len(data.samples), len(attribute.classes)))

    monkeypatch.setattr(new_class, "probe_scores", spy)
    monkeypatch.setattr(new_class, "neighbour_scores", spy)
    study = Study("toy", clusters(), (0,), SMALL)
    has = np.array([s.labels["a"] == ("y",) for s in study.part(0).samples])
    case = Case(study, 0, SPACE["a"], "y", np.flatnonzero(has & study.part(0).mask("train")))
    case.measures()
    assert {count for count, _ in seen} == {1, 3, 10}
    assert {classes for _, classes in seen} == {3}


def test_who_does_best_on_the_test_images_is_the_baseline() -> None:
    study = Study("toy", clusters(), (0,), SMALL)
    case = Case(study, 0, SPACE["a"], "y", np.array([0]))
    truth = case.truth.astype(float)[:, [0, 2, 1]]  # in the label space's order
    assert case.judged(case._best(iter([np.zeros_like(truth), truth, -truth]))) == [100.0, 100.0, 100.0]


def test_a_new_class_is_found_by_a_few_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it has a direction of its own, and at little cost to the others; ten do better than one."""
    monkeypatch.setattr(new_class, "A_TYPE", 1)
    report = new_class.run(Study("toy", clusters(), (0,), SMALL))
    cells = {line.split(" | ")[0][2:]: line.split(" | ")[1:] for line in report.lines[2:]}
    numbers = {who: [float(cell.split(" ± ")[0]) for cell in row] for who, row in cells.items()}
    assert min(numbers[new_class.TAUGHT]) > 80.0
    one, ten = numbers[new_class.BESIDE][:3], numbers[new_class.BESIDE][6:]
    assert min(ten) > 65.0
    assert sum(ten) > sum(one)
    held, beside = numbers[new_class.HELD], numbers[new_class.BESIDE]
    assert report.claims[1].gaps[0] == pytest.approx(np.mean(beside[3:5]) - np.mean(held[3:5]), abs=0.2)
    assert report.claims[6].gaps[0] == pytest.approx(beside[5] - held[5], abs=0.2)
    assert "Left out" not in report.about


def test_types_without_enough_classes_are_named() -> None:
    data = clusters()
    space = LabelSpace([SPACE["a"], AttributeType("b", ["p", "q", "unused"])])
    samples = [
        replace(s, labels={**s.labels, "b": ("p" if n % 2 else "q",)}) for n, s in enumerate(data.samples)
    ]
    wide = replace(data, space=space, samples=tuple(samples))
    assert new_class._able(Study("toy", wide, (0,), SMALL).part(0), "b") == []
    with pytest.raises(NotPossible, match="no class has 10 training"):
        new_class.run(Study("toy", clusters(24), (0,), SMALL))
