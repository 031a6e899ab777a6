"""What the images on screen can be narrowed by, each with the number of images behind it."""

from dataclasses import dataclass, field

from app.domain.ids import ClassId, TypeId
from app.domain.query import StateFilter


@dataclass(frozen=True, slots=True)
class FolderFacet:
    """A directory of the library. ``under`` is what ImageQuery.under takes; ``images`` counts all below."""

    under: str
    name: str
    depth: int
    images: int


@dataclass(frozen=True, slots=True)
class TypeFacet:
    """Counts of one attribute type: images by state, by class decided, and with a suggestion waiting."""

    type: TypeId
    states: dict[StateFilter, int] = field(default_factory=dict[StateFilter, int])
    classes: dict[ClassId, int] = field(default_factory=dict[ClassId, int])


@dataclass(frozen=True, slots=True)
class Facets:
    """All facets of one query. ``folders`` come in display order: a parent before what lies in it."""

    images: int
    unfinished: int
    broken: int
    folders: tuple[FolderFacet, ...] = ()
    types: tuple[TypeFacet, ...] = ()


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """The library in numbers. ``finished``: images whose every attribute type is decided; ``begun``: those of
    which some types are, but not all."""

    images: int
    finished: int
    broken: int
    folders: int
    begun: int = 0
