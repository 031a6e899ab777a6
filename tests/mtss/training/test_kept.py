"""Which weights a stage keeps, and what it says of its scores, by a task whose scores are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from mtss.training.config import TrainConfig
from mtss.training.events import Run
from mtss.training.loop import fit
from mtss.training.schedule import Schedule

SCORES = (0.1, 0.5, 0.3, 0.5, 0.2)


@dataclass
class Scripted:
    """One weight that falls with every step; every step is judged, by the next of `scores`."""

    scores: Sequence[float | None]
    module: nn.Module = field(default_factory=lambda: nn.Linear(1, 1, bias=False))
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))
    ahead: int = 0
    weights: list[float] = field(default_factory=list[float])

    def batches(self) -> Iterator[int]:
        yield 0

    def load(self, batch: int) -> int:
        return batch

    def step(self, _: int) -> dict[str, Tensor]:
        return {"loss": self.module.weight.sum()}

    def score(self) -> float | None:
        self.weights.append(self.weight)
        return self.scores[len(self.weights) - 1]

    @property
    def weight(self) -> float:
        return float(self.module.weight.detach())


@pytest.mark.parametrize(("keep_best", "step"), [(True, 4), (False, 5)])
def test_the_best_or_the_last(keep_best: bool, step: int) -> None:
    """Of equal scores the later ones' weights."""
    torch.manual_seed(0)
    task = Scripted(SCORES)
    found = fit(task, Schedule(len(SCORES), 0.1, 0.0, reports=len(SCORES), keep_best=keep_best), Run())
    assert len(set(task.weights)) == len(SCORES)
    assert task.weight == task.weights[step - 1]
    assert (found.step, found.score) == (step, SCORES[step - 1])


@pytest.mark.parametrize("keep_best", [True, False])
def test_without_scores_the_last(keep_best: bool) -> None:
    task = Scripted([None] * 3)
    found = fit(task, Schedule(3, 0.1, 0.0, reports=3, keep_best=keep_best), Run())
    assert task.weight == task.weights[-1]
    assert (found.step, found.score) == (3, None)


@pytest.mark.parametrize(("clip", "length"), [(0.0, 1.0), (0.25, 0.25), (2.0, 1.0)])
def test_a_long_gradient_is_cut(clip: float, length: float) -> None:
    task = Scripted([None] * 3)
    fit(task, Schedule(3, 0.1, 0.0, reports=3, clip=clip), Run())
    assert task.module.weight.grad is not None
    assert float(task.module.weight.grad) == pytest.approx(length, rel=1e-4)


def test_whoever_is_patient_wants_the_best() -> None:
    assert not TrainConfig().schedule(100).keep_best
    assert TrainConfig(patience=2).schedule(100).keep_best
    assert TrainConfig(kept="best").schedule(100).keep_best
