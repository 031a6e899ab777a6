"""The Settings page: sections at the left, the chosen one at the right. Everything is kept as it changes."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.changes import ChangeSet
from app.ui.library import Library
from app.ui.page import Page
from app.ui.session import Session
from app.ui.settings.attributes import Attributes
from app.ui.settings.backups import Backups
from app.ui.settings.machine import Machine
from app.ui.settings.place import Place
from app.ui.settings.section import Section
from app.ui.settings.you import You
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import SIDEBAR
from app.ui.widgets.text import label

_WIDTH = 760
_ROW = 32


class SettingsPage(Page):
    """``folder_asked`` and ``type_asked`` wish for the dialogs that add a folder or an attribute type."""

    folder_asked = Signal()
    type_asked = Signal()

    def __init__(self, session: Session, library: Library, theme: Theme) -> None:
        super().__init__()
        self.title = self.tr("Settings")
        self._place = Place(session, theme)
        self._attributes = Attributes(session, theme)
        self._list = QListWidget()
        self._list.setObjectName("rows")
        self._list.setAccessibleName(self.tr("Sections"))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._stack = QStackedWidget()
        self._sections: list[tuple[str, Section]] = [
            (self.tr("You and the window"), You(session, theme)),
            (self.tr("Training and cache"), Machine(session)),
            (self.tr("Folders"), self._place),
            (self.tr("Attributes"), self._attributes),
            (self.tr("Backups"), Backups(session)),
        ]
        self._arrange()
        self._place.folder_asked.connect(self.folder_asked)
        self._attributes.type_asked.connect(self.type_asked)
        self._list.currentRowChanged.connect(self._choose)
        session.bus.changed.connect(self._on_changed)
        self._list.setCurrentRow(0)

    def shown(self) -> None:
        """The page is visible now."""
        self._refresh()

    def open_section(self, number: int) -> None:
        """Bring a section to the front."""
        self._list.setCurrentRow(number)

    def _choose(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        self._sections[self._stack.currentIndex()][1].refresh()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.isVisible() and (changes.library or changes.schema or changes.settings):
            self._refresh()

    def _arrange(self) -> None:
        left = QFrame()
        left.setObjectName("sidebar")
        left.setFixedWidth(SIDEBAR)
        column = QVBoxLayout(left)
        column.setContentsMargins(8, 12, 8, 12)
        column.addWidget(self._list)
        for title, section in self._sections:
            item = QListWidgetItem(title, self._list)
            item.setSizeHint(QSize(80, _ROW))
            self._stack.addWidget(_scrolled(title, section))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(self._stack, 1)


def _scrolled(title: str, section: QWidget) -> QScrollArea:
    ground = QWidget()
    column = QVBoxLayout(ground)
    column.setContentsMargins(24, 16, 24, 24)
    column.setSpacing(12)
    column.addWidget(label(title, "title"))
    column.addWidget(section)
    column.addStretch(1)
    ground.setMaximumWidth(_WIDTH)
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setAlignment(Qt.AlignmentFlag.AlignLeft)
    scroll.setWidget(ground)
    return scroll
