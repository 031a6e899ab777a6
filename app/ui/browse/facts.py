"""What a tile says of one image, worked out without Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from app.domain.decision import DecisionRecord, State
from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.item import Health, Item
from app.domain.paths import shown
from app.domain.query import ImageQuery
from app.domain.schema import AttributeType, Schema
from app.domain.suggestion import Outcome
from app.services import browsing
from app.services.projects import Project
from app.ui.widgets.glyphs import drawable

Best = tuple[ClassId | Outcome, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute type of an image in words: its value, and the confidence where nobody decided."""

    type: str
    mark: str
    value: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class TileFacts:
    """An image in its tile. ``confidence`` is that of the least sure suggestion shown, in [0, 1]; ``place``
    names the folders it lies in, from the project's image folder on."""

    item: Item
    name: str
    place: str
    mark: str
    confidence: float | None
    lines: tuple[Line, ...]


def type_asked(query: ImageQuery, schema: Schema) -> TypeId | None:
    """The one attribute type that a query is about, or None when it is about several or none."""
    names = {query.state_type} | {t for t, _ in (*query.classes, *query.suggested)}
    found = {t.id for name in names - {""} if (t := schema.type_named(name))}
    return found.pop() if len(found) == 1 else None


def read_facts(project: Project, ids: Sequence[ItemId], about: TypeId | None) -> dict[ItemId, TileFacts]:
    """The facts of these images, of one attribute type or of all. Reads the project's databases."""
    schema = project.schema()
    types = tuple(t for t in schema.types if about is None or t.id == about)
    records = browsing.decisions(project, ids)
    best = browsing.best(project, ids)
    return {
        item.id: _facts(item, types, schema, records.get(item.id, {}), best.get(item.id, {}))
        for item in browsing.items(project, ids)
    }


def _facts(
    item: Item,
    types: Sequence[AttributeType],
    schema: Schema,
    records: Mapping[TypeId, DecisionRecord],
    best: Mapping[TypeId, Best],
) -> TileFacts:
    lines = tuple(_line(t, schema, records.get(t.id), best.get(t.id)) for t in types)
    sure = [line.confidence for line in lines if line.confidence is not None]
    if item.health in (Health.BROKEN, Health.MISSING):
        mark = "broken"
    else:
        mark = overall_mark([line.mark for line in lines])
    return TileFacts(
        item, drawable(short_name(item.name)), place_of(item), mark, min(sure, default=None), lines
    )


def overall_mark(marks: Sequence[str]) -> str:
    """One mark for an image: labelled once every type is decided, until then suggested or unseen."""
    if not marks or "unseen" in marks:
        return "unseen"
    if "suggested" in marks:
        return "suggested"
    return "labelled" if "labelled" in marks else marks[0]


def short_name(name: str) -> str:
    """The file's name without folders and suffix."""
    last = name.rpartition("/")[2]
    stem, dot, _ = last.rpartition(".")
    return stem if dot and stem else last


def place_of(item: Item) -> str:
    """The folders that an image lies in, the first one being that which the project refers to."""
    inside = item.name.rpartition("/")[0]
    root = PurePath(item.path).parents[item.name.count("/")].name
    return drawable("/".join(part for part in (shown(root), inside) if part))


def _line(type_: AttributeType, schema: Schema, record: DecisionRecord | None, best: Best | None) -> Line:
    confidence = best[1] if best else None
    state = record.decision.state if record else State.UNSEEN
    match state:
        case State.LABELLED if record:
            names = [schema.class_name(c) for c in record.decision.classes if schema.has_class(c)]
            return Line(type_.name, "labelled", ", ".join(names), confidence)
        case State.NONE | State.NOT_APPLICABLE:
            return Line(type_.name, str(state), "", confidence)
        case _ if best is None:
            return Line(type_.name, "unseen", "", None)
        case _:
            return Line(type_.name, "suggested", _value(schema, best[0]), confidence)


def _value(schema: Schema, value: ClassId | Outcome) -> str:
    if isinstance(value, Outcome):
        return "none" if value is Outcome.NONE else "not applicable"
    return schema.class_name(value) if schema.has_class(value) else ""
