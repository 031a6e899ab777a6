"""A filter as SQL: each condition narrows the items ``i``; names are resolved to ids first."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.ids import TypeId
from app.domain.query import ImageQuery, StateFilter
from app.domain.schema import AttributeType, Schema
from app.domain.suggestion import Outcome
from app.store.directories import below
from app.store.packing import value_code
from app.store.rows import id_list

NOTHING = "0"

_DECIDED = {
    StateFilter.LABELLED: "labelled",
    StateFilter.NONE: "none",
    StateFilter.NOT_APPLICABLE: "na",
}
_MARKS = {"@none": "none", "@na": "na"}  # as written in a CSV


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL with its parameters."""

    sql: str
    parameters: tuple[object, ...] = ()


EVERYTHING = Condition("1")


def where(connection: Connection, schema: Schema, query: ImageQuery) -> Condition:
    """All conditions of the query, joined by "and"; a name that the schema lacks matches nothing."""
    parts = list(_conditions(connection, schema, query))
    if not parts:
        return EVERYTHING
    sql = " AND ".join(f"({p.sql})" for p in parts)
    return Condition(sql, tuple(value for p in parts for value in p.parameters))


def _conditions(connection: Connection, schema: Schema, query: ImageQuery) -> Iterator[Condition]:
    if query.under:
        ids = id_list(below(connection, query.under))
        yield Condition("i.directory_id IN (SELECT value FROM json_each(?))", (ids,))
    for text in query.text:
        yield Condition("i.name LIKE ? ESCAPE '\\'", (f"%{_escaped(text)}%",))
    for type_name, class_name in query.classes:
        yield _decided_as(schema.type_named(type_name), class_name)
    for type_name, class_name in query.suggested:
        yield _suggested_as(schema.type_named(type_name), class_name)
    asked = schema.type_named(query.state_type) if query.state_type else None
    if query.state_type and asked is None:
        yield Condition(NOTHING)
        return
    if query.state is not None:
        yield _in_state(schema, query.state, asked)
    if query.confidence_below is not None or query.confidence_above is not None:
        yield _confident(query, asked)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _decided_as(kind: AttributeType | None, name: str) -> Condition:
    if kind is None:
        return Condition(NOTHING)
    if state := _MARKS.get(name.casefold()):
        return _current(kind.id, state)
    found = kind.class_named(name)
    if found is None:
        return Condition(NOTHING)
    return Condition("i.id IN (SELECT item_id FROM current_class WHERE class_id = ?)", (found.id,))


def _suggested_as(kind: AttributeType | None, name: str) -> Condition:
    if kind is None:
        return Condition(NOTHING)
    if mark := _MARKS.get(name.casefold()):
        code = value_code(Outcome(mark))
    elif found := kind.class_named(name):
        code = value_code(found.id)
    else:
        return Condition(NOTHING)
    return Condition(
        "i.id IN (SELECT item_id FROM derived.prediction WHERE type_id = ? AND best = ?)", (kind.id, code)
    )


def _in_state(schema: Schema, state: StateFilter, asked: AttributeType | None) -> Condition:
    if state is StateFilter.BROKEN:
        return Condition("i.health IN ('broken', 'missing')")
    if state is StateFilter.SUGGESTED:
        return _waiting(asked)
    if state in _DECIDED:
        types = [asked] if asked else list(schema.types)
        each = [_current(kind.id, _DECIDED[state]) for kind in types]
        sql = " OR ".join(c.sql for c in each) or NOTHING
        return Condition(sql, tuple(p for c in each for p in c.parameters))
    if asked is None:
        return Condition("i.decided < ? AND i.health IN ('unread', 'good')", (len(schema.types),))
    return Condition(
        "i.id NOT IN (SELECT item_id FROM current WHERE type_id = ? AND state <> 'unseen')", (asked.id,)
    )


def _current(type_id: TypeId, state: str) -> Condition:
    return Condition(
        "i.id IN (SELECT item_id FROM current WHERE type_id = ? AND state = ?)", (type_id, state)
    )


def _waiting(asked: AttributeType | None) -> Condition:
    if asked is None:
        return Condition("i.id IN (SELECT item_id FROM derived.prediction WHERE waiting = 1)")
    return Condition(
        "i.id IN (SELECT item_id FROM derived.prediction WHERE waiting = 1 AND type_id = ?)", (asked.id,)
    )


def _confident(query: ImageQuery, asked: AttributeType | None) -> Condition:
    parts: list[Condition] = []
    if asked is not None:
        parts.append(Condition("type_id = ?", (asked.id,)))
    if query.confidence_below is not None:
        parts.append(Condition("confidence < ?", (query.confidence_below,)))
    if query.confidence_above is not None:
        parts.append(Condition("confidence > ?", (query.confidence_above,)))
    inner = " AND ".join(p.sql for p in parts)
    return Condition(
        f"i.id IN (SELECT item_id FROM derived.prediction WHERE {inner})",
        tuple(value for p in parts for value in p.parameters),
    )
