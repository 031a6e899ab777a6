"""Notices: one line that says what happened, above the page, gone by itself or by Esc."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.ui.theme.theme import Theme
from app.ui.theme.tokens import FILMSTRIP, STATUS_BAR
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label, set_role

SHOWN_MS = 5000
"""How long a notice stands; bad news stays until it is closed."""


class Notice(QFrame):
    """Floats at the bottom centre of ``host``, above what may stand at its edge."""

    def __init__(self, host: QWidget, theme: Theme) -> None:
        super().__init__(host)
        self.setObjectName("notice")
        self._theme = theme
        self._host = host
        self._words = label("", wrap=True)
        self._words.setMaximumWidth(560)
        self._close = button(self.tr("Close"), self.hide, flat=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.addWidget(self._words, 1)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        host.installEventFilter(self)
        theme.changed.connect(self._recolour)
        self._recolour()
        self.hide()

    def say(self, words: str, kind: str = "info") -> None:
        """Show a line; kinds: info, good, warn, bad."""
        self._words.setText(words)
        set_role(self._words, "" if kind == "info" else kind)
        self._close.setVisible(kind in ("bad", "warn"))
        self._words.setMinimumWidth(min(560, self._words.fontMetrics().horizontalAdvance(words) + 4))
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.stop()
        if kind != "bad":
            self._timer.start(SHOWN_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        above = STATUS_BAR + FILMSTRIP + 12  # of the host's lower edge: the filmstrip stays in sight
        self.move((self._host.width() - self.width()) // 2, self._host.height() - self.height() - above)

    def _recolour(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"#notice {{ background: {tokens.raised}; border: 1px solid {tokens.line}; border-radius: 8px; }}"
        )
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
