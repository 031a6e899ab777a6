"""Attribute types and classes as stored."""

from sqlalchemy import Connection

from app.domain.changes import ChangeSet
from app.domain.ids import ClassId, TypeId
from app.domain.schema import AttributeClass, AttributeType, Schema, Selection
from app.store.workspace import Workspace

_CHANGED = ChangeSet(schema=True)


def load(workspace: Workspace) -> Schema:
    """The whole schema in display order."""
    with workspace.reading() as connection:
        return read(connection)


def read(connection: Connection) -> Schema:
    """As ``load``, inside a transaction under way."""
    classes: dict[int, list[AttributeClass]] = {}
    for row in connection.exec_driver_sql(
        "SELECT id, type_id, name FROM attribute_class ORDER BY position, id"
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
    """Append classes to a type."""
    with workspace.writing() as connection:
        return tuple(_add_class(connection, type_id, name) for name in names), _CHANGED


def _add_class(connection: Connection, type_id: TypeId, name: str) -> ClassId:
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


def references(workspace: Workspace, type_id: TypeId, class_id: ClassId | None = None) -> int:
    """How many decisions, past ones included, speak of the type, or of one class of it."""
    with workspace.reading() as connection:
        if class_id is None:
            return connection.exec_driver_sql(
                "SELECT count(*) FROM decision WHERE type_id = ?", (type_id,)
            ).scalar_one()
        return connection.exec_driver_sql(
            "SELECT count(*) FROM decision d WHERE type_id = ? AND EXISTS "
            "(SELECT 1 FROM json_each(d.classes) WHERE value = ? "
            "UNION ALL SELECT 1 FROM json_each(d.rejected) WHERE value = ?)",
            (type_id, class_id, class_id),
        ).scalar_one()


def delete_type(workspace: Workspace, type_id: TypeId) -> ChangeSet:
    """Delete a type that no decision refers to, with its classes."""
    with workspace.writing() as connection:
        connection.exec_driver_sql("DELETE FROM attribute_class WHERE type_id = ?", (type_id,))
        connection.exec_driver_sql("DELETE FROM attribute_type WHERE id = ?", (type_id,))
    return _CHANGED


def delete_class(workspace: Workspace, class_id: ClassId) -> ChangeSet:
    """Delete a class that no decision refers to."""
    with workspace.writing() as connection:
        connection.exec_driver_sql("DELETE FROM attribute_class WHERE id = ?", (class_id,))
    return _CHANGED
