"""The project's own schema: attribute types and their classes, each with a stable id."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.ids import ClassId, TypeId


class Selection(StrEnum):
    """How many classes of a type one image may carry."""

    SINGLE = "single"
    MULTIPLE = "multiple"


@dataclass(frozen=True, slots=True)
class AttributeClass:
    """One class of an attribute type, e.g. ``stripe``."""

    id: ClassId
    name: str


@dataclass(frozen=True, slots=True)
class AttributeType:
    """One attribute type with its classes in the order the user gave them."""

    id: TypeId
    name: str
    selection: Selection
    classes: tuple[AttributeClass, ...]

    def class_named(self, name: str) -> AttributeClass | None:
        """The class of that name, letter case aside, or None."""
        wanted = normalise(name)
        return next((c for c in self.classes if normalise(c.name) == wanted), None)


@dataclass(frozen=True, slots=True)
class Schema:
    """All attribute types of a project, in display order."""

    types: tuple[AttributeType, ...] = ()
    _type_by_id: dict[TypeId, AttributeType] = field(init=False, repr=False, compare=False, hash=False)
    _class_by_id: dict[ClassId, AttributeClass] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_type_by_id", {t.id: t for t in self.types})
        object.__setattr__(self, "_class_by_id", {c.id: c for t in self.types for c in t.classes})

    def type(self, type_id: TypeId) -> AttributeType:
        """The type with that id. Raises KeyError when the schema has none."""
        return self._type_by_id[type_id]

    def class_name(self, class_id: ClassId) -> str:
        """The class's name today. Raises KeyError when the schema has no such class."""
        return self._class_by_id[class_id].name

    def has_class(self, class_id: ClassId) -> bool:
        """Whether the class still exists."""
        return class_id in self._class_by_id

    def type_named(self, name: str) -> AttributeType | None:
        """The type of that name, letter case aside, or None."""
        wanted = normalise(name)
        return next((t for t in self.types if normalise(t.name) == wanted), None)


def normalise(name: str) -> str:
    """A name as it is compared: no outer or doubled spaces, letter case aside."""
    return " ".join(name.split()).casefold()


def check_name(name: str) -> str:
    """The name as it will be stored. Raises ValueError, in the user's words, for one that cannot be."""
    clean = " ".join(name.split())
    if not clean:
        raise ValueError("A name needs at least one letter.")
    if clean.startswith("@"):
        raise ValueError("Names beginning with @ are reserved, as in @none.")
    if "|" in clean:
        raise ValueError("A name cannot hold |, which parts several values in a CSV file.")
    if len(clean) > 80:
        raise ValueError("A name may have at most 80 characters.")
    return clean
