"""What a training would learn from if it were started now: said to the user before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.services import preparing, snapshot, splits
from app.store import items

if TYPE_CHECKING:
    from app.services.projects import Project

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """``labels`` counts decided images by type's name, in display order. ``held_out`` of the ``images`` are
    never trained on and judge the new version. ``problem`` says why it cannot start; empty when it can."""

    labels: dict[str, int]
    images: int
    held_out: int
    problem: str


def plan(project: Project) -> TrainingPlan:
    """Count what is labelled, without freezing anything."""
    schema = project.schema()
    spoken = snapshot.said(project.workspace, schema)
    counts = {
        t.name: sum(t.id in s and snapshot.says_something(s[t.id]) for s in spoken.values())
        for t in schema.types
    }
    ids = sorted(i for i, said in spoken.items() if any(map(snapshot.says_something, said.values())))
    names: dict[str, str] = {}
    for start in range(0, len(ids), _BATCH):
        found = items.items(project.workspace, ids[start : start + _BATCH])
        names |= {i.content_hash: i.name for i in found if i.content_hash}
    known = splits.read(project.folder / "models" / "splits.jsonl")
    parts = splits.assign(names, known)
    held_out = sum(part == "test" for part in parts.values())
    return TrainingPlan(counts, len(ids), held_out, preparing.preconditions(project) or "")
