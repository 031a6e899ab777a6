"""A line in a frame on a page: why something could not be done and what to do, or what is under way."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.ui.theme.theme import Theme
from app.ui.widgets.wrapped import Wrapped

_ICONS = {"info": ("info", "muted", "line"), "warn": ("triangle-alert", "warn", "warn")}
_BAD = ("triangle-alert", "bad", "bad")


class Message(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._kind = "bad"
        self._picture = QLabel()
        self._words = Wrapped()
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        theme.changed.connect(self._recolour)
        self.hide()

    @property
    def words(self) -> str:
        """What is being said; empty while hidden."""
        return self._words.text()

    def say(self, words: str, kind: str = "bad") -> None:
        """Show the words; empty ones hide the frame. Kinds: info, warn, bad."""
        self._kind = kind
        self._words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self._recolour()

    def _recolour(self) -> None:
        tokens = self._theme.tokens
        icon, role, border = _ICONS.get(self._kind, _BAD)
        colour = getattr(tokens, role)
        self._picture.setPixmap(self._theme.icons.pixmap(icon, colour, 16, self.devicePixelRatioF()))
        edge = getattr(tokens, border)
        self.setStyleSheet(
            f"#message {{ background: {tokens.surface}; border: 1px solid {edge}; border-radius: 8px; }}"
        )
