"""The empty state: says what is so and what to do next."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label


class EmptyState(QWidget):
    """An icon, a title, a sentence and at most one button, centred."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        sentence: str,
        action: tuple[str, Callable[[], object]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = label(title, "title")
        self._sentence = label(sentence, "muted", wrap=True)
        self._sentence.setFixedWidth(420)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        for widget in (self._picture, self._title, self._sentence):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._action = button(*action, primary=True) if action else None
        if self._action:
            column.addSpacing(8)
            column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theme.changed.connect(self._recolour)
        self._recolour()

    def say(self, title: str, sentence: str, *, offer: bool = True) -> None:
        """Change the words; ``offer`` says whether the button makes sense with them."""
        self._title.setText(title)
        self._sentence.setText(sentence)
        if self._action:
            self._action.setVisible(offer)

    def _recolour(self) -> None:
        pixmap = self._theme.icons.pixmap(
            self._icon_name, self._theme.tokens.faint, 40, self.devicePixelRatioF()
        )
        self._picture.setPixmap(pixmap)
