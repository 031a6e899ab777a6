"""All decisions as a file, after saying what the format cannot hold."""

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from app.domain.decision import Decision, State
from app.domain.errors import ExportFailed
from app.domain.ids import FolderId
from app.domain.item import Item
from app.domain.paths import shown
from app.domain.progress import Progress, Step
from app.domain.schema import AttributeType, Schema
from app.services.files import replacing
from app.services.manifest_lines import to_line
from app.services.mapping import label_space_of
from app.services.projects import Project
from app.store import decisions, folders
from app.store.standing import Records, Standing, standing
from mtss import labels

_BATCH = 1_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def loses(project: Project, format_name: str) -> list[str]:
    """What a file of this format ("jsonl", "csv") will not hold, in words to be said beforehand."""
    lost: list[str] = []
    if past := decisions.past(project.workspace):
        lost.append(f"{past} earlier decisions that newer ones replaced")
    if format_name == "csv":
        lost += ["who decided and when", "which suggestion was on screen", *_lost_in_csv(project)]
    return lost


def _lost_in_csv(project: Project) -> list[str]:
    rejected = partial = joined = guarded = paths = 0
    with standing(project.workspace) as said:
        kinds = {kind.id: kind for kind in said.schema.types}
        for item, records in said:
            values = [r.decision for r in records.values()]
            rejected += sum(len(v.rejected) for v in values)
            partial += sum(v.partial for v in values)
            joined += sum(len(v.classes) > 1 for v in values)
            guarded += sum(_joined(kinds[t], r.decision).startswith(_FORMULA) for t, r in records.items())
            paths += shown(item.path) != item.path
    told = {
        f"{rejected} rejected classes": rejected,
        f"that {partial} labels are partial: more classes may apply": partial,
        f"{joined} values of several classes stand joined by |": joined,
        f"{guarded} values that begin as a formula stand behind an apostrophe": guarded,
        f"the bytes of {paths} file names, which stand as they are shown": paths,
    }
    return [words for words, count in told.items() if count]


def export_jsonl(project: Project, path: Path) -> Iterator[Step]:
    """Write everything that stands decided, one image a line, with ``labels.json`` beside it.

    The file is also a manifest for training. What is decided meanwhile is not in it. Close the iterator to
    cancel. Raises ExportFailed.
    """
    roots = folders.paths(project.workspace)
    with standing(project.workspace) as said:
        yield from _write_space(said.schema, path.parent / "labels.json")

        def line(item: Item, records: Records) -> str:
            below = _below(item, roots)
            return json.dumps(to_line(item, below, records, said.schema), ensure_ascii=True) + "\n"

        with replacing(path) as file:
            yield from _writing(said, lambda item, records: file.write(line(item, records)))


def export_csv(project: Project, path: Path) -> Iterator[Step]:
    """Write one row an image and one column a type; what is decided meanwhile is not in it.

    Close the iterator to cancel. Raises ExportFailed.
    """
    with standing(project.workspace) as said, replacing(path) as file:
        types = said.schema.types
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["image", "box", *(_safe(kind.name) for kind in types)])

        def write(item: Item, records: Records) -> None:
            box = "" if item.box is None else " ".join(map(str, item.box))
            cells = [_cell(kind, records[kind.id].decision) if kind.id in records else "" for kind in types]
            writer.writerow([_safe(shown(item.path)), box, *cells])

        yield from _writing(said, write)


def _writing(said: Standing, write: Callable[[Item, Records], object]) -> Iterator[Step]:
    for done, (item, records) in enumerate(said):
        if done % _BATCH == 0:
            yield Step(Progress(done, len(said), "Writing decisions"))
        write(item, records)
    yield Step(Progress(len(said), len(said), f"{len(said)} images written"))


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
            return _safe(_joined(kind, decision))


def _joined(kind: AttributeType, decision: Decision) -> str:
    names = {c.id: c.name for c in kind.classes}
    return "|".join(names[c] for c in decision.classes)


def _safe(text: str) -> str:
    """The text such that no spreadsheet takes it for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def _write_space(schema: Schema, path: Path) -> Iterator[Step]:
    if path.exists() and not _is_ours(path):
        raise ExportFailed(
            f"There is a labels.json of something else in {path.parent}. It was left as it is. Choose "
            "another folder: the export puts its own labels.json beside the file."
        )
    with replacing(path) as file:
        json.dump(label_space_of(schema).to_json() | {"made_by": "lapel"}, file, indent=1)
    yield Step(Progress(0, None, "Writing labels.json"))


def _is_ours(path: Path) -> bool:
    try:
        stored = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(stored, dict) and stored.get("made_by") == "lapel"
