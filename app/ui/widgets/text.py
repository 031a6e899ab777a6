"""Labels with a role, so that the style sheet alone decides how they look."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.ui.theme.theme import figure_font


def label(
    text: str = "",
    role: str = "",
    parent: QWidget | None = None,
    *,
    wrap: bool = False,
    figures: bool = False,
) -> QLabel:
    """A plain-text label; ``role`` is one of those that the style sheet knows, such as muted or title.

    ``figures`` gives all its figures the same width: for numbers that change in place or stand in a column.
    """
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if figures:
        made.setFont(figure_font())
    if role:
        made.setProperty("role", role)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget another role and restyle it."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def section(text: str, parent: QWidget | None = None) -> QLabel:
    """A section title in small capitals."""
    return label(text.upper(), "section", parent)
