"""mtss tune: γ, D and learning rate of each type's teacher, searched for on the validation images."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from mtss.commands.options import (
    Subparsers,
    add_data,
    add_training,
    check_run,
    read_manifest,
    training_config,
)

if TYPE_CHECKING:
    from mtss.training.searching import Found, Search


def add(commands: Subparsers) -> None:
    words = "search γ, D and learning rate for each attribute type"
    parser = commands.add_parser("tune", help=words, description=f"{words}; train with --tuned DIR after it")
    add_data(parser)
    add_training(parser)
    parser.add_argument(
        "--type", action="append", default=[], help="an attribute type; repeatable (default: all)"
    )
    parser.add_argument("--trials", type=int, default=20, help="trainings a type, pruned ones included")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.commands.job import Result, run_job
    from mtss.training.events import Run

    found: dict[str, Found] = {}

    def work(progress: Run) -> Result:
        from mtss.training.tuned_file import NAME

        found.update(_search(options, progress))
        metrics = {name: {k: v for k, v in f.to_json().items() if k != "trials"} for name, f in found.items()}
        return Result(options.out / NAME, metrics)

    status = run_job(options, work)
    if not options.json:
        sys.stdout.writelines(_words(name, f) + "\n" for name, f in found.items())
    return status


def _search(options: argparse.Namespace, progress: Any) -> dict[str, Found]:
    """Every wanted type in turn; each is in the file as soon as it is found."""
    from mtss.problem import Problem
    from mtss.training.device import choose_device, prepare_torch
    from mtss.training.events import Run
    from mtss.training.preparing import Sources, prepare
    from mtss.training.resuming import fingerprint
    from mtss.training.teaching import TooFewLabels, TrainConfig, train_teacher
    from mtss.training.tuned_file import write_entry

    if options.trials < 1:
        raise Problem("--trials must be at least 1")
    check_run(options)
    prepare_torch(options.threads, deterministic=options.deterministic)
    search_type = _searches()
    config, manifest = training_config(options), read_manifest(options)
    types = [manifest.space[name] for name in options.type] or list(manifest.space.types)
    device = choose_device(options.device).torch
    options.out.mkdir(parents=True, exist_ok=True)
    sources = Sources(manifest, None, options.features, options.out / "features.npz", options.weights)
    data = prepare(sources, progress, config).data
    found: dict[str, Found] = {}
    for attribute in types:
        progress.begin(f"searching for {attribute.name}", 0.8 / len(types))

        def train(config: TrainConfig, run: Run, attribute: Any = attribute) -> float | None:
            return train_teacher(data, attribute, config, device, run).fit.score

        of = fingerprint((attribute, config), data.samples, data.features)
        search = search_type(options.out, attribute.name, of, options.trials, options.resume)
        try:
            found[attribute.name] = search.run(config, train, progress)
        except TooFewLabels as reason:
            progress.tell("type_skipped", type=attribute.name, reason=str(reason))
            continue
        write_entry(options.out, attribute.name, found[attribute.name].to_json())
    if not found:
        raise Problem("no attribute type has enough labels to learn from")
    return found


def _searches() -> type[Search]:
    """Raises Problem where Optuna is not installed."""
    from mtss.problem import Problem

    try:
        from mtss.training.searching import Search
    except ModuleNotFoundError as problem:
        if problem.name != "optuna":
            raise
        raise Problem("a search needs the extra: pip install 'lapel[search]'") from problem
    return Search


def _words(name: str, found: Found) -> str:
    best = found.settings
    return (
        f"{name}: γ {best.gamma:.2f}, D {best.dim}, learning rate {best.lr:.1e}: "
        f"F1@1 {found.score:.1%} on validation images (preset {found.preset:.1%}); "
        f"{len(found.trials)} trials, {found.pruned} of them pruned"
    )
