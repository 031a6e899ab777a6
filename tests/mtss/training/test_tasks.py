"""A teacher's loss from shared cosines, against the equations one triplet at a time."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from mtss.dictionary import Dictionary
from mtss.labels import AttributeType
from mtss.sample import Sample
from mtss.training.bce import BceTask
from mtss.training.config import PRESETS, LossName, TrainConfig, preset_for
from mtss.training.inputs import Held
from mtss.training.networks import Teacher
from mtss.training.sampling import TripletSampler
from mtss.training.targets import build_targets
from mtss.training.teacher_task import TeacherTask, Triplet, triplet_loss

IMAGES, ROWS, BATCH, NEGATIVES = 9, 5, 12, 3


def one(config: TrainConfig, near: float, far: float) -> float:
    """Eq. 1, or eq. 2 with the clamp."""
    if config.loss == "hinge":
        return max(0.0, 1 - near + far)
    p = min(1.0, max(1e-6, (1 + near - far) / 2))
    return -((1 - p) ** config.gamma) * math.log(p)


@pytest.fixture
def cosines() -> torch.Tensor:
    return torch.rand(IMAGES, ROWS, generator=torch.Generator().manual_seed(2)) * 2 - 1


@pytest.fixture
def batch() -> Triplet:
    chance = torch.Generator().manual_seed(4)

    def draw(most: int, *shape: int) -> torch.Tensor:
        return torch.randint(most, shape, generator=chance)

    rivals = draw(2, BATCH, ROWS).bool()
    rivals[3] = False  # of this image nothing is known but its class
    return Triplet(
        torch.zeros(IMAGES, 1), draw(ROWS, BATCH), draw(IMAGES, BATCH), draw(IMAGES, BATCH, NEGATIVES), rivals
    )


@pytest.mark.parametrize(("loss", "gamma"), [("hinge", 0.0), ("focal", 0.0), ("focal", 1.0), ("focal", 2.0)])
@pytest.mark.parametrize("symmetric", [False, True])
def test_against_slow_recomputation(
    cosines: torch.Tensor, batch: Triplet, loss: LossName, gamma: float, symmetric: bool
) -> None:
    config = replace(PRESETS["paper"], loss=loss, gamma=gamma, symmetric=symmetric)
    by_label: list[float] = []
    by_image: list[float] = []
    for b in range(BATCH):
        image, label = int(batch.positive[b]), int(batch.label[b])
        near = float(cosines[image, label])
        by_label += [one(config, near, float(cosines[i, label])) for i in batch.negative[b].tolist()]
        rivals = [one(config, near, float(cosines[image, r])) for r in range(ROWS) if batch.rivals[b, r]]
        by_image.append(sum(rivals) / len(rivals) if rivals else 0.0)
    expected = sum(by_label) / len(by_label)
    if symmetric:
        expected = 0.5 * (expected + sum(by_image) / BATCH)
    parts = triplet_loss(config, cosines, batch)
    assert float(parts["loss"]) == pytest.approx(expected, rel=1e-5)
    assert ("rows" in parts) == symmetric


def test_presets() -> None:
    assert not PRESETS["paper"].symmetric
    assert PRESETS["paper"].negatives == 1


def test_what_is_cut_of_gradients() -> None:
    """Where features are frozen; nothing where the paper's settings hold, or for a tuned backbone."""
    assert PRESETS["product"].schedule(9).clip == 0.1
    assert replace(PRESETS["product"], clip=2.0).schedule(9).clip == 2.0
    others = [PRESETS["paper"], preset_for("product", "all"), preset_for("product", "last")]
    assert [other.schedule(9).clip for other in others] == [0.0] * 3


def test_few_labels_are_learned_for_fewer_steps() -> None:
    lengths = [PRESETS["product"].teacher_length(pairs) for pairs in (10, 600, 5000)]
    assert lengths == [500, 600, 1500]
    assert PRESETS["paper"].teacher_length(10) == 1500


def test_presets_of_a_tuned_backbone() -> None:
    """Pictures cost more than features; what the paper says stays as it says."""
    product, paper = preset_for("product", "all"), preset_for("paper", "last")
    assert (product.tune, product.negatives, product.epochs) == ("all", 8, 10)
    assert (product.teacher_length(640), product.student_length(640)) == (200, 400)
    assert replace(product, epochs=3).student_length(650) == 3 * math.ceil(2 * 650 / 32)
    assert (paper.tune, paper.negatives, paper.symmetric, paper.student_epochs) == ("last", 1, False, 1)
    assert preset_for("paper", "frozen") == PRESETS["paper"]


