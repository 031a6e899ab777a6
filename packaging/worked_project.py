"""Makes of the demo catalogue a project that has been worked on: labelled in part, and retrained once."""

from __future__ import annotations

import fcntl
import sys
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from app.domain.jobs import JobState
from app.services import adopting, importing, projects, registry, runtime, scanning, training
from app.services.job_folder import folder_of
from app.services.projects import Project
from app.services.suggesting import Suggester
from mtss.manifest import Manifest

LEFT_UNSEEN = 4
"""Every so many articles stay unlabelled, for the queue and the suggestions to show."""


def main() -> int:
    """Work in LAPEL_HOME; exits 1 when the training fails."""
    project = projects.open_demo()
    try:
        for _ in scanning.scan(project):
            pass
        registry.ensure_active(project)
        _predict(project)
        _label(project)
        _train(project)
        _predict(project)
    finally:
        project.close()
    return 0


def _label(project: Project) -> None:
    [folder] = scanning.folder_list(project)
    whole = Manifest.read(Path(folder.path) / "manifest.jsonl")
    groups = [list(g) for _, g in groupby(whole.samples, key=lambda s: s.group)]
    labelled = [s for n, group in enumerate(groups) if n % LEFT_UNSEEN for s in group]
    kept = [replace(s, image=str(whole.resolve(s))) for s in labelled]
    part = project.folder / "labels"
    part.mkdir()
    Manifest(kept, part, whole.space).write(part / "manifest.jsonl")
    for _ in importing.import_manifest(project, folder.id, part / "manifest.jsonl", "ana"):
        pass


def _train(project: Project) -> None:
    found = runtime.find(runtime.home())
    if found is None:
        raise SystemExit("Training needs torch: run `make install` first.")
    job = training.start(project, found)
    with folder_of(project, job.id).lock.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the child holds it as long as it lives
    [job] = [j for j in training.poll(project)[0] if j.id == job.id]
    if job.state is not JobState.SUCCEEDED:
        raise SystemExit(f"The training ended as {job.state}: {job.reason}")
    print(adopting.adopt(project, job).words)


def _predict(project: Project) -> None:
    for _ in Suggester(project).compute():
        pass


if __name__ == "__main__":
    sys.exit(main())
