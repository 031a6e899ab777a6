"""Attribute types and classes as stored. A removed class is out of sight; past decisions keep its id."""

from itertools import chain, count

from sqlalchemy import Connection

from app.domain.changes import ChangeSet
from app.domain.ids import ClassId, StepId, TypeId
from app.domain.schema import AttributeClass, AttributeType, Schema, Selection, normalise
from app.store.workspace import Workspace

_CHANGED = ChangeSet(schema=True)
_SPEAKS_OF = (
    "EXISTS (SELECT 1 FROM json_each(d.classes) WHERE value = ? "
    "UNION ALL SELECT 1 FROM json_each(d.rejected) WHERE value = ?)"
)


def load(workspace: Workspace) -> Schema:
    """The whole schema in display order."""
    with workspace.reading() as connection:
        return read(connection)


def read(connection: Connection) -> Schema:
    """As ``load``, inside a transaction under way."""
    classes: dict[int, list[AttributeClass]] = {}
    for row in connection.exec_driver_sql(
        "SELECT id, type_id, name FROM attribute_class WHERE removed = 0 ORDER BY position, id"
    ):
        classes.setdefault(row.type_id, []).append(AttributeClass(ClassId(row.id), row.name))
    types = connection.exec_driver_sql("SELECT id, name, selection FROM attribute_type ORDER BY position, id")
    return Schema(
        tuple(
            AttributeType(TypeId(t.id), t.name, Selection(t.selection), tuple(classes.get(t.id, ())))
            for t in types
        )
    )


def add_type(workspace: Workspace, name: str, selection: Selection) -> tuple[TypeId, ChangeSet]:
    """Append a type."""
    with workspace.writing() as connection:
        result = connection.exec_driver_sql(
            "INSERT INTO attribute_type (name, selection, position) "
            "VALUES (?, ?, (SELECT coalesce(max(position), -1) + 1 FROM attribute_type))",
            (name, str(selection)),
        )
        return TypeId(int(result.lastrowid)), _CHANGED


def add_classes(
    workspace: Workspace, type_id: TypeId, names: tuple[str, ...]
) -> tuple[tuple[ClassId, ...], ChangeSet]:
    """Append classes to a type; a removed one of that name comes back as what it was."""
    with workspace.writing() as connection:
        return tuple(_add_class(connection, type_id, name) for name in names), _CHANGED


def _add_class(connection: Connection, type_id: TypeId, name: str) -> ClassId:
    before = _named(connection, type_id, name, removed=True)
    if before is not None:
        _bring_back(connection, before, name)
        return before
    result = connection.exec_driver_sql(
        "INSERT INTO attribute_class (type_id, name, position) VALUES (?, ?, "
        "(SELECT coalesce(max(position), -1) + 1 FROM attribute_class WHERE type_id = ?))",
        (type_id, name, type_id),
    )
    return ClassId(int(result.lastrowid))


def rename_type(workspace: Workspace, type_id: TypeId, name: str) -> ChangeSet:
    """Give a type another name; everything refers to it by id."""
    with workspace.writing() as connection:
        connection.exec_driver_sql("UPDATE attribute_type SET name = ? WHERE id = ?", (name, type_id))
    return _CHANGED


def rename_class(workspace: Workspace, class_id: ClassId, name: str) -> ChangeSet:
    """Give a class another name; everything refers to it by id."""
    with workspace.writing() as connection:
        connection.exec_driver_sql("UPDATE attribute_class SET name = ? WHERE id = ?", (name, class_id))
    return _CHANGED


def order_types(workspace: Workspace, types: tuple[TypeId, ...]) -> ChangeSet:
    """Set the display order of all types."""
    with workspace.writing() as connection:
        for position, type_id in enumerate(types):
            connection.exec_driver_sql(
                "UPDATE attribute_type SET position = ? WHERE id = ?", (position, type_id)
            )
    return _CHANGED


def references(workspace: Workspace, type_id: TypeId) -> int:
    """How many decisions, past ones included, speak of the type."""
    with workspace.reading() as connection:
        return connection.exec_driver_sql(
            "SELECT count(*) FROM decision WHERE type_id = ?", (type_id,)
        ).scalar_one()


def standing_references(workspace: Workspace, type_id: TypeId, class_id: ClassId) -> int:
    """How many decisions that stand now speak of the class."""
    with workspace.reading() as connection:
        return connection.exec_driver_sql(
            "SELECT count(*) FROM current k JOIN decision d ON d.id = k.decision_id "
            f"WHERE k.type_id = ? AND {_SPEAKS_OF}",
            (type_id, class_id, class_id),
        ).scalar_one()


def delete_type(workspace: Workspace, type_id: TypeId) -> ChangeSet:
    """Delete a type that no decision refers to, with its classes."""
    with workspace.writing() as connection:
        connection.exec_driver_sql("DELETE FROM attribute_class WHERE type_id = ?", (type_id,))
        connection.exec_driver_sql("DELETE FROM attribute_type WHERE id = ?", (type_id,))
    return _CHANGED


def remove_class(workspace: Workspace, class_id: ClassId) -> ChangeSet:
    """Delete a class that no decision names; put it out of sight where past decisions do."""
    with workspace.writing() as connection:
        named = connection.exec_driver_sql(
            "SELECT EXISTS (SELECT 1 FROM decision d JOIN attribute_class a ON a.type_id = d.type_id "
            f"WHERE a.id = ? AND {_SPEAKS_OF})",
            (class_id, class_id, class_id),
        ).scalar_one()
        statement = "UPDATE attribute_class SET removed = 1" if named else "DELETE FROM attribute_class"
        connection.exec_driver_sql(f"{statement} WHERE id = ?", (class_id,))
    return _CHANGED


def bring_back(connection: Connection, step: StepId) -> bool:
    """Put removed classes that a step's decisions name in sight again; whether there were any.

    One whose name was given to another class meanwhile comes back under that name with a number.
    """
    removed = connection.exec_driver_sql(
        "SELECT a.id, a.type_id, a.name FROM attribute_class a WHERE a.removed = 1 AND a.id IN "
        "(SELECT c.value FROM decision d, json_each(d.classes) c WHERE d.step_id = ?1 "
        "UNION ALL SELECT c.value FROM decision d, json_each(d.rejected) c WHERE d.step_id = ?1)",
        (step,),
    ).all()
    for class_id, type_id, name in removed:
        _bring_back(connection, ClassId(class_id), _free_name(connection, TypeId(type_id), name))
    return bool(removed)


def _bring_back(connection: Connection, class_id: ClassId, name: str) -> None:
    connection.exec_driver_sql(
        "UPDATE attribute_class SET removed = 0, name = ? WHERE id = ?", (name, class_id)
    )


def _free_name(connection: Connection, type_id: TypeId, name: str) -> str:
    numbered = (f"{name} ({number})" for number in count(2))
    return next(n for n in chain((name,), numbered) if _named(connection, type_id, n, removed=False) is None)


def _named(connection: Connection, type_id: TypeId, name: str, *, removed: bool) -> ClassId | None:
    rows = connection.exec_driver_sql(
        "SELECT id, name FROM attribute_class WHERE type_id = ? AND removed = ?", (type_id, int(removed))
    )
    wanted = normalise(name)
    return next((ClassId(r.id) for r in rows if normalise(r.name) == wanted), None)
