"""The top bar: brand, page, filter line, and the one door to training."""

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.ui.actions import keys_text
from app.ui.theme.tokens import TOP_BAR
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label

FILTER_WIDTH, LEAST_FILTER = 420, 240
MARGIN, SPACING = 14, 12
READABLE = 320
"""Narrower than this, a line of words becomes a column of them."""


class TopBar(QFrame):
    """``train_asked`` fires on the Train button."""

    train_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setFixedHeight(TOP_BAR)
        self._title = label("", "muted")
        self._train = button(self.tr("Train"), self.train_asked.emit, tip=keys_text("train"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(MARGIN, 0, 12, 0)
        self._row.setSpacing(SPACING)
        self._row.addWidget(label("Lapel", "brand"))
        self._row.addWidget(self._title)
        self._row.addStretch(1)
        self._row.addWidget(self._train)
        self._filter: QWidget | None = None
        self.show_project(None)

    def gap(self) -> QRect:
        """Where nothing stands; the whole bar but for the button, where that is too narrow to read in."""
        left, right = MARGIN, self.width() - MARGIN
        if not self._train.isHidden():
            right = self._train.x() - SPACING
        ends = self._title.x() + self._title.sizeHint().width() + SPACING
        begins = right
        if self._filter is not None and not self._filter.isHidden():
            begins = self._filter.x() - SPACING
        if begins - ends >= READABLE:
            left, right = ends, begins
        return QRect(left, 0, max(1, right - left), self.height())

    def show_title(self, title: str) -> None:
        """Name the page shown."""
        self._title.setText(title)

    def show_project(self, filter_line: QWidget | None) -> None:
        """Show an open project's filter line and the Train button; None hides both."""
        if self._filter is not None:
            self._row.removeWidget(self._filter)
            self._filter.deleteLater()
        self._filter = filter_line
        self._train.setVisible(filter_line is not None)
        if filter_line is not None:
            filter_line.setMinimumWidth(LEAST_FILTER)
            filter_line.setMaximumWidth(FILTER_WIDTH)
            self._row.insertWidget(3, filter_line, 1000)  # it has its width before the gap beside it grows

    def focus_filter(self) -> None:
        """Put the keyboard in the filter line."""
        if self._filter is not None:
            self._filter.setFocus()

    def show_filter(self, *, shown: bool) -> None:
        """Show the filter line on pages that list images."""
        if self._filter is not None:
            self._filter.setVisible(shown)
