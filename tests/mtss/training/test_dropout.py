"""Dropout by random bytes: what stays, how it is scaled, and that it is torch's generator's."""

from __future__ import annotations

import pytest
import torch

from mtss.training.dropout import Dropout


@pytest.mark.parametrize("p", [0.3, 0.5, 0.7])
def test_each_number_stays_or_goes_alone(p: float) -> None:
    torch.manual_seed(0)
    ones = torch.ones(401, 499)  # no multiple of eight
    found = Dropout(p)(ones)
    kept = found > 0
    exact = round(256 * p) / 256
    assert torch.allclose(found[kept], torch.tensor(1 / (1 - exact)))
    deviation = (exact * (1 - exact) / ones.numel()) ** 0.5
    assert abs(float(kept.float().mean()) - (1 - exact)) < 5 * deviation
    for axis in (0, 1):  # no row or column goes together
        means = kept.float().mean(dim=axis)
        expected = (exact * (1 - exact) / ones.shape[axis]) ** 0.5
        assert float(means.std()) == pytest.approx(expected, rel=0.2)
    neighbours = (kept[:, 1:] & kept[:, :-1]).float().mean()
    assert float(neighbours) == pytest.approx((1 - exact) ** 2, abs=0.01)


def test_the_gradient_passes_where_the_number_did() -> None:
    inputs = torch.randn(20, 30, requires_grad=True)
    found = Dropout(0.4)(inputs)
    found.sum().backward()
    assert inputs.grad is not None
    assert torch.equal(inputs.grad, torch.where(found == 0, 0.0, 256 / (256 - 102)))


def test_it_repeats_by_the_seed_and_rests_when_judged() -> None:
    inputs = torch.randn(7, 5)
    layer = Dropout(0.5)
    seen: list[torch.Tensor] = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        seen.append(layer(inputs))
    assert torch.equal(seen[0], seen[1])
    assert not torch.equal(seen[0], seen[2])
    layer.eval()
    assert layer(inputs) is inputs
    assert Dropout(0.0)(inputs) is inputs


@pytest.mark.parametrize("p", [-0.1, 1.0, 1.5])
def test_what_is_no_part_of_the_numbers(p: float) -> None:
    with pytest.raises(ValueError, match="dropout"):
        Dropout(p)
