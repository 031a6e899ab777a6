"""The Review page: least confident first, of one attribute type or of all."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from app.domain.changes import ChangeSet
from app.domain.decision import Decision
from app.domain.ids import ClassId, ItemId
from app.domain.suggestion import Outcome
from app.services import defining
from app.ui.actions import Actions
from app.ui.label import keys
from app.ui.label.desk import Desk
from app.ui.label.facts import Facts
from app.ui.label.pictures import Pictures
from app.ui.label.rows import value_for_key
from app.ui.label.stage import Stage
from app.ui.label.type_ahead import TypeAhead
from app.ui.library import Library
from app.ui.page import Page
from app.ui.review.queue import Queue
from app.ui.review.side import Side
from app.ui.session import Session
from app.ui.theme.theme import Theme
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.text import label


class ReviewPage(Page):
    """Works the queue off from the keyboard: a number or Enter decides and goes on."""

    def __init__(self, session: Session, library: Library, theme: Theme) -> None:
        super().__init__()
        self.title = self.tr("Review")
        self._session = session
        self._library = library
        self._queue = Queue(session)
        self._desk = Desk(session)
        self._pictures = Pictures(session)
        self._stage = Stage(theme)
        self._side = Side(theme, lambda: session.settings.annotator)
        self._type_ahead = TypeAhead(theme, self)
        self._types = QComboBox()
        self._types.setAccessibleName(self.tr("Attribute type to review"))
        self._left = label("", "strong")
        self._why = label("", "secondary")
        self._decided = 0
        self._empty = EmptyState(theme, "circle-check", "", "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._make_actions()

    def shown(self) -> None:
        """Take the keyboard; begin again if the suggestions have changed meanwhile."""
        self._fill_types()
        self._queue.refresh()
        self._show_front()

    @property
    def facts(self) -> Facts | None:
        """What is known of the image in front."""
        front = self._queue.front
        return self._desk.get(front.item) if front else None

    def _lay_out(self) -> None:
        top = QFrame()
        top.setObjectName("surface")
        top.setFixedHeight(44)
        row = QHBoxLayout(top)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(label(self.tr("Least confident first"), "strong"))
        row.addWidget(self._types)
        row.addStretch(1)
        row.addWidget(self._why)
        row.addWidget(self._left)
        self._stack.addWidget(self._stage)
        self._stack.addWidget(self._empty)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(top)
        left.addWidget(self._stack, 1)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(left, 1)
        page.addWidget(self._side)

    def _connect(self) -> None:
        self._queue.moved.connect(self._show_front)
        self._queue.counted.connect(self._show_counts)
        self._desk.changed.connect(self._on_facts)
        self._pictures.arrived.connect(self._on_picture)
        self._side.picked.connect(self._pick)
        self._side.accepted.connect(self._accept)
        self._side.skipped.connect(lambda: self._queue.step(1))
        self._side.listed.connect(self._open_type_ahead)
        self._type_ahead.taken.connect(self._pick)
        self._type_ahead.created.connect(self._create_class)
        self._type_ahead.left.connect(self._side.take_focus)
        self._types.activated.connect(lambda _: self._queue.choose(self._types.currentData()))
        self._session.bus.changed.connect(self._on_changed)
        self._stage.needs_whole.connect(self._ask_whole)

    def _make_actions(self) -> None:
        viewer = self._stage.viewer
        picks = {f"pick-{n}": lambda n=n: self._pick_number(n) for n in range(1, 10)}
        Actions(
            self,
            {
                "next": lambda: self._queue.step(1),
                "previous": lambda: self._queue.step(-1),
                "accept": self._accept,
                "skip": lambda: self._queue.step(1),
                "none": lambda: self._pick(Outcome.NONE),
                "not-applicable": lambda: self._pick(Outcome.NOT_APPLICABLE),
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

    def _fill_types(self) -> None:
        chosen = self._types.currentData()
        self._types.clear()
        self._types.addItem(self.tr("All types"), None)
        for type_ in self._session.project.schema().types:
            self._types.addItem(type_.name[:1].upper() + type_.name[1:], type_.id)
        self._types.setCurrentIndex(max(0, self._types.findData(chosen)))

    def _show_front(self) -> None:
        if not self.isVisible():
            return
        front = self._queue.front
        if front is None:
            self._show_end()
            return
        self._stack.setCurrentWidget(self._stage)
        for entry in (front, *self._queue.ahead(2)):
            self._desk.ask(entry.item)
            self._pictures.ask(entry.item)
        self._on_facts(front.item)
        self._on_picture(front.item)
        self._side.take_focus()

    def _show_end(self) -> None:
        self._side.show_facts(None, None)
        self._stack.setCurrentWidget(self._empty)
        if self._queue.is_loading:
            self._empty.say(self.tr("Reading the queue"), "")
        elif self._queue.remaining:
            words = self.tr("You have been through the queue; {} were skipped. F5 begins again.")
            self._empty.say(self.tr("The end of the queue"), words.format(f"{self._queue.remaining:,}"))
        else:
            words = self.tr("Every suggestion was decided, or none is computed yet: the status bar tells.")
            self._empty.say(self.tr("Nothing to review"), words)

    def _show_counts(self) -> None:
        self._left.setText(self.tr("{} left").format(f"{self._queue.remaining:,}"))
        self._why.setText(self.tr("{} decided here").format(self._decided) if self._decided else "")
        if self._queue.front is None:
            self._show_front()

    def _on_facts(self, item: ItemId) -> None:
        front, facts = self._queue.front, self.facts
        if front is None or facts is None or item != front.item:
            return
        self._side.show_facts(facts, front.type)
        self._stage.show_name(facts.item)

    def _on_picture(self, item: ItemId) -> None:
        front = self._queue.front
        if front is not None and item == front.item:
            self._stage.show_picture(item, self._pictures.get(item))

    def _ask_whole(self) -> None:
        facts = self.facts
        if facts is not None and not self._pictures.is_whole(facts.item):
            self._pictures.ask(facts.id, whole=True)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.schema and self.isVisible():
            self._fill_types()

    # Deciding --------------------------------------------------------------------------------------------

    def _pick_number(self, number: int) -> None:
        value = value_for_key(self._side.rows, number)
        if value is not None:
            self._pick(value)

    def _pick(self, value: ClassId | Outcome) -> None:
        front, facts = self._queue.front, self.facts
        if front is None or facts is None:
            return
        self._decide(facts, keys.picked(facts, front.type, value))
        if not keys.stays(facts, front.type, value):
            self._queue.step(1)
        self._side.take_focus()

    def _accept(self) -> None:
        front, facts = self._queue.front, self.facts
        if front is None or facts is None:
            return
        decision = keys.accepted(facts, front.type)
        if decision is not None:
            self._decide(facts, decision)
        if decision is not None or facts.is_decided(front.type):
            self._queue.step(1)

    def _clear(self) -> None:
        front, facts = self._queue.front, self.facts
        if front is not None and facts is not None:
            decision = keys.cleared(facts, front.type)
            if decision is not None:
                self._decide(facts, decision)

    def _decide(self, facts: Facts, decision: Decision) -> None:
        front = self._queue.front
        if front is not None:
            self._decided += not facts.is_decided(front.type)
            self._desk.decide(facts, {front.type: decision})

    def _open_type_ahead(self) -> None:
        front, facts = self._queue.front, self.facts
        if front is None or facts is None:
            return
        block = self._side.block
        corner = block.mapTo(self, QPoint(8, 28))
        self._type_ahead.open(facts.schema.type(front.type), corner, block.width() - 16)

    def _create_class(self, name: str) -> None:
        front, facts, session = self._queue.front, self.facts, self._session
        if front is None or facts is None:
            return

        def take(made: tuple[ClassId, ChangeSet]) -> None:
            class_id, changes = made
            session.bus.tell(changes)
            self._desk.decide_new(facts, front.type, class_id, session.project.schema())
            if self._queue.front == front and not keys.stays(facts, front.type, class_id):
                self._queue.step(1)

        session.background.write(lambda: defining.add_class(session.project, front.type, name), take)
