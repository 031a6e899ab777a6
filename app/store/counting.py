"""Counts over the whole library or over what a query leaves of it."""

from sqlalchemy import Connection

from app.domain.facets import Facets, FolderFacet, LibraryCounts, TypeFacet
from app.domain.ids import ClassId, TypeId
from app.domain.query import ImageQuery, StateFilter
from app.domain.schema import AttributeType, Schema
from app.store.conditions import Condition, where
from app.store.database import driver
from app.store.directories import directories
from app.store.workspace import Workspace

Grouped = dict[int, dict[str, int]]


def counts(workspace: Workspace, schema: Schema) -> LibraryCounts:
    """The library in numbers."""
    types = max(len(schema.types), 1)
    with workspace.reading() as connection:
        images, finished, touched = connection.exec_driver_sql(
            "SELECT count(*), sum(decided >= ?), sum(decided > 0) FROM item", (types,)
        ).one()
        broken = connection.exec_driver_sql(
            "SELECT count(*) FROM item WHERE health IN ('broken', 'missing')"
        ).scalar_one()
        folders = connection.exec_driver_sql("SELECT count(*) FROM folder").scalar_one()
    return LibraryCounts(images, finished or 0, broken, folders, (touched or 0) - (finished or 0))


def facets(workspace: Workspace, schema: Schema, query: ImageQuery) -> Facets:
    """Counts by folder, state and class among the images of the query."""
    with workspace.reading() as connection:
        chosen = where(connection, schema, query)
        summary = _one(
            connection,
            "SELECT count(*), sum(i.decided < ? AND i.health IN ('unread', 'good')), "
            "sum(i.health IN ('broken', 'missing')) FROM item i WHERE ",
            Condition(chosen.sql, (len(schema.types), *chosen.parameters)),
        )
        images = summary[0]
        within = _within(chosen) if query.is_filtered else Condition("1")
        states = _grouped(
            connection, "SELECT type_id, state, count(*) FROM current WHERE", within, "type_id, state"
        )
        classes = _grouped(
            connection, "SELECT class_id, '', count(*) FROM current_class WHERE", within, "class_id"
        )
        waiting = _waiting(connection, within, query.is_filtered)
        folders = _folders(connection, chosen)
    types = tuple(_type(kind, images, states, classes, waiting) for kind in schema.types)
    return Facets(images, summary[1] or 0, summary[2] or 0, folders, types)


def _type(
    kind: AttributeType, images: int, states: Grouped, classes: Grouped, waiting: dict[int, int]
) -> TypeFacet:
    found = states.get(kind.id, {})
    decided = {
        StateFilter.LABELLED: found.get("labelled", 0),
        StateFilter.NONE: found.get("none", 0),
        StateFilter.NOT_APPLICABLE: found.get("na", 0),
    }
    left = {
        StateFilter.UNSEEN: images - sum(decided.values()),
        StateFilter.SUGGESTED: waiting.get(kind.id, 0),
    }
    return TypeFacet(
        TypeId(kind.id),
        decided | left,
        {ClassId(c.id): classes.get(c.id, {}).get("", 0) for c in kind.classes},
    )


def _within(chosen: Condition) -> Condition:
    return Condition(f"item_id IN (SELECT i.id FROM item i WHERE {chosen.sql})", chosen.parameters)


def _one(connection: Connection, select: str, chosen: Condition) -> tuple[int, ...]:
    return driver(connection).execute(select + chosen.sql, chosen.parameters).fetchone()


def _grouped(connection: Connection, select: str, within: Condition, keys: str) -> Grouped:
    found: Grouped = {}
    rows = driver(connection).execute(f"{select} {within.sql} GROUP BY {keys}", within.parameters)
    for first, second, number in rows:
        found.setdefault(first, {})[second] = number
    return found


def _waiting(connection: Connection, within: Condition, filtered: bool) -> dict[int, int]:
    if not filtered:
        return dict(
            driver(connection).execute("SELECT type_id, waiting FROM derived.queue_length").fetchall()
        )
    rows = driver(connection).execute(
        f"SELECT type_id, count(*) FROM derived.prediction WHERE waiting = 1 AND {within.sql} "
        "GROUP BY type_id",
        within.parameters,
    )
    return dict(rows.fetchall())


def _folders(connection: Connection, chosen: Condition) -> tuple[FolderFacet, ...]:
    rows = driver(connection).execute(
        f"SELECT i.directory_id, count(*) FROM item i WHERE {chosen.sql} GROUP BY i.directory_id",
        chosen.parameters,
    )
    direct = dict(rows.fetchall())
    below: dict[str, int] = {}
    for directory in directories(connection):
        images = direct.get(directory.id, 0)
        parts = directory.under.split("/")
        for depth in range(1, len(parts) + 1):
            name = "/".join(parts[:depth])
            below[name] = below.get(name, 0) + images
    tree = sorted(below.items(), key=lambda pair: pair[0].split("/"))
    return tuple(
        FolderFacet(under, under.rpartition("/")[2], under.count("/"), images)
        for under, images in tree
        if images
    )
