"""The Label page: the image, the strip of its neighbours, and the attribute panel, driven by one hand."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.changes import ChangeSet
from app.domain.ids import ItemId, TypeId
from app.services import browsing
from app.ui.actions import Actions
from app.ui.label import keys
from app.ui.label.deciding import DecidingPage
from app.ui.label.filmstrip import Filmstrip
from app.ui.label.panel import Panel
from app.ui.label.rows import Row
from app.ui.library import Library
from app.ui.session import Session
from app.ui.theme.theme import Theme

AHEAD = (1, 2, -1)
"""Which neighbours, by distance, are read before they are asked for."""


class LabelPage(DecidingPage):
    """``presented`` carries the Facts of an image once it, or the reason for having none, is on screen;
    ``type_asked`` that a first attribute type is wanted."""

    presented = Signal(object)
    type_asked = Signal()

    def __init__(self, session: Session, library: Library, theme: Theme) -> None:
        super().__init__(session, theme)
        self.title = self.tr("Label")
        self._library = library
        self._strip = Filmstrip(session, library, theme)
        self._panel = Panel(theme, lambda: session.settings.annotator)
        self._lay_out()
        self._connect()
        self._make_actions()

    def shown(self) -> None:
        """Take the keyboard and show the current image."""
        self._show_current()
        self._take_focus()

    # Building --------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._front.stage, 1)
        left.addWidget(self._strip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self._panel)

    def _connect(self) -> None:
        self._library.moved.connect(self._show_current)
        self._library.reordered.connect(self._show_current)
        self._front.changed.connect(self._panel.show_facts)
        self._front.presented.connect(self.presented)
        self._panel.picked.connect(self._pick)
        self._panel.listed.connect(lambda _: self._open_type_ahead())
        self._panel.went_on.connect(self._accept)
        self._panel.accepted_all.connect(self._accept_all)
        self._panel.type_asked.connect(self.type_asked)
        self._panel.skipped.connect(lambda: self._step(1))
        self._session.bus.changed.connect(self._on_changed)
        self._session.travelled.connect(self._follow)

    def _make_actions(self) -> None:
        own = {
            "next-unfinished": lambda: self._go_unfinished(1),
            "previous-unfinished": lambda: self._go_unfinished(-1),
            "next-type": lambda: self._panel.step_type(1),
            "previous-type": lambda: self._panel.step_type(-1),
            "accept-all": self._accept_all,
        }
        Actions(self, {**self._key_handlers(), **own})

    # Showing ---------------------------------------------------------------------------------------------

    def _show_current(self) -> None:
        if not self.isVisible():
            return
        item = self._library.current
        self._strip.follow()
        if item is None:
            self._panel.show_facts(None)
        neighbours = (self._neighbour(by) for by in AHEAD)
        self._front.show(item, [n for n in neighbours if n is not None], cold=True)

    def _follow(self, items: frozenset[ItemId]) -> None:
        """Show what an undo has changed, where that is one image: a person looks for it there."""
        if self.isVisible() and len(items) == 1:
            [item] = items
            if self._library.place_of(item) is not None:
                self._library.go_to(item)

    def _neighbour(self, by: int) -> ItemId | None:
        position = self._library.position
        if position is None or not 0 <= position + by < len(self._library.order):
            return None
        return ItemId(self._library.order[position + by])

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.library:
            self._show_current()

    # What the keys are about, and where they go ----------------------------------------------------------

    def _asked(self) -> TypeId | None:
        return self._panel.current

    def _rows(self) -> tuple[Row, ...]:
        return self._panel.rows()

    def _block(self) -> QWidget:
        assert self._panel.current is not None
        return self._panel.block_geometry(self._panel.current)

    def _take_focus(self) -> None:
        self._panel.take_focus()

    def _step(self, by: int) -> None:
        self._library.step(by)

    def _go_on(self, type_id: TypeId, *, turn: bool) -> None:
        """To the next undecided type; with all of them decided, ``turn`` goes to the next image."""
        facts = self.facts
        following = keys.next_undecided(facts, type_id) if facts else None
        if following is not None:
            self._panel.focus_type(following)
        elif turn:
            self._step(1)

    def _accept_all(self) -> None:
        facts = self.facts
        if facts is None or (facts.undecided() and self._is_blind()):
            return
        self._decide(facts, keys.accepted_all(facts))
        left = self.facts.undecided() if self.facts else ()
        if left:
            self._panel.focus_type(left[0].id)
            self._session.said.emit(
                self.tr("Nothing is suggested for {}: choose there, or skip.").format(left[0].name), "info"
            )
        else:
            self._step(1)

    def _go_unfinished(self, direction: int) -> None:
        library, project = self._library, self._session.project
        order, position, current = library.order, library.position, library.current

        def go(found: int | None) -> None:
            if library.current != current:
                return  # whoever went on is not pulled away
            if library.order is not order:
                self._go_unfinished(direction)  # ordered anew meanwhile: the key still counts
            elif found is None:
                self._session.said.emit(self.tr("No unfinished image in that direction."), "info")
            else:
                library.go_to(ItemId(order[found]))

        start = -1 if position is None else position
        self._session.background.read(lambda: browsing.next_unfinished(project, order, start, direction), go)
