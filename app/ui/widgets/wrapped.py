"""Text over several lines that is never cut off.

Inside a scroll area Qt asks only for least heights, which for a wrapping label is one line: this one asks for
what its present width needs.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


class Wrapped(QLabel):
    """A plain-text label that wraps, as ``label(…, wrap=True)``, as high as its text needs."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        if role:
            self.setProperty("role", role)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._ask_for_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask_for_room()

    def _ask_for_room(self) -> None:
        least = self.minimumHeight()
        self.setMinimumHeight(0)  # Qt counts it in: text that was once narrow would stay as high
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))
        if least != self.minimumHeight():
            self.updateGeometry()
