"""The ids behind what is on screen, in order."""

from array import array

from app.domain.query import ImageQuery, Sort
from app.domain.schema import Schema
from app.store.conditions import Condition, where
from app.store.database import driver
from app.store.workspace import Workspace

_BY_PATH = "i.folder_id, i.path, i.box"


def order(workspace: Workspace, schema: Schema, query: ImageQuery) -> "array[int]":
    """Item ids of the query, in its order."""
    with workspace.reading() as connection:
        narrowed = where(connection, schema, query)
        chosen = _select(schema, query, narrowed)
        rows = driver(connection).execute(chosen.sql, chosen.parameters)
        return array("q", [row[0] for row in rows.fetchall()])


def _select(schema: Schema, query: ImageQuery, narrowed: Condition) -> Condition:
    match query.sort:
        case Sort.PATH:
            return Condition(
                f"SELECT i.id FROM item i WHERE {narrowed.sql} ORDER BY {_BY_PATH}", narrowed.parameters
            )
        case Sort.RECENT:
            return Condition(
                f"SELECT i.id FROM item i WHERE {narrowed.sql} ORDER BY (SELECT max(decision_id) "
                f"FROM current c WHERE c.item_id = i.id) DESC NULLS LAST, {_BY_PATH}",
                narrowed.parameters,
            )
        case Sort.LEAST_CONFIDENT:
            return _least_confident(schema, query, narrowed)


def _least_confident(schema: Schema, query: ImageQuery, narrowed: Condition) -> Condition:
    asked = schema.type_named(query.state_type) if query.state_type else None
    of_type = "AND type_id = ?" if asked else ""
    # The waiting entries are few enough to be grouped; images without one come last.
    return Condition(
        "SELECT i.id FROM item i LEFT JOIN (SELECT item_id, min(confidence) AS least FROM derived.prediction "
        f"WHERE waiting = 1 {of_type} GROUP BY item_id) p ON p.item_id = i.id WHERE {narrowed.sql} "
        f"ORDER BY p.least NULLS LAST, {_BY_PATH}",
        ((asked.id,) if asked else ()) + narrowed.parameters,
    )
