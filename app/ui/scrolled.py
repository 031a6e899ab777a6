"""Around a page: where the window is smaller than the page can be, one scrolls instead of losing its edge."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea

from app.ui.page import Page


class Scrolled(QScrollArea):
    """Shows no bars as long as the page fits; the keyboard stays in the page."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(page)
