"""Table 6: who is asked about what in another domain, and that nobody saw its labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from mtss.experiments import table6
from mtss.experiments.study import NotPossible, Study
from mtss.labels import AttributeType, LabelSpace
from mtss.sample import Sample
from mtss.training.dataset import FeatureSet
from tests.mtss.test_paper_experiments import SMALL

CLASSES = ("Stripe", "dot", "check", "flower", "leopard", "plain")
SPACE = LabelSpace([AttributeType("pattern", CLASSES)])


def two_domains(images: int = 1080, shift: float = 3.0) -> FeatureSet:
    """Six directions; two of three images are of the shop, the street's lie elsewhere by one vector."""
    random = np.random.default_rng(5)
    classes, street = np.arange(images) % 6, np.arange(images) // 6 % 3 == 2
    centres, away = random.standard_normal((6, 12)) * 2, random.standard_normal(12)
    features = centres[classes] + 0.3 * random.standard_normal((images, 12)) + shift * street[:, None] * away
    samples = tuple(
        Sample(str(n), {"pattern": (CLASSES[c],)}, "train", domain="street" if there else "shop")
        for n, (c, there) in enumerate(zip(classes, street, strict=True))
    )
    return FeatureSet(SPACE, samples, features.astype(np.float32), tuple(map(str, range(images))), {})


def study_of(data: FeatureSet) -> Study:
    return Study("toy", data, (0, 1), SMALL)


def test_a_shift_is_taken_back_by_centring_alone() -> None:
    report = table6.run(study_of(two_domains()))
    rows = {line.split(" | ")[0].strip("| "): line for line in report.lines}
    assert report.lines[0] == "| | Stripe | check | dot | flower | leopard | mean | all |"
    for row in ("teacher, centred on target images", "linear probe, centred on target images"):
        assert rows[row].endswith("| 100.0 ± 0.0 | 100.0 ± 0.0 |")
    assert "100.0 ± 0.0 |" not in rows["teacher"].rpartition("| ")[2]
    assert "from 'shop' to 'street'" in report.about


def test_nobody_sees_the_other_domains_labels() -> None:
    """Training images of the street under wrong labels: not a number changes."""
    data = two_domains()
    study = study_of(data)
    first = table6.run(study)
    wrong = study_of(data)
    for seed in wrong.seeds:
        part = study.part(seed)
        moved = tuple(
            replace(s, labels={"pattern": ("plain",)}) if (s.domain, s.split) != ("shop", "train") else s
            for s in part.samples
        )
        kept = tuple(
            old if old.split == "test" or old.domain == "shop" else new
            for old, new in zip(part.samples, moved, strict=True)
        )
        wrong._parts[seed] = replace(part, samples=kept)
    assert table6.run(wrong).lines == first.lines


def test_the_papers_classes_or_the_most_frequent() -> None:
    data = two_domains()
    _, classes = table6.shared(study_of(data), "shop", "street")
    assert classes == ("Stripe", "check", "dot", "flower", "leopard")

    def renamed(label: str) -> dict[str, tuple[str, ...]]:
        return {"pattern": ("plain" if label == "dot" else label,)}

    fewer = tuple(replace(s, labels=renamed(s.labels["pattern"][0])) for s in data.samples)
    _, classes = table6.shared(study_of(replace(data, samples=fewer)), "shop", "street")
    assert classes == ("Stripe", "check", "flower", "leopard", "plain")
    untaught = tuple(
        replace(s, labels=renamed(s.labels["pattern"][0])) if s.domain == "shop" else s for s in data.samples
    )
    _, classes = table6.shared(study_of(replace(data, samples=untaught)), "shop", "street")
    assert "dot" not in classes
    with pytest.raises(NotPossible, match="5 classes with 10 training images each of the domain 'shop'"):
        table6.shared(study_of(two_domains(48)), "shop", "street")


def test_f1_by_class_on_average_and_of_all_images() -> None:
    random = np.random.default_rng(7)
    samples = tuple(
        Sample(str(n), {"pattern": (CLASSES[c],)}) for n, c in enumerate([0, 0, 0, 0, 2, 2, 1, 1, 1])
    )
    test = FeatureSet(SPACE, samples, np.zeros((9, 1), np.float32), tuple(map(str, range(9))), {})
    scores = random.random((9, 3))
    true, said = [0, 0, 0, 0, 2, 2, 1, 1, 1], scores.argmax(axis=1)
    found = table6._f1(scores, test, SPACE["pattern"], CLASSES[:3])
    each = f1_score(true, said, labels=[0, 1, 2], average=None, zero_division=0.0)
    assert found[:3] == pytest.approx([100 * f for f in each])
    assert found[3:] == pytest.approx([100 * np.mean(each), 100 * accuracy_score(true, said)])
