"""Notices: a line in the top bar that says what happened; it goes by itself and covers nothing worked on."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.ui.shell.top_bar import TopBar
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import CONTROL, TOP_BAR
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label, set_role

SHOWN_MS = 5000
"""How long a notice stands; bad news stays until it is closed."""


class Notice(QFrame):
    """Stands in ``bar``, where that has room. ``pass_by`` says that what it was about is out of sight."""

    def __init__(self, host: QWidget, bar: TopBar, theme: Theme) -> None:
        super().__init__(host)
        self.setObjectName("notice")
        self._theme = theme
        self._host = host
        self._bar = bar
        self._kind = "info"
        self._words = label("", wrap=True)
        self._close = button(self.tr("Close"), self.hide, flat=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 6, 2)
        row.addWidget(self._words, 1)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        for watched in (host, bar):
            watched.installEventFilter(self)
        theme.changed.connect(self._recolour)
        self._recolour()
        self.hide()

    @property
    def words(self) -> str:
        """What is being said; empty while nothing is."""
        return "" if self.isHidden() else self._words.text()

    def say(self, words: str, kind: str = "info") -> None:
        """Show a line; kinds: info, good, warn, bad."""
        self._kind = kind
        self._words.setText(words)
        set_role(self._words, "" if kind == "info" else kind)
        self._close.setVisible(kind in ("bad", "warn"))
        self._place()
        self.show()
        self.raise_()
        self._timer.stop()
        if kind != "bad":
            self._timer.start(SHOWN_MS)

    def pass_by(self) -> None:
        """Another image is in front: go, unless it is bad news."""
        if self._kind != "bad":
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """As wide as the words, in the bar's gap; where that is narrow, over the title and the filter."""
        gap = self._bar.gap()
        closing = self._close.sizeHint().width() + 6 if not self._close.isHidden() else 0
        around = 18 + closing
        wanted = self._words.fontMetrics().horizontalAdvance(self._words.text()) + 4
        width = max(1, min(wanted, gap.width() - around))
        self._words.setFixedSize(width, max(0, self._words.heightForWidth(width)))
        self.resize(width + around, max(self._words.height(), CONTROL) + 4)
        self.move(gap.left() + (gap.width() - self.width()) // 2, max(2, (TOP_BAR - self.height()) // 2))

    def _recolour(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"#notice {{ background: {tokens.raised}; border: 1px solid {tokens.line}; border-radius: 8px; }}"
        )
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
