"""Freezing what people have said into a job folder: the manifest and the features that training reads.

The child never opens the database: what it learns from stands still from here on.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.domain.decision import Decision, State
from app.domain.ids import ItemId, TypeId
from app.domain.item import Item
from app.domain.schema import Schema
from app.services import splits
from app.services.examples import values_of
from app.services.job_folder import JobFolder
from app.services.mapping import label_space_of
from app.services.type_ranker import Value
from app.store import decisions, items
from app.store.workspace import Workspace
from mtss.content import content_key
from mtss.manifest import Manifest, Sample

_BATCH = 2_000

Said = dict[ItemId, dict[TypeId, Decision]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was frozen: labelled images, and how many of them each split holds."""

    labelled: int
    by_split: Mapping[str, int]


def said(workspace: Workspace, schema: Schema) -> Said:
    """All current decisions on usable images, rejections of single classes included.

    One that speaks of a class made after ``schema`` was read is left out: without it, it would say "none".
    """
    found: Said = {}
    for attribute in schema.types:
        for item, _, decision in decisions.of_type(workspace, attribute.id):
            if all(map(schema.has_class, (*decision.classes, *decision.rejected))):
                found.setdefault(item, {})[attribute.id] = decision
    return found


def freeze(workspace: Workspace, schema: Schema, folder: JobFolder, backbone: str | None) -> Snapshot:
    """Write manifest.jsonl, labels.json, learned.json and features.npz into the job's folder.

    ``backbone`` names the stored features to hand over; None hands over none. Images that nobody labelled
    stay behind: the student begins as its teachers, and they would teach it nothing. Raises OSError.
    """
    spoken = said(workspace, schema)
    labelled = [i for i in _items(workspace, spoken) if i.content_hash]
    parts = _split(workspace, labelled)
    samples = [_sample(i, spoken[i.id], schema, parts[i.content_hash]) for i in labelled]
    Manifest(samples, folder.path, label_space_of(schema)).write(folder.manifest)
    _write_learned(folder.path / "learned.json", labelled, spoken)
    if backbone is not None:
        _write_features(workspace, folder, backbone, [feature_key(i) for i in labelled])
    counts = {part: sum(s.split == part for s in samples) for part in ("train", "val", "test")}
    return Snapshot(len(labelled), counts)


def feature_key(item: Item) -> str:
    """The name under which an item's features are stored; empty until it was read."""
    return content_key(item.content_hash, item.box) if item.content_hash else ""


def read_learned(path: Path) -> dict[TypeId, dict[str, frozenset[Value]]]:
    """What a model was told, by type and content key; empty for a model made elsewhere."""
    if not path.exists():
        return {}
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {
        TypeId(int(type_id)): {
            content: values_of(Decision(State(state), tuple(classes)))
            for content, (state, classes) in images.items()
        }
        for type_id, images in entries.items()
    }


def _items(workspace: Workspace, spoken: Iterable[ItemId]) -> list[Item]:
    ids = sorted(spoken)
    return [
        item
        for start in range(0, len(ids), _BATCH)
        for item in items.items(workspace, ids[start : start + _BATCH])
    ]


def _split(workspace: Workspace, labelled: Iterable[Item]) -> dict[str, splits.Split]:
    """The splits of all images here, remembered for every later version."""
    path = workspace.folder / "models" / "splits.jsonl"
    known = splits.read(path)
    parts = splits.assign({i.content_hash: i.name for i in labelled}, known)
    splits.remember(path, known | parts)
    return parts


def _sample(item: Item, spoken: Mapping[TypeId, Decision], schema: Schema, split: splits.Split) -> Sample:
    labels: dict[str, tuple[str, ...]] = {}
    negative: dict[str, tuple[str, ...]] = {}
    not_applicable: list[str] = []
    partial: list[str] = []
    for attribute in schema.types:
        decision = spoken.get(attribute.id)
        if decision is None:
            continue
        names = {c.id: c.name for c in attribute.classes}
        if decision.state is State.NOT_APPLICABLE:
            not_applicable.append(attribute.name)
        elif decision.state is not State.UNSEEN:
            labels[attribute.name] = tuple(names[c] for c in decision.classes if c in names)
        if decision.partial:
            partial.append(attribute.name)
        if decision.rejected:
            negative[attribute.name] = tuple(names[c] for c in decision.rejected if c in names)
    return Sample(
        image=item.path,
        labels=labels,
        split=split,
        box=item.box,
        group=splits.group_of(item.name),
        not_applicable=tuple(not_applicable),
        partial=tuple(partial),
        negative=negative,
        hash=item.content_hash,
    )


def _write_learned(path: Path, labelled: Iterable[Item], spoken: Said) -> None:
    told: dict[TypeId, dict[str, tuple[str, list[int]]]] = {}
    for item in labelled:
        for type_id, decision in spoken[item.id].items():
            entry = (str(decision.state), [int(c) for c in decision.classes])
            told.setdefault(type_id, {})[feature_key(item)] = entry
    path.write_text(json.dumps(told), encoding="utf-8")


def _write_features(workspace: Workspace, folder: JobFolder, backbone: str, wanted: list[str]) -> None:
    """Write those of the wanted features that are stored."""
    rows: dict[str, bytes] = {}
    for start in range(0, len(wanted), _BATCH):
        rows |= workspace.derived.features(backbone, wanted[start : start + _BATCH])
    if rows:
        features = np.stack([np.frombuffer(row, np.float16) for row in rows.values()])
        np.savez(
            folder.features, hash=np.array(list(rows)), features=features, backbone_id=np.array(backbone)
        )


def says_something(decision: Decision) -> bool:
    """Whether training can learn from a decision; rejections alone are too little to count an image."""
    return decision.state is not State.UNSEEN
