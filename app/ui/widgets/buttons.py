"""Buttons in the few kinds that the design knows."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QWidget


def button(
    text: str,
    on_click: Callable[[], object] | None = None,
    parent: QWidget | None = None,
    *,
    primary: bool = False,
    flat: bool = False,
    danger: bool = False,
    tip: str = "",
) -> QPushButton:
    """A push button; one primary button a page."""
    made = QPushButton(text, parent)
    made.setAutoDefault(False)
    for name, value in (("primary", primary), ("flat", flat), ("danger", danger)):
        if value:
            made.setProperty(name, True)
    if tip:
        made.setToolTip(tip)
    if on_click is not None:
        made.clicked.connect(lambda: on_click())
    return made


def set_primary(which: QPushButton, primary: bool) -> None:
    """Make a button the page's primary one, or an ordinary one again."""
    if bool(which.property("primary")) != primary:
        which.setProperty("primary", primary)
        which.style().unpolish(which)
        which.style().polish(which)
