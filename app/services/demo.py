"""The main job without a screen: a catalogue becomes a project, corrections become a better model.

``python -m app.services.demo --keep DIR`` leaves catalogue and project in DIR.
"""

from __future__ import annotations

import argparse
import fcntl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.decision import Change, Decision, State
from app.domain.errors import LapelError
from app.domain.ids import ItemId
from app.domain.jobs import JobState
from app.domain.progress import Step
from app.domain.query import ImageQuery
from app.domain.schema import Schema, Selection
from app.domain.templates import Template, TypeTemplate
from app.services import (
    adopting,
    annotating,
    browsing,
    places,
    projects,
    registry,
    runtime,
    scanning,
    training,
)
from app.services.assembling import open_active
from app.services.comparison import Scores, evaluate, mean_of
from app.services.held_out import HeldOut
from app.services.job_folder import folder_of
from app.services.projects import Project
from app.services.suggesting import Suggester
from mtss.manifest import Manifest, Sample

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """``images`` to draw, of which at most ``labelled`` are corrected; ``folder`` must be new or empty."""

    folder: Path
    images: int
    labelled: int
    seed: int
    device: str


@dataclass(frozen=True, slots=True)
class Told:
    """F1@1 of old and new on images nobody corrected, and where the project lies."""

    old: Scores
    new: Scores
    project: Path


def run(plan: Plan, say: Say) -> Told:
    """Do the whole job. Raises LapelError in words when a part of it cannot be done."""
    found = runtime.find(places.data_folder() / "runtime")
    if found is None:
        raise LapelError("Training needs torch: run `make install` first.")
    manifest = draw(plan, say)
    project = _open(plan.folder, manifest)
    try:
        _finish(scanning.scan(project))
        by_path = _items(project)
        suggester = Suggester(project)
        say(f"Suggesting with the {suggester.model.name}, which knows none of these categories")
        began = time.perf_counter()
        _finish(suggester.compute())
        say(f"  {len(by_path)} images read, {len(by_path) / (time.perf_counter() - began):.0f} a second")
        held_out = _held_out(project, manifest, by_path)
        old = _scores(project, held_out)
        _correct(project, manifest, by_path, plan.labelled, say)
        suggester.refresh()
        say(f"  learned at once: {suggester.version}")
        _retrain(project, found, plan, say)
        suggester.refresh()
        new = _scores(project, held_out)
        say(f"Suggesting again with {suggester.version}, from stored features")
        _finish(suggester.compute())
    finally:
        project.close()
    for line in table(old, new):
        say(line)
    return Told(old, new, project.folder)


