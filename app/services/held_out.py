"""The images that judge versions: what was said of them when the snapshot was frozen, in today's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.ids import ClassId
from app.domain.schema import Schema
from mtss.labels import LabelSpace
from mtss.manifest import Manifest, Sample


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The test part of a snapshot: never trained on by any version."""

    samples: tuple[Sample, ...]
    root: Path

    @classmethod
    def of(cls, manifest: Manifest, schema: Schema) -> HeldOut:
        """The test images of a snapshot of this project.

        Types and classes that were renamed since are called as they are today: by their ids.
        """
        names = _Names(manifest.space, schema)
        return cls(tuple(names.renewed(s) for s in manifest.samples if s.split == "test"), manifest.root)


def labelled_classes(manifest: Manifest, schema: Schema) -> frozenset[ClassId]:
    """The classes that people have used in a snapshot of this project, those that still exist."""
    used = {(kind, name) for s in manifest.samples for kind, names in s.labels.items() for name in names}
    ids = {
        ClassId(int(class_id))
        for kind in manifest.space.types
        for name, class_id in zip(kind.classes, kind.class_ids or (), strict=False)
        if (kind.name, name) in used
    }
    return frozenset(filter(schema.has_class, ids))


class _Names:
    """From the names in a snapshot to those in force; what no longer exists is left out."""

    def __init__(self, then: LabelSpace, now: Schema) -> None:
        owner = {int(c.id): t for t in now.types for c in t.classes}
        called = {int(c.id): c.name for t in now.types for c in t.classes}
        self._types: dict[str, str] = {}
        self._classes: dict[str, dict[str, str]] = {}
        for kind in then.types:
            ids = dict(zip(kind.classes, map(int, kind.class_ids or ()), strict=False))
            homes = [owner[i] for i in ids.values() if i in owner]
            home = homes[0] if homes else now.type_named(kind.name)
            if home is not None:
                self._types[kind.name] = home.name
                self._classes[kind.name] = {name: called[i] for name, i in ids.items() if i in called}

    def renewed(self, sample: Sample) -> Sample:
        """The same image under today's names."""
        return replace(
            sample,
            labels=self._labels(sample.labels),
            negative=self._labels(sample.negative),
            not_applicable=self._of_types(sample.not_applicable),
            partial=self._of_types(sample.partial),
        )

    def _labels(self, labels: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        renewed: dict[str, tuple[str, ...]] = {}
        for kind, classes in labels.items():
            known = self._classes.get(kind)
            if known is not None and all(c in known for c in classes):  # else it would say "none of these"
                renewed[self._types[kind]] = tuple(known[c] for c in classes)
        return renewed

    def _of_types(self, kinds: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._types[k] for k in kinds if k in self._types)
