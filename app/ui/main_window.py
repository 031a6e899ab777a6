"""The window: bars around a stack of pages. It shows what it is handed and decides nothing."""

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.ui.page import Page
from app.ui.scrolled import Scrolled
from app.ui.shell.notices import Notice
from app.ui.shell.rail import Rail
from app.ui.shell.status_bar import StatusBar
from app.ui.shell.top_bar import TopBar
from app.ui.theme.theme import Theme

FILTERED_PAGES = ("browse", "label")
SIZE, LEAST = QSize(1280, 800), QSize(600, 340)
"""Its first size, and the least: pages that need more are scrolled."""


class MainWindow(QMainWindow):
    """``first_frame`` fires once the window is on screen, ``closing`` before it goes; ``page_shown`` carries
    the name of a page now in front."""

    first_frame = Signal()
    closing = Signal()
    page_shown = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setWindowTitle("Lapel")
        self.resize(SIZE)
        self.setMinimumSize(LEAST)
        self.top_bar = TopBar()
        self.rail = Rail(theme)
        self.status_bar = StatusBar()
        self._stack = QStackedWidget()
        self._makers: dict[str, Callable[[], Page]] = {}
        self._pages: dict[str, Scrolled] = {}
        self._painted = False
        self.notice = Notice(self._lay_out(), self.top_bar, theme)
        self.rail.chosen.connect(self.show_page)
        self.rail.hide()

    @property
    def page(self) -> str:
        """The name of the page in front, or an empty string."""
        front = self._stack.currentWidget()
        return next((name for name, page in self._pages.items() if page is front), "")

    def page_actions(self) -> list[QAction]:
        """What the page in front can do by key."""
        front = self._pages.get(self.page)
        return front.page.actions() if front is not None else []

    def add_page(self, name: str, make: Callable[[], Page]) -> None:
        """Offer a page; it is made when it is first shown, so that no page waits for the others."""
        self._makers[name] = make

    def drop_pages(self, *names: str) -> None:
        """Let pages go, with whatever they hold."""
        for name in names:
            self._makers.pop(name, None)
            page = self._pages.pop(name, None)
            if page is not None:
                self._stack.removeWidget(page)
                page.deleteLater()

    def show_page(self, name: str) -> None:
        """Bring a page to the front and tell it."""
        page = self._page(name)
        if page is None:
            return
        self._stack.setCurrentWidget(self._pages[name])
        self.top_bar.show_title(page.title)
        self.top_bar.show_filter(shown=name in FILTERED_PAGES)
        self.rail.setVisible(name != "welcome")
        self.rail.show_page(name)
        page.shown()
        self.page_shown.emit(name)

    def _page(self, name: str) -> Page | None:
        if name not in self._pages and name in self._makers:
            self._pages[name] = Scrolled(self._makers[name]())
            self._stack.addWidget(self._pages[name])
        around = self._pages.get(name)
        return around.page if around is not None else None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.first_frame.emit)  # the children are painted before anything posted

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.accept()

    def _lay_out(self) -> QWidget:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self._stack, 1)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addLayout(middle, 1)
        column.addWidget(self.status_bar)
        centre = QWidget()
        centre.setObjectName("page")
        centre.setLayout(column)
        self.setCentralWidget(centre)
        return centre