def draw(plan: Plan, say: Say, every: float = 10) -> Manifest:
    """Draw a catalogue whose categories the shipped student has never seen; how far it is, ``every`` s.

    Raises LapelError.
    """
    target = plan.folder / "catalogue"
    if not (target / "manifest.jsonl").exists():
        say(f"Drawing {plan.images} garments")
        command = [sys.executable, "-P", "-m", "mtss", "prepare", "garments", "--vocabulary", "extended"]
        command += ["--images", str(plan.images), "--out", str(target), "--seed", str(plan.seed)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as child:
            errors = _told_while_drawing(child, plan, say, every)
        if child.returncode:
            raise LapelError(errors.strip().splitlines()[-1] if errors else "Drawing failed.")
    return Manifest.read(target / "manifest.jsonl")


def _told_while_drawing(child: subprocess.Popen[str], plan: Plan, say: Say, every: float) -> str:
    """What the child complained of, once it has ended."""
    while True:
        try:
            return child.communicate(timeout=every)[1]
        except subprocess.TimeoutExpired:
            say(f"  {sum(1 for _ in plan.folder.rglob('*.jpg'))} of {plan.images} drawn")


def table(old: Scores, new: Scores) -> list[str]:
    """Old against new, a line a type."""
    lines = [
        "",
        "Both models on the catalogue's test images, which nobody corrected and no training saw. The figure",
        "above is the project's own: from the corrected images that it kept back from this training.",
        "",
        f"{'F1@1 on test images':<26}{'images':>8}{'before':>9}{'after':>9}",
    ]
    lines += [
        f"{name:<26}{count:>8}{old.f1.get(name, 0):>9.1%}{new.f1.get(name, 0):>9.1%}"
        for name, count in new.images.items()
    ]
    before, after = mean_of(old.f1, new.images) or 0.0, mean_of(new.f1, new.images) or 0.0
    return [*lines, f"{'mean':<34}{before:>9.1%}{after:>9.1%}", ""]


def _open(folder: Path, manifest: Manifest) -> Project:
    types = tuple(TypeTemplate(t.name, Selection(t.selection), t.classes) for t in manifest.space.types)
    template = Template("catalogue", "Catalogue", "The drawn catalogue's own types.", types)
    return projects.create(folder / "project", template, [manifest.root], name="Drawn catalogue")


def _items(project: Project) -> dict[str, ItemId]:
    ids = [ItemId(i) for i in browsing.order(project, ImageQuery())]
    return {item.path: item.id for item in browsing.items(project, ids)}


def _held_out(project: Project, manifest: Manifest, by_path: dict[str, ItemId]) -> HeldOut:
    """The catalogue's test images; nobody corrects these."""
    samples = {by_path[str(manifest.resolve(s))]: s for s in manifest.samples if s.split == "test"}
    known = browsing.items(project, list(samples))
    return HeldOut(tuple(replace(samples[i.id], hash=i.content_hash) for i in known), manifest.root)


def _scores(project: Project, held_out: HeldOut) -> Scores:
    opened = open_active(project)
    mapped = registry.mapping(project, opened.version, opened.predictor)
    return evaluate(project.workspace, opened.predictor, mapped, project.schema(), held_out)


def _correct(project: Project, manifest: Manifest, by_path: dict[str, ItemId], most: int, say: Say) -> None:
    """Say of the first images what the catalogue knows of them, an image a step, as a person would."""
    learning = [s for s in manifest.samples if s.split != "test"][:most]
    say(f"Correcting {len(learning)} images")
    began = time.perf_counter()
    for sample in learning:
        item = by_path[str(manifest.resolve(sample))]
        changes = _changes(project.schema(), item, sample)
        if changes:
            annotating.decide(project, changes, "Correction", "demo")
    taken = time.perf_counter() - began
    say(f"  {len(learning) / taken:.0f} images a second reach the disk")


def _changes(schema: Schema, item: ItemId, sample: Sample) -> list[Change]:
    changes: list[Change] = []
    for kind in schema.types:
        if kind.name in sample.not_applicable:
            changes.append(Change(item, kind.id, Decision(State.NOT_APPLICABLE)))
        elif kind.name in sample.labels:
            found = [kind.class_named(name) for name in sample.labels[kind.name]]
            classes = tuple(c.id for c in found if c)
            state = State.LABELLED if classes else State.NONE
            changes.append(Change(item, kind.id, Decision(state, classes)))
    return changes


def _retrain(project: Project, found: runtime.Runtime, plan: Plan, say: Say) -> None:
    """Start a training, wait until its lock is free, and take its model over."""
    job = training.start(project, found, device=plan.device, seed=plan.seed)
    say(f"Training on {job.labels} labelled images, in a process of its own")
    began = time.perf_counter()
    with folder_of(project, job.id).lock.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    ended = next(j for j in training.poll(project)[0] if j.id == job.id)
    if ended.state is not JobState.SUCCEEDED:
        raise LapelError(ended.reason)
    say(f"  {time.perf_counter() - began:.0f} s on {ended.device}")
    say(f"  {adopting.adopt(project, ended).words}")


def _finish(steps: Iterable[Step]) -> None:
    for _ in steps:
        pass


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; exit 2 and one line when a part of the job cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m app.services.demo", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave catalogue and project in DIR")
    parser.add_argument("--images", type=int, default=1_200)
    parser.add_argument("--labelled", type=int, default=600)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    options = parser.parse_args(arguments)

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    try:
        with tempfile.TemporaryDirectory() as passing:
            folder: Path = options.keep or Path(passing)
            folder.mkdir(parents=True, exist_ok=True)
            plan = Plan(folder.absolute(), options.images, options.labelled, options.seed, options.device)
            told = run(plan, say)
            if options.keep:
                say(f"The project lies in {told.project}")
    except LapelError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
