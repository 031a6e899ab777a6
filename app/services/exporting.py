"""All decisions as a file, after saying what the format cannot hold."""

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from app.domain.decision import Decision, DecisionRecord, State
from app.domain.errors import ExportFailed
from app.domain.ids import FolderId, ItemId, TypeId
from app.domain.item import Item
from app.domain.paths import shown
from app.domain.progress import Progress, Step
from app.domain.schema import AttributeType, Schema
from app.services.files import replacing
from app.services.manifest_lines import to_line
from app.services.projects import Project
from app.store import decisions, folders, items
from mtss import labels

_BATCH = 1_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Records = Mapping[TypeId, DecisionRecord]


def loses(project: Project, format_name: str) -> list[str]:
    """What a file of this format ("jsonl", "csv") will not hold, in words to be said beforehand."""
    lost: list[str] = []
    if past := decisions.past(project.workspace):
        lost.append(f"{past} earlier decisions that newer ones replaced")
    if format_name == "csv":
        joined = rejected = 0
        for _, records in _each(project):
            joined += sum(len(r.decision.classes) > 1 for r in records.values())
            rejected += sum(len(r.decision.rejected) for r in records.values())
        lost += ["who decided and when", "which suggestion was on screen"]
        if rejected:
            lost.append(f"{rejected} rejected classes")
        if joined:
            lost.append(f"{joined} values of several classes stand joined by |")
    return lost


def export_jsonl(project: Project, path: Path) -> Iterator[Step]:
    """Write everything that stands decided, one image a line, with ``labels.json`` beside it.

    The file is also a manifest for training. Close the iterator to cancel. Raises ExportFailed.
    """
    schema = project.schema()
    yield from _write_space(schema, path.parent / "labels.json")
    roots = folders.paths(project.workspace)

    def line(item: Item, records: Records) -> str:
        below = _below(item, roots)
        return json.dumps(to_line(item, below, records, schema), ensure_ascii=True) + "\n"

    with replacing(path) as file:
        yield from _writing(project, lambda item, records: file.write(line(item, records)))


def export_csv(project: Project, path: Path) -> Iterator[Step]:
    """Write one row an image and one column a type. Close the iterator to cancel. Raises ExportFailed."""
    types = project.schema().types
    with replacing(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["image", "box", *(_safe(kind.name) for kind in types)])

        def write(item: Item, records: Records) -> None:
            box = "" if item.box is None else " ".join(map(str, item.box))
            cells = [_cell(kind, records[kind.id].decision) if kind.id in records else "" for kind in types]
            writer.writerow([_safe(shown(item.path)), box, *cells])

        yield from _writing(project, write)


def _writing(project: Project, write: Callable[[Item, Records], object]) -> Iterator[Step]:
    total = len(decisions.spoken_of(project.workspace))
    done = 0
    for item, records in _each(project):
        write(item, records)
        done += 1
        if done % _BATCH == 0:
            yield Step(Progress(done, total, "Writing decisions"))
    yield Step(Progress(done, done, f"{done} images written"))


def _each(project: Project) -> Iterator[tuple[Item, Records]]:
    ids = [ItemId(i) for i in decisions.spoken_of(project.workspace)]
    for start in range(0, len(ids), _BATCH):
        piece = ids[start : start + _BATCH]
        found = decisions.current(project.workspace, piece)
        for item in items.items(project.workspace, piece):
            yield item, found[item.id]


def _below(item: Item, roots: Mapping[FolderId, str]) -> str:
    return os.path.relpath(item.path, roots[item.folder])


def _cell(kind: AttributeType, decision: Decision) -> str:
    match decision.state:
        case State.NONE:
            return labels.NONE
        case State.NOT_APPLICABLE:
            return labels.NOT_APPLICABLE
        case State.UNSEEN:
            return ""
        case State.LABELLED:
            names = {c.id: c.name for c in kind.classes}
            return _safe("|".join(names[c] for c in decision.classes))


def _safe(text: str) -> str:
    """The text such that no spreadsheet takes it for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def _write_space(schema: Schema, path: Path) -> Iterator[Step]:
    space = labels.LabelSpace(
        [
            labels.AttributeType(
                kind.name,
                tuple(c.name for c in kind.classes),
                kind.selection.value,
                tuple(int(c.id) for c in kind.classes),
            )
            for kind in schema.types
        ]
    )
    if path.exists() and not _is_ours(path):
        raise ExportFailed(
            f"There is a labels.json of something else in {path.parent}. It was left as it is. Choose "
            "another folder: the export puts its own labels.json beside the file."
        )
    with replacing(path) as file:
        json.dump(space.to_json() | {"made_by": "lapel"}, file, indent=1)
    yield Step(Progress(0, None, "Writing labels.json"))


def _is_ours(path: Path) -> bool:
    try:
        stored = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(stored, dict) and stored.get("made_by") == "lapel"
