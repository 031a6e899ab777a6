"""The ids behind what is on screen, in order."""

from array import array
from itertools import chain

from sqlalchemy import Connection

from app.domain.query import ImageQuery, Sort
from app.domain.schema import AttributeType, Schema
from app.store.conditions import EVERYTHING, Condition, where
from app.store.database import driver
from app.store.workspace import Workspace

_BY_PATH = "i.folder_id, i.path, i.box"


def order(workspace: Workspace, schema: Schema, query: ImageQuery) -> "array[int]":
    """Item ids of the query, in its order."""
    with workspace.reading() as connection:
        narrowed = where(connection, schema, query)
        if query.sort is Sort.LEAST_CONFIDENT:
            asked = schema.type_named(query.state_type) if query.state_type else None
            return _least_confident(connection, narrowed, asked)
        return _ids(connection, _select(query.sort, narrowed))


def _ids(connection: Connection, chosen: Condition) -> "array[int]":
    rows = driver(connection).execute(chosen.sql, chosen.parameters)
    return array("q", chain.from_iterable(rows))


def _select(sort: Sort, narrowed: Condition) -> Condition:
    by = _BY_PATH
    if sort is Sort.RECENT:
        by = f"(SELECT max(decision_id) FROM current c WHERE c.item_id = i.id) DESC NULLS LAST, {by}"
    return Condition(f"SELECT i.id FROM item i WHERE {narrowed.sql} ORDER BY {by}", narrowed.parameters)


def _least_confident(
    connection: Connection, narrowed: Condition, asked: AttributeType | None
) -> "array[int]":
    """Images with a waiting suggestion by its confidence, straight from the index; the others by path."""
    first = (
        "SELECT item_id, min(confidence) AS least FROM derived.prediction WHERE waiting = 1 GROUP BY item_id"
    )
    of_type: tuple[object, ...] = ()
    if asked is not None:
        of_type = (asked.id,)
        first = (
            "SELECT item_id, confidence AS least FROM derived.prediction INDEXED BY queue_of_type "
            "WHERE waiting = 1 AND type_id = ?"
        )
    within = f"WHERE item_id IN (SELECT i.id FROM item i WHERE {narrowed.sql})"
    chosen = Condition(
        f"SELECT item_id FROM ({first}) {'' if narrowed == EVERYTHING else within} ORDER BY least, item_id",
        of_type if narrowed == EVERYTHING else of_type + narrowed.parameters,
    )
    waiting = _ids(connection, chosen)
    known = set(waiting)
    others = _ids(connection, _select(Sort.PATH, narrowed))
    return waiting + array("q", [i for i in others if i not in known])
