"""Labels of a manifest become decisions: read through once before anything is written, then one step."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.changes import ChangeSet
from app.domain.decision import Change
from app.domain.ids import FolderId, ItemId, StepId
from app.domain.progress import Progress, Step
from app.domain.schema import Schema
from app.services.manifest_lines import details_of, path_below, to_decision
from app.services.manifest_reading import Line, batches
from app.services.manifest_survey import define_missing, missing, survey, types_of
from app.services.projects import Project
from app.store import decisions, folders, items
from app.store.decisions import Imported
from mtss.sample import Sample

NAMES = ("manifest.jsonl", "labels.jsonl")

Located = list[tuple[Line, ItemId | None]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. ``known`` of the ``images`` are in the folder; ``labels`` counts values."""

    images: int
    known: int
    labels: int
    new_types: tuple[str, ...]
    new_classes: tuple[tuple[str, str], ...]


def find_manifest(folder: Path) -> Path | None:
    """A manifest that lies in an image folder, or None."""
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def preview(project: Project, folder_id: FolderId, manifest: Path) -> Preview:
    """Read the whole manifest and say what an import would do. Raises ImportFailed with file and line."""
    found = survey(manifest, project.schema())
    known = sum(
        item is not None
        for batch in batches(manifest)
        for _, item in _locate(project, folder_id, manifest, [_without_box(line) for line in batch])
    )
    return Preview(found.images, known, found.labels, *missing(project.schema(), found))


def import_manifest(project: Project, folder_id: FolderId, manifest: Path, annotator: str) -> Iterator[Step]:
    """Import as one step that undo takes back; what was decided before is kept.

    Types and classes that are missing are made. The last Step's words say what was done; close the
    iterator to stop early: what is imported by then stays, undoable. A manifest with a fault raises
    ImportFailed before anything is written.
    """
    found = survey(manifest, project.schema())
    doing = f"Importing {manifest.name}"
    yield Step(Progress(0, found.images, doing), define_missing(project, manifest, found))
    step: StepId | None = None
    done = unknown = 0
    touched: set[ItemId] = set()
    for batch in batches(manifest):
        boxes = _add_boxes(project, folder_id, manifest, batch)
        located = _locate(project, folder_id, manifest, batch)
        rows = [row for line, item in located if item for row in _rows(project.schema(), line, item)]
        step, written = decisions.import_some(
            project.workspace, step, rows, f"Import of {manifest.name}", annotator
        )
        done += len(batch)
        unknown += sum(item is None for _, item in located)
        touched |= written
        changes = ChangeSet(items=written, decisions=bool(written), library=boxes)
        yield Step(Progress(done, found.images, doing), changes)
    told = f"Labels imported for {len(touched)} images"
    if unknown:
        told += f"; {unknown} images of the file are not in this folder"
    yield Step(Progress(done, done, told))


def _rows(schema: Schema, line: Line, item: ItemId) -> Iterator[Imported]:
    for spelling in types_of(line.sample):
        kind = schema.type_named(spelling)
        decision = None if kind is None else to_decision(line.sample, spelling, kind)
        if kind is not None and decision is not None:
            who, when, shown = details_of(line.entries, spelling)
            yield Imported(Change(item, kind.id, decision, shown), who, when)


def _box(sample: Sample) -> str:
    if sample.box is None:
        return ""
    x, y, width, height = (round(v) for v in sample.box)
    return items.box_text((x, y, max(width, 1), max(height, 1)))


def _without_box(line: Line) -> Line:
    return replace(line, sample=replace(line.sample, box=None))


def _places(root: str, manifest: Path, line: Line) -> list[str]:
    """Where the image may lie below the folder: as the line's path says, else as Lapel noted it."""
    absolute = os.path.normpath(manifest.parent.absolute() / line.sample.image)
    places = [os.path.relpath(absolute, root)]
    if (noted := path_below(line.entries)) is not None:
        places.append(noted)
    return places


def _locate(project: Project, folder_id: FolderId, manifest: Path, batch: list[Line]) -> Located:
    root = folders.paths(project.workspace)[folder_id]
    places = {line.number: _places(root, manifest, line) for line in batch}
    wanted = sorted({place for found in places.values() for place in found})
    known = items.ids_by_path(project.workspace, folder_id, wanted)
    return [
        (line, next((known[p, box] for p in places[line.number] if (p, box) in known), None))
        for line in batch
        for box in [_box(line.sample)]
    ]


def _add_boxes(project: Project, folder_id: FolderId, manifest: Path, batch: list[Line]) -> bool:
    root = folders.paths(project.workspace)[folder_id]
    boxes = [
        (place, _box(line.sample))
        for line in batch
        if line.sample.box is not None
        for place in _places(root, manifest, line)
    ]
    if boxes:
        items.add_boxes(project.workspace, folder_id, boxes)
    return bool(boxes)
