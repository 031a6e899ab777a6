"""mtss tune: γ, D and learning rate of each type's teacher, searched for on the validation images."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mtss.commands.earlier import FEATURES, alone
from mtss.commands.idle_flags import tell_of_trials
from mtss.commands.options import (
    Subparsers,
    add_data,
    add_training,
    check_run,
    read_manifest,
    training_config,
)
from mtss.words import counted, listed

if TYPE_CHECKING:
    import torch

    from mtss.labels import AttributeType
    from mtss.training.config import TrainConfig
    from mtss.training.dataset import FeatureSet
    from mtss.training.events import Run
    from mtss.training.searching import Found


def add(commands: Subparsers) -> None:
    words = "search γ, D and learning rate for each attribute type"
    parser = commands.add_parser("tune", help=words, description=f"{words}; train with --tuned DIR after it")
    add_data(parser)
    add_training(parser, "go on with a search in --out: where it was stopped, or with more --trials")
    parser.add_argument(
        "--type", action="append", default=[], help="an attribute type; repeatable (default: all)"
    )
    parser.add_argument(
        "--trials", type=int, default=20, help="trainings a type, pruned ones included (default: 20)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.commands.job import Result, run_job

    found: dict[str, Found] = {}

    def work(progress: Run) -> Result:
        from mtss.problem import Problem
        from mtss.training.tuned_file import NAME

        if find_spec("optuna") is None:
            raise Problem("a search needs the extra: pip install 'lapel[search]'")
        _check(options)
        with alone(options.out, resume=options.resume):
            found.update(_search(options, progress))
        metrics = {name: {k: v for k, v in f.to_json().items() if k != "trials"} for name, f in found.items()}
        return Result(options.out / NAME, metrics)

    status = run_job(options, work)
    if not options.json:
        sys.stdout.writelines(_words(name, f) + "\n" for name, f in found.items())
    return status


def _search(options: argparse.Namespace, progress: Run) -> dict[str, Found]:
    """Every wanted type in turn; each is in the file as soon as it is found."""
    from mtss.problem import Problem
    from mtss.training.device import choose_device, prepare_torch
    from mtss.training.preparing import Sources, prepare
    from mtss.training.searching import TooFewToChoose, forget
    from mtss.training.teaching import TooFewLabels
    from mtss.training.tuned_file import found_under, write_entry

    prepare_torch(options.threads, deterministic=options.deterministic)
    config, manifest = training_config(options), read_manifest(options)
    types = [manifest.space[name] for name in options.type] or list(manifest.space.types)
    names = [attribute.name for attribute in types]
    _look_at_earlier(options, names, progress)
    tell_of_trials(options, progress, config)
    device = choose_device(options.device).torch
    sources = Sources(manifest, None, options.features, options.out / FEATURES, options.weights)
    data = prepare(sources, progress, config).data
    if not options.resume:
        forget(options.out, names)
    found: dict[str, Found] = {}
    last = ""
    for attribute in types:
        progress.begin(f"searching for {attribute.name}", 0.8 / len(types))
        try:
            found[attribute.name] = _search_type(options, attribute, data, config, device, progress)
        except (TooFewLabels, TooFewToChoose) as reason:
            forget(options.out, [attribute.name])
            last = f"'{attribute.name}': {reason}"
            progress.tell("type_skipped", type=attribute.name, reason=str(reason))
            continue
        under = {"under": found_under(config) | {"seed": config.seed}}
        write_entry(options.out, attribute.name, found[attribute.name].to_json() | under)
    if not found:
        raise Problem(f"no attribute type has images enough to learn from and choose by: {last}")
    return found


def _search_type(
    options: argparse.Namespace,
    attribute: AttributeType,
    data: FeatureSet,
    config: TrainConfig,
    device: torch.device,
    progress: Run,
) -> Found:
    """Raises TooFewLabels, TooFewToChoose."""
    from mtss.training.resuming import fingerprint
    from mtss.training.searching import Search
    from mtss.training.teaching import train_teacher

    def train(config: TrainConfig, run: Run) -> float | None:
        return train_teacher(data, attribute, config, device, run).fit.score

    of = fingerprint((attribute, config), data.samples, data.features)
    search = Search(options.out, attribute.name, of, options.trials, options.resume)
    judges = sum(s.split == "val" and attribute.name in s.labels for s in data.samples)
    return replace(search.run(config, train, progress), judges=judges)


def _check(options: argparse.Namespace) -> None:
    """Raises Problem."""
    from mtss.problem import Problem

    if options.trials < 1:
        raise Problem("--trials must be at least 1")
    check_run(options)


def _look_at_earlier(options: argparse.Namespace, names: list[str], run: Run) -> None:
    """What searches before left in --out: other types' stay. Raises Problem where these would be lost."""
    from mtss.commands.earlier import STOPPED, tell
    from mtss.problem import Problem
    from mtss.training.searching import searched
    from mtss.training.tuned_file import NAME, read_entries

    begun = [name for name in names if name in searched(options.out)]
    if options.resume and not begun:
        tell(run, "begun_anew", f"{options.out} holds no search for {listed(names)} yet: it begins anew")
    if options.resume or options.overwrite:
        return
    path = options.out / NAME
    found = read_entries(path) if path.exists() else {}
    for name in begun:
        if name not in found:
            raise Problem(f"{options.out} holds a search for '{name}' that was stopped: {STOPPED}")
    if known := [name for name in names if name in found]:
        words = "take another folder, --resume for more --trials, or --overwrite"
        raise Problem(f"{options.out} already holds a finished search for '{known[0]}'; {words}")


def _words(name: str, found: Found) -> str:
    best, searched = found.settings, found.trials[0]
    said = {"gamma": f"γ {best.gamma:.2f}", "dim": f"D {best.dim}", "lr": f"learning rate {best.lr:.1e}"}
    return (
        f"{name}: {', '.join(words for key, words in said.items() if key in searched)}: "
        f"F1@1 {found.score:.1%} on {counted(found.judges, 'validation image')} (preset {found.preset:.1%}); "
        f"{counted(len(found.trials), 'trial')}, {found.pruned} of them pruned"
    )
