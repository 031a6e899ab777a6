"""The Label page: the image, the strip of its neighbours, and the attribute panel, driven by one hand."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.domain.changes import ChangeSet
from app.domain.decision import Decision
from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.suggestion import Outcome
from app.services import browsing, defining
from app.ui.actions import Actions
from app.ui.label import keys
from app.ui.label.desk import Desk
from app.ui.label.facts import Facts
from app.ui.label.filmstrip import Filmstrip
from app.ui.label.panel import Panel
from app.ui.label.pictures import Pictures
from app.ui.label.rows import value_for_key
from app.ui.label.stage import Stage
from app.ui.label.type_ahead import TypeAhead
from app.ui.library import Library
from app.ui.page import Page
from app.ui.session import Session
from app.ui.theme.theme import Theme

AHEAD = (1, 2, -1)
"""Which neighbours, by distance, are read before they are asked for."""


class LabelPage(Page):
    """``presented`` carries the Facts of an image once it, or the reason for having none, is on screen;
    ``type_asked`` that a first attribute type is wanted."""

    presented = Signal(object)
    type_asked = Signal()

    def __init__(self, session: Session, library: Library, theme: Theme) -> None:
        super().__init__()
        self.title = self.tr("Label")
        self._session = session
        self._library = library
        self._desk = Desk(session)
        self._pictures = Pictures(session)
        self._stage = Stage(theme)
        self._strip = Filmstrip(session, library, theme)
        self._panel = Panel(theme, lambda: session.settings.annotator)
        self._type_ahead = TypeAhead(theme, self)
        self._lay_out()
        self._connect()
        self.actions_ = self._make_actions()

    def shown(self) -> None:
        """Take the keyboard and show the current image."""
        self._show_current()
        self._panel.take_focus()

    @property
    def facts(self) -> Facts | None:
        """What is known of the current image."""
        item = self._library.current
        return None if item is None else self._desk.get(item)

    # Building --------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._stage, 1)
        left.addWidget(self._strip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self._panel)

    def _connect(self) -> None:
        self._library.moved.connect(self._show_current)
        self._library.reordered.connect(self._show_current)
        self._desk.changed.connect(self._on_facts)
        self._pictures.arrived.connect(self._on_picture)
        self._stage.needs_whole.connect(self._ask_whole)
        self._panel.picked.connect(self._pick)
        self._panel.listed.connect(lambda _: self._open_type_ahead())
        self._panel.accepted_all.connect(self._accept_all)
        self._panel.type_asked.connect(self.type_asked)
        self._panel.skipped.connect(lambda: self._library.step(1))
        self._type_ahead.taken.connect(self._take_found)
        self._type_ahead.created.connect(self._create_class)
        self._type_ahead.left.connect(self._panel.take_focus)
        self._session.bus.changed.connect(self._on_changed)

    def _make_actions(self) -> Actions:
        viewer = self._stage.viewer
        picks = {f"pick-{n}": lambda n=n: self._pick_number(n) for n in range(1, 10)}
        return Actions(
            self,
            {
                "next": lambda: self._library.step(1),
                "previous": lambda: self._library.step(-1),
                "next-unfinished": lambda: self._go_unfinished(1),
                "previous-unfinished": lambda: self._go_unfinished(-1),
                "next-type": lambda: self._panel.step_type(1),
                "previous-type": lambda: self._panel.step_type(-1),
                "accept": self._accept,
                "accept-all": self._accept_all,
                "skip": lambda: self._library.step(1),
                "none": lambda: self._pick_current(Outcome.NONE),
                "not-applicable": lambda: self._pick_current(Outcome.NOT_APPLICABLE),
                "clear": self._clear,
                "type-ahead": self._open_type_ahead,
                "zoom-in": lambda: viewer.zoom(1.25),
                "zoom-out": lambda: viewer.zoom(0.8),
                "zoom-100": viewer.natural_size,
                "fit": viewer.fit,
                **picks,
            },
        )

    # Showing ---------------------------------------------------------------------------------------------

    def _show_current(self) -> None:
        if not self.isVisible():
            return
        item = self._library.current
        self._strip.follow()
        if item is None:
            self._panel.show_facts(None)
            self._stage.show_nothing()
            return
        self._desk.ask(item, cold=True)
        self._pictures.ask(item)
        self._on_facts(item)
        self._on_picture(item)
        for by in AHEAD:
            if (neighbour := self._neighbour(by)) is not None:
                self._desk.ask(neighbour)
                self._pictures.ask(neighbour)

    def _on_facts(self, item: ItemId) -> None:
        facts = self.facts
        if item != self._library.current or facts is None:
            return
        self._panel.show_facts(facts)
        self._stage.show_name(facts.item)
        self._tell_presented()

    def _on_picture(self, item: ItemId) -> None:
        if item == self._library.current:
            self._stage.show_picture(item, self._pictures.get(item))
            self._tell_presented()

    def _tell_presented(self) -> None:
        facts = self.facts
        if facts is not None and self._pictures.get(facts.id) is not None:
            self.presented.emit(facts)

    def _ask_whole(self) -> None:
        facts = self.facts
        if facts is not None and not self._pictures.is_whole(facts.item):
            self._pictures.ask(facts.id, whole=True)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.library:
            for item in changes.items:
                self._pictures.forget(item)
            self._show_current()

    def _neighbour(self, by: int) -> ItemId | None:
        position = self._library.position
        if position is None or not 0 <= position + by < len(self._library.order):
            return None
        return ItemId(self._library.order[position + by])

    # Deciding --------------------------------------------------------------------------------------------

    def _pick_number(self, number: int) -> None:
        value = value_for_key(self._panel.rows(), number)
        if value is not None:
            self._pick_current(value)

    def _pick_current(self, value: ClassId | Outcome) -> None:
        if self._panel.current is not None:
            self._pick(self._panel.current, value)

    def _pick(self, type_id: TypeId, value: ClassId | Outcome) -> None:
        facts = self.facts
        if facts is None:
            return
        decision = keys.picked(facts, type_id, value)
        self._desk.decide(facts, {type_id: decision})
        if not keys.stays(facts, type_id, value):
            self._go_on(type_id)

    def _accept(self) -> None:
        facts, type_id = self.facts, self._panel.current
        if facts is None or type_id is None:
            return
        decision = keys.accepted(facts, type_id)
        if decision is not None:
            self._desk.decide(facts, {type_id: decision})
        elif not facts.is_decided(type_id):
            return
        if not self._go_on(type_id):
            self._library.step(1)

    def _accept_all(self) -> None:
        facts = self.facts
        if facts is None:
            return
        decided: dict[TypeId, Decision] = keys.accepted_all(facts)
        self._desk.decide(facts, decided)
        left = self.facts.undecided() if self.facts else ()
        if left:
            self._panel.focus_type(left[0].id)
            self._session.said.emit(
                self.tr("Nothing is suggested for {}: choose there, or skip.").format(left[0].name), "info"
            )
        else:
            self._library.step(1)

    def _clear(self) -> None:
        facts, type_id = self.facts, self._panel.current
        if facts is None or type_id is None:
            return
        decision = keys.cleared(facts, type_id)
        if decision is not None:
            self._desk.decide(facts, {type_id: decision})

    def _go_on(self, type_id: TypeId) -> bool:
        """Go to the next undecided type; False when all are decided."""
        facts = self.facts
        following = keys.next_undecided(facts, type_id) if facts else None
        if following is not None:
            self._panel.focus_type(following)
        return following is not None

    def _go_unfinished(self, direction: int) -> None:
        library, project = self._library, self._session.project
        order, position = library.order, library.position

        def go(found: int | None) -> None:
            if library.order is not order or library.position != position:
                return
            if found is None:
                self._session.said.emit(self.tr("No unfinished image in that direction."), "info")
            else:
                library.go_to(ItemId(order[found]))

        start = -1 if position is None else position
        self._session.background.read(lambda: browsing.next_unfinished(project, order, start, direction), go)

    # Classes ---------------------------------------------------------------------------------------------

    def _open_type_ahead(self) -> None:
        facts, type_id = self.facts, self._panel.current
        if facts is None or type_id is None:
            return
        block = self._panel.block_geometry(type_id)
        corner = block.mapTo(self, QPoint(8, 28))
        self._type_ahead.open(facts.schema.type(type_id), corner, block.width() - 16)

    def _take_found(self, class_id: ClassId) -> None:
        self._panel.take_focus()
        self._pick_current(class_id)

    def _create_class(self, name: str) -> None:
        self._panel.take_focus()
        facts, type_id, session = self.facts, self._panel.current, self._session
        if facts is None or type_id is None:
            return

        def take(made: tuple[ClassId, ChangeSet]) -> None:
            class_id, changes = made
            session.bus.tell(changes)
            self._desk.decide_new(facts, type_id, class_id, session.project.schema())
            if self._library.current == facts.id and not keys.stays(facts, type_id, class_id):
                self._go_on(type_id)

        session.background.write(lambda: defining.add_class(session.project, type_id, name), take)
