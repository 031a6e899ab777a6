"""What the window asks of a page."""

from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """A page of the window. ``title`` names it in the top bar."""

    title = ""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")

    def shown(self) -> None:
        """Called each time the page comes to the front: take the keyboard, read what went stale."""
