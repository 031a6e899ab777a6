"""The Review page: least confident first, of one attribute type or of all."""

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.changes import ChangeSet
from app.domain.decision import Decision
from app.domain.ids import TypeId
from app.ui.actions import Actions
from app.ui.label.deciding import DecidingPage
from app.ui.label.facts import Facts
from app.ui.label.rows import Row
from app.ui.library import Library
from app.ui.review.queue import Queue
from app.ui.review.side import Side
from app.ui.session import Session
from app.ui.theme.theme import Theme
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.text import label

AHEAD = 2
"""So many entries after the one in front are read before they are asked for."""


class ReviewPage(DecidingPage):
    """Works the queue off from the keyboard: a number or Enter decides and goes on."""

    def __init__(self, session: Session, library: Library, theme: Theme) -> None:
        super().__init__(session, theme)
        self.title = self.tr("Review")
        self._queue = Queue(session)
        self._side = Side(theme, lambda: session.settings.annotator)
        self._types = QComboBox()
        self._types.setAccessibleName(self.tr("Attribute type to review"))
        self._decided = 0
        self._empty = EmptyState(theme, "circle-check", "", "", (self.tr("Begin again"), self._queue.restart))
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        Actions(self, self._key_handlers())

    def shown(self) -> None:
        """Take the keyboard; begin again if the suggestions have changed meanwhile."""
        self._fill_types()
        self._queue.refresh()
        self._show_front()

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
        self._stack.addWidget(self._front.stage)
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
        self._front.changed.connect(self._show_facts)
        self._side.picked.connect(self._pick_asked)
        self._side.accepted.connect(self._accept)
        self._side.skipped.connect(lambda: self._step(1))
        self._side.listed.connect(self._open_type_ahead)
        self._types.activated.connect(lambda _: self._queue.choose(self._types.currentData()))
        self._session.bus.changed.connect(self._on_changed)

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
        self._stack.setCurrentWidget(self._front.stage)
        self._front.show(front.item, [entry.item for entry in self._queue.ahead(AHEAD)])
        self._side.take_focus()

    def _show_end(self) -> None:
        self._front.show(None)
        self._side.show_facts(None, None)
        self._stack.setCurrentWidget(self._empty)
        if self._queue.is_loading:
            self._empty.say(self.tr("Reading the queue"), "", offer=False)
        elif self._queue.remaining:
            words = self.tr("You have been through the queue; {} were skipped.")
            self._empty.say(self.tr("The end of the queue"), words.format(f"{self._queue.remaining:,}"))
        else:
            words = self.tr("Every suggestion was decided, or none is computed yet: the status bar tells.")
            self._empty.say(self.tr("Nothing to review"), words, offer=False)

    def _show_counts(self) -> None:
        self._side.show_counts(self._queue.remaining, self._decided)
        if self._queue.front is None:
            self._show_front()

    def _show_facts(self, facts: Facts) -> None:
        if self._queue.front is not None:
            self._side.show_facts(facts, self._queue.front.type)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.schema and self.isVisible():
            self._fill_types()

    # What the keys are about, and where they go ----------------------------------------------------------

    def _asked(self) -> TypeId | None:
        return self._queue.front.type if self._queue.front else None

    def _rows(self) -> tuple[Row, ...]:
        return self._side.rows

    def _block(self) -> QWidget:
        return self._side.block

    def _take_focus(self) -> None:
        self._side.take_focus()

    def _step(self, by: int) -> None:
        self._queue.step(by)

    def _go_on(self, type_id: TypeId, *, turn: bool) -> None:
        """Every entry asks for one type only."""
        self._step(1)

    def _decide(self, facts: Facts, values: dict[TypeId, Decision]) -> None:
        self._decided += sum(not facts.is_decided(type_id) for type_id in values)
        super()._decide(facts, values)