def test_binary_cross_entropy_against_slow_recomputation() -> None:
    """One logit a class, straight from the branch; what is unknown of an image counts for nothing."""
    space = AttributeType("a", ["x", "y", "z"])
    samples = [
        Sample("0", {"a": ("x",)}),
        Sample("1", {"a": ()}),
        Sample("2"),
        Sample("3", {"a": ("y",)}, partial=("a",)),
        Sample("4", {"a": ("z",)}),
    ]
    targets = build_targets(samples, space)
    torch.manual_seed(1)
    inputs = torch.randn(5, 4)
    teacher = Teacher(inputs, 3, 3, 0)
    teacher.say_logits()
    held = Held(inputs)
    task = BceTask(teacher, held, targets, (held, targets), PRESETS["paper"], np.random.default_rng(0))
    [batch] = list(task.batches())
    assert sorted(batch.tolist()) == [0, 1, 3, 4]
    logits = teacher(inputs).detach().numpy()
    losses: list[float] = []
    for i in (0, 1, 3, 4):
        for n in range(3):
            if targets.known[i, n]:
                p = 1 / (1 + math.exp(-logits[i, n]))
                losses.append(-math.log(p if targets.positive[i, n] else 1 - p))
    assert len(losses) == 3 + 3 + 1 + 3
    loss = task.step(task.load(batch))["loss"]
    assert loss.item() == pytest.approx(sum(losses) / len(losses), rel=1e-5)
    loss.backward()
    assert teacher.dictionary.grad is None
    order = Dictionary(space.classes, teacher.dictionary.detach().numpy()).rank(logits)[0]
    assert (order == np.argsort(-logits, axis=1)).all()


SEVEN = [*(Sample(str(n), {"a": ("xyz"[n % 3],)}) for n in range(6)), Sample("6", {"a": ("x", "y")})]
ABC = AttributeType("a", ["x", "y", "z", "w"], "multiple")  # of these no image is a "w"


def two_of_ridge(inputs: torch.Tensor, ridge: float) -> list[TeacherTask | BceTask]:
    """A task of triplets and one of logits, from the same seven images."""
    targets, held = build_targets(SEVEN, ABC), Held(inputs)
    config, validation = replace(PRESETS["paper"], ridge=ridge), (held, targets)
    torch.manual_seed(1)
    embedding, logits = Teacher(inputs, 4, 8, 0), Teacher(inputs, 4, 4, 0)
    return [
        TeacherTask(embedding, held, TripletSampler(targets, 1, 0), validation, config),
        BceTask(logits, held, targets, validation, config, np.random.default_rng(0)),
    ]


def loss_of(task: Any) -> float:
    """Of the first epoch, which is one batch."""
    return task.step(task.load(next(task.batches())))["loss"].item()


def test_a_ridge_weighs_more_the_less_even_and_less_the_more_is_known() -> None:
    """‖W‖²/‖b‖² times the setting, times (Σp² − 1/C)², over the (image, label) pairs."""
    uneven = 2 * (3 / 8) ** 2 + (2 / 8) ** 2 - 1 / 3
    inputs = torch.randn(7, 4, generator=torch.Generator().manual_seed(3))
    for plain, held in zip(two_of_ridge(inputs, 0.0), two_of_ridge(inputs, 1e5), strict=True):
        assert held.items == 8
        weight, bias = (p.detach().numpy() for p in held.module.branch.parameters())
        more = 1e5 * uneven**2 / 8 * (weight**2).sum() / (bias**2).sum()
        assert loss_of(held) == pytest.approx(loss_of(plain) + more, rel=1e-5)


def imbalance(*counts: int) -> float:
    samples = [Sample(f"{c}{n}", {"a": ("xyzw"[c],)}) for c, count in enumerate(counts) for n in range(count)]
    return build_targets(samples, ABC).imbalance


def test_imbalance_by_hand() -> None:
    assert imbalance(5, 5, 5, 5) == pytest.approx(0)
    assert imbalance(7, 0, 7) == pytest.approx(0)  # a class that no image shows says nothing
    assert imbalance(9) == 0
    assert imbalance() == 0
    assert imbalance(3, 1) == pytest.approx(0.75**2 + 0.25**2 - 1 / 2)
    assert imbalance(98, 1, 1) == pytest.approx(0.98**2 + 2 * 0.01**2 - 1 / 3)
    assert imbalance(3, 1) == pytest.approx(imbalance(0, 100, 300))


def test_even_classes_have_no_ridge() -> None:
    inputs = torch.randn(6, 4, generator=torch.Generator().manual_seed(3))
    targets, held = build_targets(SEVEN[:6], ABC), Held(inputs)
    losses: list[float] = []
    for ridge in (0.0, 1e6):
        torch.manual_seed(1)
        sampler = TripletSampler(targets, 1, 0)
        config = replace(PRESETS["paper"], ridge=ridge)
        losses.append(loss_of(TeacherTask(Teacher(inputs, 4, 8, 0), held, sampler, (held, targets), config)))
    assert losses[0] == pytest.approx(losses[1])
