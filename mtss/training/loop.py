"""One short loop for every task: it knows no losses, and can go on from where it was stopped."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import torch
from torch import Tensor

from mtss.training.events import Cancelled, Run
from mtss.training.resuming import Keeper
from mtss.training.tasks import Parts, Task

REPORTS = 20  # evaluations, and events, in a stage


@dataclass(frozen=True)
class Fit:
    """What came of it: the best score (None without validation images) and the step it was reached at."""

    score: float | None
    step: int
    steps: int
    parts: dict[str, float]


def fit(
    task: Task, steps: int, lr: float, weight_decay: float, run: Run, keeper: Keeper | None = None
) -> Fit:
    """Train `task` for `steps` steps (AdamW, warm-up, cosine); keep the weights with the best score (C9).

    With a `keeper` it goes on from what was kept, and keeps where it is now and then, when cancelled, and at
    the end. On the CPU at a fixed thread count the outcome is the same to the bit. Raises Cancelled.
    """
    course = _Course(task, steps, lr, weight_decay)
    if keeper is not None and (kept := keeper.load()) is not None:
        course.restore(kept)
        run.tell("resumed", step=course.step, steps=steps)
    every = max(1, steps // REPORTS)
    try:
        while course.step < steps:
            parts = course.advance()
            if course.step % every == 0 or course.step == steps:
                _report(run, course.step, every, steps, parts, course.judge(parts))
            else:
                run.advance(course.step / steps)
            if keeper is not None and (keeper.is_due or course.step == steps):
                _keep(keeper, course, run)
    except Cancelled:
        if keeper is not None:
            _keep(keeper, course, run)
        raise
    return course.finish()


class _Course:
    """A task on its way: everything that the next step depends on."""

    def __init__(self, task: Task, steps: int, lr: float, weight_decay: float) -> None:
        self.task, self.steps, self.step = task, steps, 0
        self.best = Fit(None, 0, steps, {})
        self._kept: dict[str, Any] | None = None
        self._optimiser = torch.optim.AdamW(
            task.module.parameters(), lr=lr, weight_decay=weight_decay, fused=True
        )
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, lr, total_steps=max(2, steps), pct_start=0.1
        )
        self._open_epoch()

    def advance(self) -> Parts:
        """One batch, one step."""
        batch = next(self._batches, None)
        if batch is None:
            self._open_epoch()
            batch = next(self._batches)
        self._taken += 1
        self.task.module.train()
        parts = self.task.step(batch)
        self._optimiser.zero_grad(set_to_none=True)
        parts["loss"].backward()
        self._optimiser.step()
        self._schedule.step()
        self.step += 1
        return parts

    def judge(self, parts: Parts) -> float | None:
        """Measure on validation images, and remember the weights when none were better."""
        self.task.module.eval()
        score = self.task.score()
        if score is None or self.best.score is None or score >= self.best.score:
            self.best = Fit(score, self.step, self.steps, _numbers(parts))
            self._kept = copy.deepcopy(self.task.module.state_dict())
        return score

    def finish(self) -> Fit:
        """The best weights into the module."""
        if self._kept is not None:
            self.task.module.load_state_dict(self._kept)
        self.task.module.eval()
        return self.best

    def state(self) -> dict[str, Any]:
        """Between two steps: weights, optimiser, both sources of chance, and the best so far."""
        return {
            "step": self.step,
            "module": self.task.module.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "schedule": self._schedule.state_dict(),
            "best": asdict(self.best),
            "kept": self._kept,
            "epoch": self._epoch,
            "taken": self._taken,
            "chance": torch.get_rng_state(),
            "chance_on_gpu": torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else [],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """As it was when `state` was taken: the epoch is drawn again, and its batches passed over."""
        self.step, self.best, self._kept = state["step"], Fit(**state["best"]), state["kept"]
        self.task.module.load_state_dict(state["module"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._schedule.load_state_dict(state["schedule"])
        self.task.random.bit_generator.state = state["epoch"]
        self._open_epoch()
        self._taken = sum(1 for _ in islice(self._batches, state["taken"]))
        torch.set_rng_state(state["chance"])
        if state["chance_on_gpu"]:
            torch.cuda.set_rng_state_all(state["chance_on_gpu"])

    def _open_epoch(self) -> None:
        self._epoch: dict[str, Any] = dict(self.task.random.bit_generator.state)
        self._batches: Iterator[object] = self.task.batches()
        self._taken = 0


def _keep(keeper: Keeper, course: _Course, run: Run) -> None:
    """A disk without room for a checkpoint ends no training: it may yet have room for the model."""
    try:
        keeper.save(course.state())
    except OSError as problem:
        run.tell("checkpoint_failed", reason=problem.strerror or str(problem))


def _report(run: Run, step: int, every: int, steps: int, parts: Parts, score: float | None) -> None:
    epoch = {"epoch": step // every, "epochs": steps // every, "step": step}
    run.advance(step / steps, "epoch", **epoch, losses=_numbers(parts), score=score)


def _numbers(parts: dict[str, Tensor]) -> dict[str, float]:
    return {name: round(float(value.detach()), 6) for name, value in parts.items()}
