"""Runs the paper's tables and figures on catalogues and writes their reports."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from mtss.cores import usable_cores
from mtss.datasets import emoji
from mtss.datasets.emoji.fetching import fetch
from mtss.datasets.writing import MANIFEST
from mtss.experiments import (
    centring,
    differences,
    figure6,
    figure7,
    figure8,
    new_class,
    table1,
    table2,
    table3,
    table4,
    table5,
    table6,
    table7,
)
from mtss.experiments.catalogues import drawn, named, others_than, some_of, split_domains
from mtss.experiments.menu import IMAGES
from mtss.experiments.reporting import Report
from mtss.experiments.study import BASE, CPU, NotPossible, Study
from mtss.experiments.summary import write_summary
from mtss.experiments.table_plot import table_plot
from mtss.labels import LabelSpace
from mtss.locking import LOCK, in_turn
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.replacing import replace_file
from mtss.training.config import TrainConfig
from mtss.training.events import Run
from mtss.training.further import Corrupted
from mtss.training.preparing import Sources, prepare
from mtss.training.teaching import TooFewLabels
from mtss.workers import workers

EXPERIMENTS: dict[str, Callable[[Study], Report]] = {
    "table1": table1.run,
    "table2": table2.run,
    "table3": table3.run,
    "table4": table4.run,
    "table5": table5.run,
    "table6": table6.run,
    "table7": table7.run,
    "figure6a": figure6.gamma,
    "figure6b": figure6.dimension,
    "figure6c": figure6.images,
    "figure7": figure7.run,
    "figure8": figure8.run,
    "differences": differences.run,
    "centring": centring.run,
    "new-class": new_class.run,
}
APART = ("figure6c",)  # shares too few models with the others to wait for their process
GARMENTS_SEED = 41  # of the development catalogue, by which settings are chosen
HELD_OUT_SEED = 2041  # of other garments
HELD_OUT = "held-out"
LEAST_FOUND = 0.95  # of the images asked for: whole groups are drawn, which seldom come to just as many


@dataclass(frozen=True)
class Setting:
    """What the experiments run on. `flags`: how the command line says so, for the reports."""

    out: Path
    seeds: int = 3
    images: int = IMAGES
    manifests: Sequence[Path] = ()
    types: Sequence[str] = ()  # those alone; none named: all
    weights: Path | None = None
    config: TrainConfig = BASE
    device: torch.device = CPU
    emoji: Path | None = None  # folder of the vendors' packages; what is missing there is fetched
    held_out: bool = False  # other images than the development catalogues', `images` others for each seed
    flags: str = ""


def run(names: Sequence[str], setting: Setting) -> int:
    """Every experiment on every catalogue: OUT/<catalogue>/<name>.md and .svg, and OUT/RESULTS.md.

    That holds all reports in OUT, those of earlier runs too. On held-out images it is OUT/HELD_OUT.md.

    Without manifests that many garments are drawn into OUT, and as many emoji stand beside them where
    `setting.emoji` names the folder of their packages. Catalogues share nothing: each has a process of its
    own, and the first that is done helps the others. Raises Problem as reading manifests does, and
    NotPossible where no catalogue can answer the only one.
    """
    catalogues, note = _catalogues(setting)
    done: dict[str, str | None] = {}  # catalogues, and why one cannot answer the only experiment
    for name, refusal in zip(catalogues, _each(catalogues, names, setting), strict=True):
        done[name] = refusal
        if any(refusal is None for refusal in done.values()):
            write_summary(setting.out, setting.held_out, names, catalogues, done, note)
    refusals = [refusal for refusal in done.values() if refusal is not None]
    if len(refusals) == len(done):
        raise NotPossible("; ".join(refusals))
    return 0


def _each(catalogues: Mapping[str, Path], names: Sequence[str], setting: Setting) -> Iterator[str | None]:
    """Measures on each catalogue, in their order; why one cannot answer the only one that was asked for."""
    processes = min(len(catalogues), usable_cores())
    # features are too small for two threads; pictures are not
    threads = 1 if setting.config.tune == "frozen" else max(1, usable_cores() // processes)
    sole = len(names) == 1
    if processes == 1:
        yield from (_on(name, path, names, setting, threads, sole) for name, path in catalogues.items())
        return
    with workers(processes) as pool:
        waiting: dict[str, list[Future[str | None]]] = {name: [] for name in catalogues}
        for some in _parts(names):  # what stands apart comes last, for whoever is done
            for name, path in catalogues.items():
                waiting[name].append(pool.submit(_on, name, path, some, setting, threads, sole))
        for parts in waiting.values():
            refusals = [part.result() for part in parts]
            yield refusals[0]


def _parts(names: Sequence[str]) -> list[list[str]]:
    """The experiments that one process does with the same models, and each that stands apart."""
    apart = [name for name in names if name in APART]
    together = [name for name in names if name not in APART]
    return [part for part in (together, *([name] for name in apart)) if part]


def _on(
    name: str, path: Path, names: Sequence[str], setting: Setting, threads: int, sole: bool
) -> str | None:
    """These experiments on one catalogue. An error is shown at once: the others may take an hour."""
    try:
        torch.set_num_threads(threads)
        return _all(name, path, names, setting, sole)
    except Exception as error:
        if not isinstance(error, Problem):
            traceback.print_exc()
        raise


def _all(name: str, path: Path, names: Sequence[str], setting: Setting, sole: bool) -> str | None:
    """`sole`: no other experiment was asked for, so that not being possible is a refusal, in these words."""
    study = study_on(name, path, setting)
    source = f" --manifest {named(path)}" if setting.manifests else f" --images {setting.images}"
    for experiment in names:
        command = f"mtss experiment {experiment} --out DIR --seeds {setting.seeds}{source}{setting.flags}"
        began = time.monotonic()
        try:
            report = EXPERIMENTS[experiment](study)
        except (NotPossible, TooFewLabels) as error:
            if sole:
                return f"{experiment} is not possible on {study.name}: {error}"
            report = Report(f"{experiment}: not possible here", f"Not measured on {study.name}: {error}.")
        text = _written(report, experiment, study.name, setting.out / name, command)
        sys.stdout.write(f"{text}\n({experiment} on {study.name}: {time.monotonic() - began:.0f} s)\n\n")
        sys.stdout.flush()
    return None


def _catalogues(setting: Setting) -> tuple[dict[str, Path], list[str]]:
    """A manifest for each, and what is to be said of one that is missing."""
    if setting.manifests:
        return _named(setting.manifests), []
    found = {f"{_prefix(setting)}garments": _garments(setting)}
    if setting.emoji is None:
        return found, []
    target = setting.out / "emoji-catalogue"
    try:
        if not (target / MANIFEST).is_file():
            emoji.prepare(fetch(setting.emoji), target)
    except Problem as problem:
        return found, [f"Emoji were not measured: {problem}.", ""]
    path = _emoji(setting, target / MANIFEST)
    return found | {f"{_prefix(setting)}emoji": path}, _too_few(setting, path)


def _prefix(setting: Setting) -> str:
    return f"{HELD_OUT}-" if setting.held_out else ""


def _garments(setting: Setting) -> Path:
    if setting.held_out:
        images = setting.images * setting.seeds
        return drawn(setting.out / f"{HELD_OUT}-catalogue-{images}", images, HELD_OUT_SEED)
    return drawn(setting.out / "catalogue", setting.images, GARMENTS_SEED)


def _emoji(setting: Setting, manifest: Path) -> Path:
    if setting.held_out:
        others = others_than(manifest, some_of(manifest, IMAGES))
        return some_of(others, setting.images * setting.seeds)
    return some_of(manifest, setting.images)


def _too_few(setting: Setting, manifest: Path) -> list[str]:
    """What is to be said where held-out emoji are not as many as was asked for: their number is limited."""
    found, asked = len(Manifest.read(manifest).samples), setting.images * setting.seeds
    if not setting.held_out or found > LEAST_FOUND * asked:
        return []
    return [
        f"There are {found} held-out emoji, {found // setting.seeds} a seed instead of {setting.images}.",
        "",
    ]


def _written(report: Report, name: str, catalogue: str, folder: Path, command: str) -> str:
    """Its text, which is also in the folder, with its drawing."""
    text = report.text(command)
    if (drawing := report.drawing or table_plot(report.lines)) is not None:
        drawing.draw(folder / f"{name}.svg")
        text += f"\n![{report.title}]({catalogue}/{name}.svg)\n"
    replace_file(folder / f"{name}.md", text.encode())
    return text


def _named(manifests: Sequence[Path]) -> dict[str, Path]:
    """A name for each: its folder's, with a number where two folders are called the same."""
    found: dict[str, Path] = {}
    for path in manifests:
        name = path.absolute().parent.name or "catalogue"
        found[name if name not in found else f"{name}-{len(found) + 1}"] = path
    return found


def study_on(name: str, manifest: Path, setting: Setting) -> Study:
    """What experiments work on; features are kept in OUT/<name>.

    A manifest of the user's own keeps its split, where it gives every image one (DeepFashion's is official).
    """
    whole = Manifest.read(manifest)
    space = LabelSpace([whole.space[name] for name in setting.types]) if setting.types else whole.space
    folder = setting.out / name
    folder.mkdir(parents=True, exist_ok=True)
    chosen = Manifest(whole.samples, whole.root, space)
    sources = Sources(chosen, store_at=folder / "features.npz", weights=setting.weights)
    with in_turn(folder / LOCK):  # another process of this run may be computing the same features
        prepared = prepare(sources, Run(), setting.config)

    def corrupt(rows: np.ndarray, ratio: float, seed: int) -> Corrupted:
        return prepared.corrupt(rows, ratio, seed, Run())

    given = split_domains(whole.samples) if setting.manifests else ()
    seeds = range(setting.seeds)
    return Study(
        name,
        prepared.data,
        seeds,
        setting.config,
        setting.device,
        corrupt,
        given=given,
        dealt=setting.held_out,
    )
