"""The paper's equations, against method.md's fixtures and a slow recomputation."""

from __future__ import annotations

import math

import pytest
import torch

from mtss.training.losses import (
    dead_share,
    distillation_loss,
    focal,
    focal_ranking_loss,
    ranking_loss,
    ridge,
)


def triplet(positive: float, negative: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """d, e⁺, e⁻ in the plane with the wanted cosines, of arbitrary lengths."""

    def at(cosine: float, length: float) -> torch.Tensor:
        return length * torch.tensor([[cosine, math.sqrt(1 - cosine**2)]], dtype=torch.float64)

    return torch.tensor([[2.0, 0.0]], dtype=torch.float64), at(positive, 3.0), at(negative, 0.5)


@pytest.mark.parametrize(
    ("positive", "negative", "hinge", "focal_losses"),
    [
        (0.9, 0.1, 0.2, (0.10536, 0.01054, 0.00105)),
        (0.5, 0.5, 1.0, (0.69315, 0.34657, 0.17329)),
        (0.2, 0.8, 1.6, (1.60944, 1.28755, 1.03004)),
        (1.0, 0.0, 0.0, (0.0, 0.0, 0.0)),
        (1.0, -1.0, 0.0, (0.0, 0.0, 0.0)),
    ],
)
def test_fixtures(positive: float, negative: float, hinge: float, focal_losses: tuple[float, ...]) -> None:
    d, near, far = triplet(positive, negative)
    assert ranking_loss(d, near, far).item() == pytest.approx(hinge, abs=1e-5)
    for gamma, expected in enumerate(focal_losses):
        assert focal_ranking_loss(d, near, far, gamma=gamma).item() == pytest.approx(expected, abs=1e-5)


def test_against_slow_recomputation() -> None:
    generator = torch.Generator().manual_seed(1)
    d, near, far = (torch.randn(40, 7, generator=generator, dtype=torch.float64) for _ in range(3))
    hinges, focals = [], []
    for n in range(40):
        plus = sum(a * b for a, b in zip(d[n].tolist(), near[n].tolist(), strict=True))
        minus = sum(a * b for a, b in zip(d[n].tolist(), far[n].tolist(), strict=True))
        plus /= math.hypot(*d[n].tolist()) * math.hypot(*near[n].tolist())
        minus /= math.hypot(*d[n].tolist()) * math.hypot(*far[n].tolist())
        hinges.append(max(0.0, 1 - plus + minus))
        p = min(1.0, max(1e-6, 0.5 * (1 + plus - minus)))
        focals.append(-((1 - p) ** 1.5) * math.log(p))
    assert ranking_loss(d, near, far).item() == pytest.approx(sum(hinges) / 40)
    assert focal_ranking_loss(d, near, far, gamma=1.5).item() == pytest.approx(sum(focals) / 40, abs=1e-6)


@pytest.mark.parametrize("beta", [0.0, 1.0, 2.5])
def test_distillation_against_slow_recomputation(beta: float) -> None:
    generator = torch.Generator().manual_seed(7)
    student, teacher = (torch.randn(30, 6, generator=generator, dtype=torch.float64) for _ in range(2))
    dictionary = torch.randn(5, 6, generator=generator, dtype=torch.float64)

    def cosine(a: torch.Tensor, b: torch.Tensor) -> float:
        product = sum(x * y for x, y in zip(a.tolist(), b.tolist(), strict=True))
        return product / (math.hypot(*a.tolist()) * math.hypot(*b.tolist()))

    losses: list[float] = []
    for n in range(30):
        nearest = max(cosine(row, teacher[n]) for row in dictionary)
        weight = max(0.0, nearest) ** beta if beta else 1.0
        losses.append(weight * (1 - cosine(student[n], teacher[n])))
    assert distillation_loss(student, teacher, dictionary, beta).item() == pytest.approx(sum(losses) / 30)


@pytest.mark.parametrize("beta", [0.0, 1.0, 2.5])
def test_gradient_of_the_distillation_loss(beta: float) -> None:
    generator = torch.Generator().manual_seed(8)
    student, teacher, dictionary = (
        torch.randn(4, 5, generator=generator, dtype=torch.float64) for _ in range(3)
    )
    student.requires_grad_()
    assert torch.autograd.gradcheck(lambda s: distillation_loss(s, teacher, dictionary, beta), (student,))


def test_raw_and_the_dead_zone_against_slow_recomputation() -> None:
    generator = torch.Generator().manual_seed(9)
    near, far = (2 * torch.rand(200, generator=generator, dtype=torch.float64) - 1 for _ in range(2))
    gaps = [a - b for a, b in zip(near.tolist(), far.tolist(), strict=True)]
    ps = [max(1e-6, 0.5 * (1 + gap)) for gap in gaps]
    assert min(gaps) < -1 < 1 < max(gaps)
    for gamma in (0, 1, 2, 3):
        assert focal(near, far, gamma=float(gamma), pt_mode="raw").tolist() == pytest.approx(
            [-((1 - p) ** gamma) * math.log(p) for p in ps]
        )
    assert dead_share(near, far).item() == pytest.approx(sum(gap <= -1 for gap in gaps) / 200)


def test_gradients_on_random_input() -> None:
    generator = torch.Generator().manual_seed(10)
    d, near, far = (torch.randn(6, 5, generator=generator, dtype=torch.float64) for _ in range(3))
    for each in (d, near, far):
        each.requires_grad_()
    for loss in (
        ranking_loss,
        lambda *t: focal_ranking_loss(*t, gamma=1.5),
        lambda *t: focal_ranking_loss(*t, gamma=1.0, pt_mode="raw"),
    ):
        assert torch.autograd.gradcheck(loss, (d, near, far))
    assert torch.autograd.gradcheck(ridge, (d, near[0]))


def test_eq_1_is_the_library_s_triplet_loss() -> None:
    """pytorch-metric-learning's, over cosines with margin 1; labels and images in one table of vectors."""
    from pytorch_metric_learning.distances import CosineSimilarity
    from pytorch_metric_learning.losses import TripletMarginLoss
    from pytorch_metric_learning.reducers import MeanReducer

    chance = torch.Generator().manual_seed(3)
    d, near, far = (torch.randn(30, 6, generator=chance) for _ in range(3))
    theirs = TripletMarginLoss(margin=1.0, distance=CosineSimilarity(), reducer=MeanReducer())
    rows = torch.arange(30)
    triplets = (rows, rows + 30, rows + 60)
    expected = theirs(torch.cat([d, near, far]), torch.zeros(90), triplets)
    assert ranking_loss(d, near, far).item() == pytest.approx(float(expected), rel=1e-5)


def test_raw_keeps_the_printed_form() -> None:
    d, near, far = triplet(1.0, -1.0)  # p = 1.5: −(1 − 1.5)·log 1.5 > 0
    assert focal_ranking_loss(d, near, far, pt_mode="raw").item() == pytest.approx(0.5 * math.log(1.5))
    assert focal_ranking_loss(d, near, far, gamma=0, pt_mode="raw").item() == pytest.approx(-math.log(1.5))


def test_raw_between_whole_powers_keeps_the_sign_of_the_miss() -> None:
    """(1 − p)^γ of a negative number is no real one there: what γ = 1 does is gone on with."""
    d, near, far = triplet(1.0, -1.0)
    found = focal_ranking_loss(d, near, far, gamma=1.5, pt_mode="raw").item()
    assert found == pytest.approx(0.5**1.5 * math.log(1.5))


def test_scale_changes_nothing() -> None:
    d, near, far = triplet(0.3, 0.4)
    assert focal_ranking_loss(10 * d, 10 * near, far).item() == pytest.approx(
        focal_ranking_loss(d, near, far).item()
    )


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_gradient_of_the_focal_loss(gamma: float) -> None:
    positive = torch.tensor([0.9, 0.3, -0.2], dtype=torch.float64, requires_grad=True)
    negative = torch.tensor([0.1, 0.5, 0.6], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda p, n: focal(p, n, gamma=gamma), (positive, negative))


def test_gradient_vanishes_where_the_hinge_is_satisfied_and_stays_finite() -> None:
    for gamma in (0.0, 0.5, 1.0, 2.0):
        near = torch.tensor([1.0, 0.9, -1.0], requires_grad=True)
        focal(near, torch.tensor([-0.5, -0.2, 1.0]), gamma=gamma).sum().backward()
        assert near.grad is not None
        assert torch.isfinite(near.grad).all()
        assert near.grad[:2].tolist() == [0.0, 0.0]


def test_dead_zone_is_counted() -> None:
    assert dead_share(torch.tensor([-0.6, 0.5]), torch.tensor([0.5, 0.1])).item() == 0.5


@pytest.mark.parametrize(("beta", "expected"), [(1.0, 0.032), (2.0, 0.0256), (0.0, 0.04)])
def test_distillation_fixture(beta: float, expected: float) -> None:
    teacher, student = torch.tensor([[0.8, 0.6]]), torch.tensor([[0.6, 0.8]])
    dictionary = torch.tensor([[2.0, 0.0], [0.0, 5.0]])
    assert distillation_loss(student, teacher, dictionary, beta).item() == pytest.approx(expected, abs=1e-6)
    assert distillation_loss(10 * student, teacher, 10 * dictionary, beta).item() == pytest.approx(
        expected, abs=1e-6
    )


def test_a_copy_of_the_teacher_has_no_loss_and_the_teacher_no_gradient() -> None:
    teacher = torch.randn(5, 4, requires_grad=True)
    dictionary = torch.randn(3, 4, requires_grad=True)
    student = torch.randn(5, 4, requires_grad=True)
    assert distillation_loss(teacher.detach(), teacher, dictionary).item() == pytest.approx(0.0, abs=1e-6)
    distillation_loss(student, teacher, dictionary).backward()
    assert teacher.grad is None
    assert dictionary.grad is None
    assert student.grad is not None
    assert student.grad.abs().sum() > 0


def test_ridge_by_hand_and_blind_to_scale() -> None:
    weight, bias = torch.tensor([[1.0, 2.0], [0.0, -1.0]]), torch.tensor([1.0, 3.0])
    assert float(ridge(weight, bias)) == pytest.approx((1 + 4 + 1) / (1 + 9))
    assert float(ridge(7 * weight, 7 * bias)) == pytest.approx(0.6)
    assert float(ridge(weight, 2 * bias)) == pytest.approx(0.15)
