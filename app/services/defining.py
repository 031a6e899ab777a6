"""The project's own types and classes. Names are free to change: everything refers to them by id."""

from app.domain.changes import ChangeSet
from app.domain.errors import NotPossible
from app.domain.ids import ClassId, TypeId
from app.domain.schema import AttributeType, Selection, check_name, normalise
from app.services.projects import Project
from app.store import schema


def add_type(project: Project, name: str, selection: Selection) -> tuple[TypeId, ChangeSet]:
    """Add a type at the end. Raises NotPossible in words."""
    clean = _free_type_name(project, name)
    type_id, changes = schema.add_type(project.workspace, clean, selection)
    return type_id, _changed(project, changes)


def add_class(project: Project, type_id: TypeId, name: str) -> tuple[ClassId, ChangeSet]:
    """Add a class to a type. Raises NotPossible in words."""
    clean = _free_class_name(project.schema().type(type_id), name)
    (class_id,), changes = schema.add_classes(project.workspace, type_id, (clean,))
    return class_id, _changed(project, changes)


def rename_type(project: Project, type_id: TypeId, name: str) -> ChangeSet:
    """Give a type another name. Raises NotPossible in words."""
    clean = _free_type_name(project, name, type_id)
    return _changed(project, schema.rename_type(project.workspace, type_id, clean))


def rename_class(project: Project, class_id: ClassId, name: str) -> ChangeSet:
    """Give a class another name. Raises NotPossible in words."""
    kind = _type_of(project, class_id)
    clean = _free_class_name(kind, name, class_id)
    return _changed(project, schema.rename_class(project.workspace, class_id, clean))


def move_type(project: Project, type_id: TypeId, position: int) -> ChangeSet:
    """Put a type at a place (0-based) in the display order."""
    order = [kind.id for kind in project.schema().types if kind.id != type_id]
    order.insert(position, type_id)
    return _changed(project, schema.order_types(project.workspace, tuple(order)))


def delete_type(project: Project, type_id: TypeId) -> ChangeSet:
    """Delete a type that no decision speaks of, past ones included. Raises NotPossible in words."""
    kind = project.schema().type(type_id)
    _refuse_if_used(kind.name, schema.references(project.workspace, type_id))
    return _changed(project, schema.delete_type(project.workspace, type_id))


def delete_class(project: Project, class_id: ClassId) -> ChangeSet:
    """Take a class out of the schema that no decision in force speaks of. Raises NotPossible in words.

    Past decisions keep it: an undo or redo that names it, or adding the same name, brings it back.
    """
    kind = _type_of(project, class_id)
    used = schema.standing_references(project.workspace, kind.id, class_id)
    _refuse_if_used(project.schema().class_name(class_id), used)
    return _changed(project, schema.remove_class(project.workspace, class_id))


def _changed(project: Project, changes: ChangeSet) -> ChangeSet:
    project.forget_schema()
    return changes


def _clean(name: str) -> str:
    try:
        return check_name(name)
    except ValueError as error:
        raise NotPossible(str(error)) from error


def _free_type_name(project: Project, name: str, own: TypeId | None = None) -> str:
    clean = _clean(name)
    taken = project.schema().type_named(clean)
    if taken is not None and taken.id != own:
        raise NotPossible(f"There is a type “{taken.name}” already.")
    if normalise(clean) in ("state", "folder", "type", "confidence"):
        raise NotPossible(f"“{clean}” has a meaning of its own in the filter line. Choose another name.")
    return clean


def _free_class_name(kind: AttributeType, name: str, own: ClassId | None = None) -> str:
    clean = _clean(name)
    taken = kind.class_named(clean)
    if taken is not None and taken.id != own:
        raise NotPossible(f"“{kind.name}” has a class “{taken.name}” already.")
    return clean


def _type_of(project: Project, class_id: ClassId) -> AttributeType:
    for kind in project.schema().types:
        if any(c.id == class_id for c in kind.classes):
            return kind
    raise KeyError(class_id)


def _refuse_if_used(name: str, decisions: int) -> None:
    if decisions:
        speak = "1 decision speaks" if decisions == 1 else f"{decisions} decisions speak"
        raise NotPossible(f"“{name}” stays: {speak} of it. It can be renamed.")
