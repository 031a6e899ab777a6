"""A colour sample beside the names of colours."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.ui.theme.theme import Theme

_COLOUR_TYPES = ("color", "colour", "colors", "colours")
# Names used in catalogues that are no web colour names, or whose web colour is not what is meant.
_COLOURS = {
    "navy": "#1f2f6b",
    "red": "#c23b3b",
    "green": "#3c8a55",
    "blue": "#3b6fc2",
    "yellow": "#e6bf3f",
    "orange": "#e08a3a",
    "brown": "#7a4a28",
    "beige": "#c9a878",
    "grey": "#8d9299",
    "gray": "#8d9299",
    "black": "#202328",
    "white": "#f5f5f4",
    "cream": "#f3ead3",
    "pink": "#e8a0b4",
    "purple": "#6f3f96",
    "burgundy": "#6d1f33",
    "mustard": "#c99b2e",
    "petrol": "#1f5b66",
    "rust": "#a84f2a",
    "sage": "#9caf88",
    "camel": "#b98a56",
    "charcoal": "#3d4247",
    "lilac": "#b9a2d8",
    "mint": "#a7dcc3",
    "denim": "#41618c",
}


def swatch_of(type_name: str, class_name: str) -> QColor | None:
    """The colour that a class of a colour type names, or None."""
    if type_name.casefold() not in _COLOUR_TYPES:
        return None
    name = class_name.casefold()
    colour = QColor.fromString(_COLOURS.get(name, name.replace(" ", "")))
    return colour if colour.isValid() else None


def paint_swatch(painter: QPainter, where: QRectF, colour: QColor, theme: Theme) -> None:
    """A square of the colour; its hairline parts black from a dark ground and white from a light one."""
    painter.setPen(QPen(theme.colour("faint"), 1))
    painter.setBrush(colour)
    painter.drawRoundedRect(where, 3, 3)
