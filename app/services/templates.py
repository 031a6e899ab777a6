"""The templates that a new project can begin with, the shipped student's garments first."""

from app.domain.schema import Selection
from app.domain.templates import DEEPFASHION, EMPTY, GARMENTS_KEY, IMATERIALIST, Template, TypeTemplate
from app.services.resources import locate
from mtss.labels import LabelSpace


def templates() -> list[Template]:
    """All templates, in the order they are offered."""
    return [garments(), DEEPFASHION, IMATERIALIST, EMPTY]


def garments() -> Template:
    """What the shipped student knows, read from the label space of the demo catalogue."""
    space = LabelSpace.read(locate("demo", "labels.json"))
    types = tuple(TypeTemplate(t.name, Selection(t.selection), t.classes) for t in space.types)
    sentence = f"{', '.join(t.name for t in types).capitalize()}: what the demo model knows already."
    return Template(GARMENTS_KEY, "Garments", sentence, types)


def template(key: str) -> Template:
    """The template of that key. Raises KeyError."""
    return {t.key: t for t in templates()}[key]
