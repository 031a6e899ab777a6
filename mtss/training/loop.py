"""One short loop for every task: it knows no losses."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mtss.training.events import Run
from mtss.training.tasks import Task

REPORTS = 20  # evaluations, and events, in a stage


@dataclass(frozen=True)
class Fit:
    """What came of it: the best score (None without validation images) and the step it was reached at."""

    score: float | None
    step: int
    steps: int
    parts: dict[str, float]


def fit(task: Task, steps: int, lr: float, weight_decay: float, run: Run) -> Fit:
    """Train `task` for `steps` steps (AdamW, warm-up, cosine); keep the weights with the best score (C9)."""
    optimiser = torch.optim.AdamW(task.module.parameters(), lr=lr, weight_decay=weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, lr, total_steps=max(2, steps), pct_start=0.1)
    best = Fit(None, 0, steps, {})
    kept: dict[str, Any] | None = None
    every, batches = max(1, steps // REPORTS), task.batches()
    for step in range(1, steps + 1):
        batch = next(batches, None)
        if batch is None:
            batches = task.batches()
            batch = next(batches)
        task.module.train()
        parts = task.step(batch)
        optimiser.zero_grad(set_to_none=True)
        parts["loss"].backward()
        optimiser.step()
        schedule.step()
        run.advance(step / steps)
        if step % every == 0 or step == steps:
            score = _evaluate(task)
            shown = _numbers(parts)
            epoch = {"epoch": step // every, "epochs": steps // every, "step": step}
            run.advance(step / steps, "epoch", **epoch, losses=shown, score=score)
            if score is None or best.score is None or score >= best.score:
                best, kept = Fit(score, step, steps, shown), copy.deepcopy(task.module.state_dict())
    if kept is not None:
        task.module.load_state_dict(kept)
    task.module.eval()
    return best


def _evaluate(task: Task) -> float | None:
    task.module.eval()
    return task.score()


def _numbers(parts: dict[str, Tensor]) -> dict[str, float]:
    return {name: round(float(value.detach()), 6) for name, value in parts.items()}
