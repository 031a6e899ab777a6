"""One open project in the window: its pages, its session, and what the window's keys do with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.domain.changes import ChangeSet
from app.domain.facets import LibraryCounts
from app.domain.ids import ItemId
from app.services import browsing
from app.services.projects import Project
from app.ui.actions import Actions
from app.ui.browse.page import BrowsePage
from app.ui.dialogs.exporting import export_decisions
from app.ui.dialogs.importing import import_labels
from app.ui.dialogs.new_type import add_type
from app.ui.dialogs.training import start_training
from app.ui.filter_line import FilterLine
from app.ui.jobs_watch import JobsWatch
from app.ui.label.page import LabelPage
from app.ui.library import Library
from app.ui.models.page import ModelsPage
from app.ui.one_reading import OneReading
from app.ui.page import Page
from app.ui.review.page import ReviewPage
from app.ui.session import Session
from app.ui.settings.page import SettingsPage
from app.ui.shell.palette import Palette

if TYPE_CHECKING:
    from app.ui.application import Application

PAGES = ("browse", "label", "review", "models", "settings")


class Workplace(QObject):
    """Made when a project opens, closed when it is left."""

    def __init__(self, application: Application, project: Project) -> None:
        super().__init__()
        self._application = application
        self._window = application.window
        self.session = Session(project, application.settings, application.background, application.bus)
        self.library = Library(self.session)
        self.jobs = JobsWatch(self.session)
        background = self.session.background
        self._counting = OneReading(
            self, background.aside, self._begin_counting, self._on_counted, background.unexpected.emit
        )
        self._offer_pages()
        self._actions = self._make_actions()
        self._connect()

    def begin(self) -> None:
        """Show the project and start what runs ahead."""
        window, project = self._window, self.session.project
        window.top_bar.show_project(FilterLine(self.session, self.library, self._application.theme))
        window.status_bar.show_project(project.name)
        self._counting.ask()
        self.library.reload()
        window.show_page("browse")
        self.session.begin()
        self.jobs.look()

    def close(self) -> None:
        """Let go of the project and its pages."""
        self.session.stop()
        self._counting.stop()
        self.jobs.close()
        application = self._application
        application.bus.changed.disconnect(self._on_changed)
        self._actions.take_from(self._window)
        self._window.top_bar.train_asked.disconnect(self._train)
        self._window.top_bar.show_project(None)
        self._window.drop_pages(*PAGES)
        application.background.write(self.session.let_go, lambda _: None)

    def _offer_pages(self) -> None:
        parts = (self.session, self.library, self._application.theme)
        makers: dict[str, Callable[[], Page]] = {
            "browse": lambda: self._browse(BrowsePage(*parts)),
            "label": lambda: self._label(LabelPage(*parts)),
            "review": lambda: self._review(ReviewPage(*parts)),
            "models": lambda: ModelsPage(*parts, self.jobs),
            "settings": lambda: self._settings(SettingsPage(*parts)),
        }
        for name in PAGES:
            self._window.add_page(name, makers[name])

    def _browse(self, page: BrowsePage) -> BrowsePage:
        page.opened.connect(self._label_item)
        page.folder_wanted.connect(self._add_folder)
        return page

    def _label(self, page: LabelPage) -> LabelPage:
        page.type_asked.connect(self._add_type)
        page.turned.connect(self._window.notice.pass_by)
        if log := self._application.events:
            page.presented.connect(log.on_image)
        return page

    def _review(self, page: ReviewPage) -> ReviewPage:
        page.turned.connect(self._window.notice.pass_by)
        return page

    def _settings(self, page: SettingsPage) -> SettingsPage:
        page.folder_asked.connect(self._add_folder)
        page.type_asked.connect(self._add_type)
        return page

    def _make_actions(self) -> Actions:
        window, session = self._window, self.session
        return Actions(
            window,
            {
                **{name: (lambda name=name: window.show_page(name)) for name in PAGES},
                "open-folder": self._add_folder,
                "filter": self._focus_filter,
                "palette": self._show_palette,
                "undo": session.undo,
                "redo": session.redo,
                "train": self._train,
                "export": lambda: export_decisions(window, session, self._application.theme),
                "import-labels": lambda: import_labels(window, session, self._application.theme),
                "rescan": session.rescan,
                "add-type": self._add_type,
                "welcome": self._application.leave_project,
                "theme": self._application.switch_theme,
                "keys": self._application.show_keys,
                "quit": window.close,
            },
        )

    def _connect(self) -> None:
        session, window = self.session, self._window
        session.said.connect(window.notice.say)
        session.activity.connect(window.status_bar.show_activity)
        if log := self._application.events:
            session.activity.connect(log.on_activity)
            session.said.connect(log.on_said)
        window.top_bar.train_asked.connect(self._train)
        self._application.bus.changed.connect(self._on_changed)

    # What the keys do ------------------------------------------------------------------------------------

    def _label_item(self, item: ItemId) -> None:
        self.library.go_to(item)
        self._window.show_page("label")

    def _focus_filter(self) -> None:
        if self._window.page not in ("browse", "label"):
            self._window.show_page("browse")
        self._window.top_bar.focus_filter()

    def _show_palette(self) -> None:
        actions = [*self._actions.all(), *self._window.page_actions()]
        Palette(self._window, self._application.theme, actions)

    def _add_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Open a folder of images"))
        if chosen:
            self.session.add_folder(Path(chosen))

    def _add_type(self) -> None:
        add_type(self._window, self.session, self._application.theme)

    def _train(self) -> None:
        start_training(self._window, self.session, self._application.theme)

    # Counts ----------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.library or changes.decisions or changes.schema:
            self._counting.ask()

    def _begin_counting(self) -> Callable[[], LibraryCounts]:
        return partial(browsing.counts, self.session.project)

    def _on_counted(self, counts: LibraryCounts) -> None:
        self._window.status_bar.show_counts(counts)
