"""Attribute templates that a new project can begin with."""

from dataclasses import dataclass

from app.domain.schema import Selection


@dataclass(frozen=True, slots=True)
class TypeTemplate:
    """A type to create, with its classes."""

    name: str
    selection: Selection
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A named set of types with one sentence for whoever chooses."""

    key: str
    title: str
    sentence: str
    types: tuple[TypeTemplate, ...]


_MANY = Selection.MULTIPLE
_ONE = Selection.SINGLE

GARMENTS_KEY = "garments"

DEEPFASHION = Template(
    "deepfashion",
    "DeepFashion's six types",
    "Category, texture, fabric, shape, part and style; classes come with the labels you import.",
    (
        TypeTemplate("category", _ONE),
        TypeTemplate("texture", _MANY),
        TypeTemplate("fabric", _MANY),
        TypeTemplate("shape", _MANY),
        TypeTemplate("part", _MANY),
        TypeTemplate("style", _MANY),
    ),
)

IMATERIALIST = Template(
    "imaterialist",
    "iMaterialist's eight groups",
    "Category, gender, material, pattern, style, neckline, sleeve and colour.",
    (
        TypeTemplate("category", _MANY),
        TypeTemplate("gender", _MANY),
        TypeTemplate("material", _MANY),
        TypeTemplate("pattern", _MANY),
        TypeTemplate("style", _MANY),
        TypeTemplate("neckline", _MANY),
        TypeTemplate("sleeve", _MANY),
        TypeTemplate("color", _MANY),
    ),
)

EMPTY = Template("empty", "My own", "Start with no types and add them as you go.", ())
