"""A search for one type's γ, D and learning rate ("carefully for each attribute type"), by Optuna."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import Trial, TrialState

from mtss.problem import Problem
from mtss.training.config import TrainConfig, Tuned
from mtss.training.events import Run
from mtss.training.loop import Diverged
from mtss.training.tuned_file import JOURNAL, drop_entries

GAMMAS = (0.0, 3.0)  # figure 6a's range
DIMS = (64, 128, 256, 512, 1024)  # figure 6b's
RATES = (2e-4, 2e-2)
SEARCHED = {"focal": ("gamma", "dim", "lr"), "hinge": ("dim", "lr"), "bce": ("lr",)}  # what a loss goes by
FIRST = 4  # trials that see no pruning: there is nothing yet to be worse than
EARLY = 4  # evaluations of a trial before it may be pruned
OVER = (TrialState.COMPLETE, TrialState.PRUNED)

Train = Callable[
    [TrainConfig, Run], float | None
]  # a teacher's F1@1 on the validation images, of the weights that were kept


def searched(folder: Path) -> set[str]:
    """Names of the types that a search into this folder has begun with."""
    if not (folder / JOURNAL).is_file():
        return set()
    return {study.study_name for study in _storage(folder).get_all_studies()}


def forget(folder: Path, names: Sequence[str]) -> None:
    """Searches of these types begin anew: nothing trains any more with what they had found."""
    drop_entries(folder, names)
    for name in searched(folder).intersection(names):
        optuna.delete_study(study_name=name, storage=_storage(folder))


def _storage(folder: Path) -> JournalStorage:
    """Of a folder that is this process's alone: whoever locked its journal was killed."""
    journal = folder / JOURNAL
    journal.with_name(f"{journal.name}.lock").unlink(missing_ok=True)  # Optuna might wait for it for ever
    return JournalStorage(JournalFileBackend(str(journal)))


class SearchProblem(Problem):
    """A search that cannot be made or gone on with; the message is meant for the user."""


class TooFewToChoose(SearchProblem):
    """A type whose settings nothing can tell apart; the message says what is missing."""


@dataclass(frozen=True)
class Found:
    """The best settings, their validation F1@1 and that of the preset's own; every trial, as plain JSON."""

    settings: Tuned
    score: float
    preset: float
    trials: tuple[dict[str, Any], ...]
    judges: int = 0  # validation images with a label of the type

    @property
    def pruned(self) -> int:
        """Trials that were given up half-way."""
        return sum(trial["state"] == "pruned" for trial in self.trials)

    def to_json(self) -> dict[str, Any]:
        own = {"validation_f1@1": self.score, "preset_validation_f1@1": self.preset}
        own["validation_images"] = self.judges
        return asdict(self.settings) | own | {"trials": list(self.trials)}


