"""Learning rates of stages of any length."""

from __future__ import annotations

import pytest
from torch import nn

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


def test_only_the_rate_changes() -> None:
    """Adam's betas stay as they are: nobody asked for a cycle of momentum."""
    schedule = Schedule(20, 0.5, 0.0)
    optimiser = schedule.optimiser(nn.Linear(2, 2))
    rates = schedule.warm_up_and_cosine(optimiser)
    for _ in range(20):
        assert optimiser.param_groups[0]["betas"] == (0.9, 0.999)
        optimiser.step()
        rates.step()
