"""Learning rates of stages of any length."""

from __future__ import annotations

import pytest
from torch import nn

from mtss.training.config import preset_for
from mtss.training.schedule import Schedule


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 9, 10, 11, 19, 20, 40, 1000])
def test_up_to_the_rate_and_down_to_nothing(steps: int) -> None:
    schedule = Schedule(steps, 0.5, 0.0)
    optimiser = schedule.optimiser(nn.Linear(2, 2))
    rates = schedule.warm_up_and_cosine(optimiser)
    seen: list[float] = []
    for _ in range(steps):
        seen.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        rates.step()
    assert max(seen) <= 0.5
    if steps >= 3:
        top = seen.index(max(seen))
        assert top <= max(1, steps // 10)
        assert seen[top] > 0.45
        assert seen[-1] < 0.01
        assert sorted(seen[top:], reverse=True) == seen[top:]


def test_all_weights_are_updated_by_one_kernel() -> None:
    optimiser = preset_for("product", "frozen").schedule(20).optimiser(nn.Linear(2, 2))
    assert optimiser.defaults["fused"] is True


def test_the_first_beta_moves_only_where_a_backbone_learns() -> None:
    for tune, moves in (("frozen", False), ("last", True), ("all", True)):
        schedule = preset_for("product", tune).schedule(20)
        optimiser = schedule.optimiser(nn.Linear(2, 2))
        rates = schedule.warm_up_and_cosine(optimiser)
        seen: set[float] = set()
        for _ in range(20):
            first, second = optimiser.param_groups[0]["betas"]
            seen.add(first)
            assert second == 0.999
            optimiser.step()
            rates.step()
        assert (min(seen), max(seen)) == (pytest.approx((0.85, 0.95)) if moves else (0.9, 0.9))
