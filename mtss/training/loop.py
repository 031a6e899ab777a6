"""One short loop for every task: it knows no losses, and can go on from where it was stopped."""

from __future__ import annotations

import copy
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import torch
from torch import Tensor, nn

from mtss.problem import Problem
from mtss.training.events import Cancelled, Run
from mtss.training.inputs import ahead
from mtss.training.resuming import Keeper
from mtss.training.schedule import Schedule
from mtss.training.tasks import Parts, Task


class Diverged(Problem):
    """Numbers that grew beyond all bounds; nothing was kept."""

    def __init__(self) -> None:
        super().__init__(
            "the training diverged: its numbers grew too large; try a smaller --lr, --gamma or --ridge"
        )


@dataclass(frozen=True)
class Fit:
    """What came of it: the step whose weights were kept and their score (None without validation images)."""

    score: float | None
    step: int
    steps: int
    parts: dict[str, float]


def fit(task: Task, schedule: Schedule, run: Run, keeper: Keeper | None = None) -> Fit:
    """Train `task` (AdamW, warm-up, cosine); keep the last weights, or those with the best score (C9).

    With a `keeper` it goes on from what was kept, and keeps where it is now and then, when cancelled, and at
    the end. On the CPU at a fixed thread count the outcome is the same to the bit.

    Raises Cancelled, Diverged.
    """
    with closing(_Course(task, schedule)) as course:
        if keeper is not None and (kept := keeper.load()) is not None:
            course.restore(kept)
            run.tell("resumed", step=course.step, steps=schedule.steps)
        try:
            while not course.is_over:
                _one_step(course, schedule, run)
                if keeper is not None and (keeper.is_due or course.is_over):
                    _keep(keeper, course, run)
        except Cancelled:
            if keeper is not None:
                _keep(keeper, course, run)
            raise
        return course.finish()


def _one_step(course: _Course, schedule: Schedule, run: Run) -> None:
    parts = course.advance()
    done = course.step / schedule.steps
    if course.step % schedule.every and course.step != schedule.steps:
        run.advance(done)
        return
    score = course.judge(parts)
    epoch = {"epoch": course.step // schedule.every, "epochs": schedule.steps // schedule.every}
    run.advance(done, "epoch", **epoch, step=course.step, losses=as_numbers(parts), score=score)


class _Course:
    """A task on its way: everything that the next step depends on."""

    def __init__(self, task: Task, schedule: Schedule) -> None:
        self.task, self.step = task, 0
        self.kept = Fit(None, 0, schedule.steps, {})
        self._schedule = schedule
        self._stale = 0  # evaluations since the best
        self._weights: dict[str, Any] | None = None
        self._optimiser = schedule.optimiser(task.module)
        self._rates = schedule.warm_up_and_cosine(self._optimiser)
        self._average = schedule.average(task.module)
        self._batches = ahead((), task.load, 0)
        self._open_epoch()

    @property
    def is_over(self) -> bool:
        """All steps are done, or no evaluation was better for long enough."""
        patience = self._schedule.patience
        return self.step >= self._schedule.steps or 0 < patience <= self._stale

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
        if self._schedule.clip:
            nn.utils.clip_grad_norm_(self.task.module.parameters(), self._schedule.clip)
        self._optimiser.step()
        self._rates.step()
        if self._average is not None:
            self._average.update_parameters(self.task.module)
        self.step += 1
        return parts

    def judge(self, parts: Parts) -> float | None:
        """Measure on validation images, and remember the weights that are to be kept. Raises Diverged."""
        numbers = [*self.task.module.state_dict().values(), *parts.values()]
        if not all(bool(n.isfinite().all()) for n in numbers):
            raise Diverged
        with self._averaged():
            self.task.module.eval()
            score = self.task.score()
            better = score is None or self.kept.score is None or score > self.kept.score
            self._stale = 0 if better else self._stale + 1
            if better or score == self.kept.score or not self._schedule.keep_best:
                self.kept = Fit(score, self.step, self._schedule.steps, as_numbers(parts))
                self._weights = copy.deepcopy(self.task.module.state_dict())
        return score

    @contextmanager
    def _averaged(self) -> Generator[None, None, None]:
        """The module with its averaged weights, where there are such."""
        if self._average is None:
            yield
            return
        module = self.task.module
        own = copy.deepcopy(module.state_dict())
        module.load_state_dict(self._average.module.state_dict())
        try:
            yield
        finally:
            module.load_state_dict(own)

    def finish(self) -> Fit:
        """The weights that were kept into the module."""
        if self._weights is not None:
            self.task.module.load_state_dict(self._weights)
        self.task.module.eval()
        return self.kept

    def state(self) -> dict[str, Any]:
        """Between two steps: weights, optimiser, both sources of chance, and what is kept so far."""
        return {
            "step": self.step,
            "module": self.task.module.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "rates": self._rates.state_dict(),
            "average": None if self._average is None else self._average.state_dict(),
            "kept": asdict(self.kept),
            "weights": self._weights,
            "stale": self._stale,
            "epoch": self._epoch,
            "taken": self._taken,
            "chance": torch.get_rng_state(),
            "chance_on_gpu": torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else [],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """As it was when `state` was taken: the epoch is drawn again, and its batches passed over."""
        self.step, self.kept, self._weights = state["step"], Fit(**state["kept"]), state["weights"]
        self._stale = state["stale"]
        self.task.module.load_state_dict(state["module"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._rates.load_state_dict(state["rates"])
        if self._average is not None:
            self._average.load_state_dict(state["average"])
        self.task.random.bit_generator.state = state["epoch"]
        self._open_epoch(state["taken"])
        torch.set_rng_state(state["chance"])
        if state["chance_on_gpu"]:
            torch.cuda.set_rng_state_all(state["chance_on_gpu"])

    def close(self) -> None:
        """Drop what was loaded ahead."""
        self._batches.close()

    def _open_epoch(self, taken: int = 0) -> None:
        """The next epoch, after the first `taken` of its batches."""
        self._batches.close()
        self._epoch: dict[str, Any] = dict(self.task.random.bit_generator.state)
        rest = islice(self.task.batches(), taken, None)
        self._batches = ahead(rest, self.task.load, self.task.ahead)
        self._taken = taken


def _keep(keeper: Keeper, course: _Course, run: Run) -> None:
    """A disk without room for a checkpoint ends no training: it may yet have room for the model."""
    try:
        keeper.save(course.state())
    except OSError as problem:
        run.tell("checkpoint_failed", reason=problem.strerror or str(problem))


def as_numbers(parts: dict[str, Tensor]) -> dict[str, float]:
    """As they stand in events and curves."""
    return {name: round(float(value.detach()), 6) for name, value in parts.items()}
