"""One image's decisions as a line of a manifest, with what only Lapel knows under the key "lapel".

The plain keys are what ``mtss`` reads. "lapel" keeps the rest, so that nothing is lost on the way back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar, cast

from app.domain.decision import Decision, DecisionRecord, State
from app.domain.ids import ClassId, TypeId
from app.domain.item import Item
from app.domain.schema import AttributeType, Schema, normalise
from app.domain.suggestion import Shown
from mtss.sample import Sample, sample_to_json

T = TypeVar("T")
Entries = Mapping[str, object]


def to_line(
    item: Item,
    below: str,
    records: Mapping[TypeId, DecisionRecord],
    schema: Schema,
) -> dict[str, object]:
    """The line. ``below`` is the path inside its folder."""
    spoken = {kind: records[kind.id] for kind in schema.types if kind.id in records}
    values = {kind: record.decision for kind, record in spoken.items()}
    size, mtime_ns = item.stamp
    sample = Sample(
        image=item.path,
        labels={
            kind.name: _names(kind, value.classes)
            for kind, value in values.items()
            if value.state in (State.LABELLED, State.NONE)
        },
        box=item.box,
        not_applicable=tuple(k.name for k, v in values.items() if v.state is State.NOT_APPLICABLE),
        partial=tuple(k.name for k, v in values.items() if v.partial),
        negative={k.name: _names(k, v.rejected) for k, v in values.items() if v.rejected},
        size=size,
        mtime=mtime_ns // 1_000_000_000 + 1e-9 * (mtime_ns % 1_000_000_000),
        hash=item.content_hash or None,
    )
    details = {kind.name: _details(record) for kind, record in spoken.items()}
    return sample_to_json(sample) | {"lapel": {"path": below, "decisions": details}}


def _names(kind: AttributeType, ids: Sequence[ClassId]) -> tuple[str, ...]:
    names = {c.id: c.name for c in kind.classes}
    return tuple(names[i] for i in ids)


def _details(record: DecisionRecord) -> dict[str, object]:
    details: dict[str, object] = {
        "state": str(record.decision.state),
        "annotator": record.annotator,
        "when": record.when.isoformat(),
        "origin": str(record.origin),
    }
    if record.shown is not None:
        shown = record.shown
        details["shown"] = {"version": shown.version, "rank": shown.rank, "confidence": shown.confidence}
    return details


def to_decision(sample: Sample, name: str, kind: AttributeType) -> Decision | None:
    """What a line says about one type, which it spells ``name``; None where it says nothing."""
    rejected = _ids(kind, sample.negative.get(name, ()))
    partial = name in sample.partial
    if name in sample.not_applicable:
        return Decision(State.NOT_APPLICABLE, rejected=rejected)
    if name in sample.labels:
        if classes := _ids(kind, sample.labels[name]):
            return Decision(State.LABELLED, classes, rejected, partial)
        return Decision(State.UNSEEN if partial else State.NONE, rejected=rejected, partial=partial)
    return Decision(rejected=rejected, partial=partial) if rejected or partial else None


def _ids(kind: AttributeType, names: Sequence[str]) -> tuple[ClassId, ...]:
    found = {normalise(c.name): c.id for c in kind.classes}
    return tuple(found[normalise(name)] for name in names)


def details_of(line: Entries, type_name: str) -> tuple[str | None, datetime | None, Shown | None]:
    """Annotator, moment and suggestion shown, where the line came from Lapel. Raises ValueError."""
    found = _object(_object(_object(line, "lapel"), "decisions"), type_name)
    when = _of(str, found, "when")
    moment = datetime.fromisoformat(when) if when else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f'"when" of “{type_name}” lacks its time zone')
    shown = _object(found, "shown")
    version = _of(str, shown, "version")
    confidence = _of(float, shown, "confidence")
    seen = None if version is None else Shown(version, _of(int, shown, "rank"), confidence)
    return _of(str, found, "annotator"), moment, seen


def path_below(line: Entries) -> str | None:
    """The path inside the image folder, where the line came from Lapel. Raises ValueError."""
    return _of(str, _object(line, "lapel"), "path")


def _object(entries: Entries, key: str) -> Entries:
    value = entries.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f'"{key}" must be an object')
    return cast("dict[str, object]", value)


def _of(kind: type[T], entries: Entries, key: str) -> T | None:
    value = entries.get(key)
    if value is None or type(value) is kind:
        return cast("T | None", value)
    raise ValueError(f'"{key}" is not what Lapel writes there')