@dataclass(frozen=True)
class Search:
    """Where it keeps its trials, and how many it makes. `of`: what they depend on, as a fingerprint."""

    folder: Path
    name: str
    of: str
    trials: int = 20
    resume: bool = False

    def run(self, config: TrainConfig, train: Train, run: Run) -> Found:
        """The first trial is `config` itself, so that nothing worse on validation images is ever found.

        With `resume` it goes on after the trials that are over; one that was under way is made again.
        Raises SearchProblem, TooFewToChoose, Diverged for `config` itself, and Cancelled with the trials so
        far kept.
        """
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.folder.mkdir(parents=True, exist_ok=True)
        study = self._study()
        own: dict[str, Any] = {"gamma": config.gamma, "dim": config.dim, "lr": config.lr}
        names = SEARCHED[config.loss]
        while (over := len(study.get_trials(deepcopy=False, states=OVER))) < self.trials:
            run.advance(over / self.trials)
            study.sampler = optuna.samplers.TPESampler(seed=_seed(self.of, over))
            if not over:
                study.enqueue_trial({name: own[name] for name in names})
            trial = study.ask()
            settings = Tuned(**own | _suggested(trial, own, names))
            self._one(study, trial, config, settings, train, run)
            self._tell(study.trials[-1], over + 1, run)
        return _best(study, own)

    def _one(
        self,
        study: optuna.Study,
        trial: Trial,
        config: TrainConfig,
        settings: Tuned,
        train: Train,
        run: Run,
    ) -> None:
        """Train with these settings and note what came of it."""
        changed = config.with_own(settings)
        try:
            score = train(changed, Run((_Watch(trial),), run.control))
        except (optuna.TrialPruned, Diverged) as end:
            preset = not study.get_trials(deepcopy=False, states=OVER)
            study.tell(trial, state=TrialState.FAIL if preset else TrialState.PRUNED)
            if preset:  # then the data or the command line are at fault
                raise end
            return
        except BaseException:  # whatever it was goes on; the trial does not count
            study.tell(trial, state=TrialState.FAIL)
            raise
        if score is None:
            study.tell(trial, state=TrialState.FAIL)
            raise TooFewToChoose("too few validation images to choose settings by")
        study.tell(trial, score)

    def _study(self) -> optuna.Study:
        if not self.resume:
            forget(self.folder, [self.name])
        storage = _storage(self.folder)
        pruner = optuna.pruners.MedianPruner(n_startup_trials=FIRST, n_warmup_steps=EARLY)
        study = optuna.create_study(
            storage=storage, study_name=self.name, direction="maximize", pruner=pruner, load_if_exists=True
        )
        if study.user_attrs.get("of", self.of) != self.of:
            raise SearchProblem(
                f"{self.folder}: the search there had other images, labels or settings; "
                "start anew with --overwrite"
            )
        study.set_user_attr("of", self.of)
        for left in study.get_trials(deepcopy=False, states=(TrialState.RUNNING, TrialState.WAITING)):
            study.tell(left.number, state=TrialState.FAIL)  # of a process that was killed
        return study

    def _tell(self, trial: optuna.trial.FrozenTrial, over: int, run: Run) -> None:
        told = _plain(trial) | {"type": self.name, "trial": over, "trials": self.trials}
        run.advance(over / self.trials, "trial", **told)


class _Watch:
    """Hands a trial its teacher's validation scores, and ends it where others were better at that point."""

    def __init__(self, trial: Trial) -> None:
        self._trial, self._count = trial, 0

    def __call__(self, event: dict[str, Any]) -> None:
        if event["kind"] != "epoch" or event["score"] is None:
            return
        self._trial.report(event["score"], self._count)
        self._count += 1
        if self._trial.should_prune():
            raise optuna.TrialPruned


def _suggested(trial: Trial, own: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The range always holds the preset's own values."""
    ways: dict[str, Callable[[], Any]] = {
        "gamma": lambda: trial.suggest_float("gamma", *_around(GAMMAS, own["gamma"])),
        "dim": lambda: trial.suggest_categorical("dim", sorted({*DIMS, own["dim"]})),
        "lr": lambda: trial.suggest_float("lr", *_around(RATES, own["lr"]), log=True),
    }
    return {name: ways[name]() for name in names}


def _around(span: tuple[float, float], value: float) -> tuple[float, float]:
    return min(span[0], value), max(span[1], value)


def _best(study: optuna.Study, own: dict[str, Any]) -> Found:
    trials = study.get_trials(deepcopy=False, states=OVER)
    best = study.best_trial
    assert best.value is not None
    assert trials[0].value is not None  # the preset's own: the first is never pruned
    plain = tuple(_plain(trial) for trial in trials)
    return Found(Tuned(**own | best.params), best.value, trials[0].value, plain)


def _plain(trial: optuna.trial.FrozenTrial) -> dict[str, Any]:
    score = trial.value if trial.state is TrialState.COMPLETE else None
    return {**trial.params, "score": score, "state": trial.state.name.lower()}


def _seed(of: str, number: int) -> int:
    """A resumed search goes on as an undisturbed one would: chance depends on how many trials are over."""
    return int.from_bytes(hashlib.sha256(f"{of}-{number}".encode()).digest()[:4], "big")
