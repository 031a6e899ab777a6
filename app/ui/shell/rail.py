"""The rail of page icons at the window's left edge."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from app.ui.actions import keys_text
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import RAIL

PAGE_ICONS = {
    "browse": "layout-grid",
    "label": "tag",
    "review": "gauge",
    "models": "layers",
    "settings": "settings",
}


class Rail(QFrame):
    """``chosen`` carries the name of the page asked for."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(RAIL)
        self._theme = theme
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 8)
        column.setSpacing(4)
        titles = {
            "browse": self.tr("Browse"),
            "label": self.tr("Label"),
            "review": self.tr("Review"),
            "models": self.tr("Models"),
            "settings": self.tr("Settings"),
        }
        for name, title in titles.items():
            if name == "settings":
                column.addStretch(1)
            column.addWidget(self._button(name, title), 0, Qt.AlignmentFlag.AlignHCenter)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_page(self, name: str) -> None:
        """Mark a page as the one shown."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)

    def _button(self, name: str, title: str) -> QToolButton:
        made = QToolButton(self)
        made.setCheckable(True)
        made.setFixedSize(40, 40)
        made.setIconSize(QSize(20, 20))
        made.setAccessibleName(title)
        made.setToolTip(f"{title}   {keys_text(name)}")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(made)
        self._buttons[name] = made
        return made

    def _recolour(self) -> None:
        for name, made in self._buttons.items():
            made.setIcon(self._theme.icon(PAGE_ICONS[name]))
