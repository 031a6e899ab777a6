"""Looking through image folders: what is new, changed, gone or back. Never writes to them."""

import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from app.domain.changes import ChangeSet
from app.domain.errors import NotPossible
from app.domain.ids import FolderId
from app.domain.item import FoundImage
from app.domain.paths import shown
from app.domain.progress import Progress, Step
from app.services.projects import Project
from app.services.walking import VANISHED, Walk
from app.store import folders
from app.store.predictions import forget_predictions
from app.store.scans import FolderScan

_FIRST = 100  # the first screen of a new folder must not wait for a whole batch
_BATCH = 1_000
_NAMED = 3  # so many folders that cannot be read are named


def add_folder(project: Project, path: Path) -> tuple[FolderId, ChangeSet]:
    """Refer to an image folder, in place. Raises NotPossible for what is no folder."""
    if not path.is_dir():
        raise NotPossible(f"{shown(str(path))} is not a folder that can be read.")
    return folders.add(project.workspace, path.absolute()), ChangeSet(library=True)


def folder_list(project: Project) -> list[folders.Folder]:
    """The project's image folders with their counts and problems."""
    return folders.folders(project.workspace, len(project.schema().types))


def scan(project: Project, folder_id: FolderId | None = None) -> Iterator[Step]:
    """Look through one folder, or all. Yields after each batch written; close it to cancel.

    A cancelled scan keeps what it wrote and marks nothing as gone.
    """
    paths = folders.paths(project.workspace)
    for known, path in paths.items():
        if folder_id in (None, known):
            yield from _scan_folder(project, known, Path(path))


def _scan_folder(project: Project, folder: FolderId, path: Path) -> Iterator[Step]:
    walk = Walk(path)
    scan_ = FolderScan(project.workspace, folder)
    began, done = time.perf_counter(), 0
    words = f"Looking through {shown(path.name or str(path))}"
    for batch in _batches(iter(walk)):
        result = scan_.take(batch)
        forget_predictions(project.workspace, result.changed)
        done += len(batch)
        rate = done / max(time.perf_counter() - began, 1e-6)
        touched = bool(result.new or result.back or result.changed)
        yield Step(Progress(done, None, words, rate), ChangeSet(library=touched, predictions=touched))
    problem = _problem(path, walk)
    lost = scan_.finish([(relative, words if relative else problem) for relative, words in walk.unreadable])
    forget_predictions(project.workspace, lost)
    changes = folders.set_problem(project.workspace, folder, problem)
    yield Step(Progress(done, done, words), changes)


def _batches(found: Iterator[FoundImage]) -> Iterator[list[FoundImage]]:
    size = _FIRST
    while batch := list(islice(found, size)):
        yield batch
        size = _BATCH


def _problem(path: Path, walk: Walk) -> str:
    """Why the folder as a whole cannot be read, or what in it cannot, or ""."""
    if not any(relative == "" for relative, _ in walk.unreadable):
        return _problem_within(path, [r for r, words in walk.unreadable if words != VANISHED])
    if not path.exists():
        return f"The folder {shown(str(path))} is not there any more. Its labels are kept."
    return f"The folder {shown(str(path))} cannot be read. Its labels are kept."


def _problem_within(path: Path, locked: Sequence[str]) -> str:
    if not locked:
        return ""
    named = ", ".join(shown(relative) for relative in locked[:_NAMED])
    more = f" and {len(locked) - _NAMED:,} more" if len(locked) > _NAMED else ""
    what = "A folder in it" if len(locked) == 1 else f"{len(locked):,} folders in it"
    return f"{shown(str(path))}: {what} cannot be read: {named}{more}. What is labelled there is kept."
