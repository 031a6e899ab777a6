"""The composition root: what lives long is made here and handed down."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.domain.errors import LapelError
from app.services import homes
from app.services.settings import AppSettings
from app.ui import opening
from app.ui.actions import Actions
from app.ui.background import Background
from app.ui.bus import Bus
from app.ui.event_log import EventLog
from app.ui.main_window import MainWindow
from app.ui.shell.keys_card import KeysCard
from app.ui.shell.palette import Palette
from app.ui.theme.theme import Theme
from app.ui.touches import Touches
from app.ui.welcome.page import WelcomePage

if TYPE_CHECKING:
    from app.services.projects import Project
    from app.ui.workplace import Workplace

log = logging.getLogger(__name__)


class Application(QObject):
    """Owns the window, and at most one open project's workplace."""

    def __init__(self, qt: QApplication, events: EventLog | None = None) -> None:
        super().__init__()
        qt.setApplicationName("Lapel")
        self.settings = AppSettings.load()
        self.theme = Theme(qt)
        self.theme.choose(self.settings.theme)
        self.bus = Bus()
        self.background = Background()
        self.window = MainWindow(self.theme)
        self.workplace: Workplace | None = None
        self.events = events
        self._welcome = WelcomePage(self.settings, self.theme, self.background)
        self.window.add_page("welcome", lambda: self._welcome)
        self._welcome.demo_asked.connect(self.open_demo)
        self._welcome.folder_asked.connect(self.open_folder)
        self._welcome.project_asked.connect(self.open_project)
        self._keys = self._make_actions()
        self.background.unexpected.connect(self._on_unexpected)
        self.background.waiting.connect(self.window.status_bar.show_waiting)
        self.window.first_frame.connect(self._load_rest)
        self.window.closing.connect(self._close)
        if events is not None:
            self.window.first_frame.connect(events.on_first_frame)
            self.bus.changed.connect(events.on_changed)
            self.window.page_shown.connect(events.on_page)
            qt.focusWindowChanged.connect(events.on_focus)
            qt.installEventFilter(events)

    def open(self, folder: Path | None, template: str, *, demo: bool) -> None:
        """Show the window, and in it what the command line asked for."""
        self._show_welcome()
        self.window.show()
        Touches(self.window, self.background.courtesy)
        if self.settings.problem:
            self.window.notice.say(self.settings.problem, "bad")
        if demo:
            self.open_demo()
        elif folder is not None and homes.is_project(folder):
            self.open_project(folder)
        elif folder is not None:
            self.open_folder(folder, template)

    def open_demo(self) -> None:
        """Open the demo catalogue."""
        self._open(opening.demo)

    def open_folder(self, folder: Path, template: str) -> None:
        """Open the project about an image folder, made with a template when there is none yet."""
        open_already = self.workplace.session.project.folder if self.workplace else None
        if open_already == homes.home_for(folder):
            self.window.show_page("browse")
            return
        self._open(lambda: opening.about(folder, template))

    def open_project(self, folder: Path) -> None:
        """Open a project by its own folder."""
        self._open(lambda: opening.at(folder))

    def leave_project(self) -> None:
        """Close the project and show the welcome page."""
        if self.workplace is None:
            return
        self.window.show_page("welcome")
        self.workplace.close()
        self.workplace = None
        self._show_welcome()

    def switch_theme(self) -> None:
        """Light instead of dark, or the other way round, and remember it."""
        self.settings.theme = "light" if self.theme.tokens.name == "dark" else "dark"
        self.settings.save()
        self.theme.choose(self.settings.theme)

    def show_keys(self) -> None:
        """Show what can be done by key."""
        KeysCard(self.window, self.theme)

    def _make_actions(self) -> Actions:
        """What can be done by key while no project is open; a project's workplace has its own."""
        return Actions(
            self.window,
            {
                "open-folder": self._welcome.choose_folder,
                "palette": lambda: Palette(self.window, self.theme, list(self._keys.all())),
                "theme": self.switch_theme,
                "keys": self.show_keys,
                "quit": self.window.close,
            },
        )

    def _load_rest(self) -> None:
        """Load what a project needs (SQLAlchemy, numpy, onnxruntime, the pages) while nobody waits yet."""
        self.background.read(lambda: importlib.import_module("app.ui.workplace"), lambda _: None)

    def _open(self, to_open: Callable[[], Project]) -> None:
        def open_and_load() -> Project:
            project = to_open()
            importlib.import_module("app.ui.workplace")
            return project

        self._welcome.show_busy(self.tr("Opening…"))
        self.background.write(open_and_load, self._take, self._on_refused)

    def _take(self, project: Project) -> None:
        from app.ui.workplace import Workplace

        if self.workplace is not None:
            self.workplace.close()
        self._keys.take_from(self.window)
        self.workplace = Workplace(self, project)
        self.workplace.begin()
        self.background.read(lambda: self.settings.remember(project.folder, project.name), lambda _: None)

    def _on_refused(self, error: BaseException) -> None:
        if not isinstance(error, LapelError):
            self._on_unexpected(error)
        if self.workplace is None:
            self._welcome.show_problem(str(error))
        else:
            self.window.notice.say(str(error), "bad")

    def _on_unexpected(self, error: BaseException) -> None:
        if isinstance(error, LapelError):
            log.warning("%s", error)
            self.window.notice.say(str(error), "bad")
            return
        log.error("A defect in Lapel", exc_info=error)
        words = self.tr("Something in Lapel failed: {}. What was saved is kept; the log has the details.")
        self.window.notice.say(words.format(error or type(error).__name__), "bad")

    def _show_welcome(self) -> None:
        self.window.status_bar.show_project("")
        self.window.top_bar.show_project(None)
        self._keys.give_to(self.window)
        self.window.show_page("welcome")

    def _close(self) -> None:
        if self.workplace is not None:
            self.workplace.session.stop()
        self.background.close()
        if self.workplace is not None:
            self.workplace.session.let_go()
