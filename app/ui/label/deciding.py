"""What every page does that has one image in front and decides its attribute types by key."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from app.domain.changes import ChangeSet
from app.domain.decision import Decision
from app.domain.ids import ClassId, TypeId
from app.domain.suggestion import Outcome
from app.services import defining
from app.ui.label import keys
from app.ui.label.facts import Facts
from app.ui.label.front import Front
from app.ui.label.rows import Row, value_for_key
from app.ui.label.type_ahead import TypeAhead
from app.ui.page import Page
from app.ui.session import Session
from app.ui.theme.theme import Theme


class DecidingPage(Page):
    """A page says which type the keys are about and where they go from there: what raises here is its own.

    ``turned`` says that another image is in front.
    """

    turned = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._front = Front(session, theme, self)
        self._front.turned.connect(self.turned)
        self._type_ahead = TypeAhead(theme, self)
        self._type_ahead.taken.connect(self._take_found)
        self._type_ahead.created.connect(self._create_class)
        self._type_ahead.left.connect(self._take_focus)

    @property
    def facts(self) -> Facts | None:
        """What is known of the image in front."""
        return self._front.facts

    # What a page says ------------------------------------------------------------------------------------

    def _asked(self) -> TypeId | None:
        """The type that the keys decide, or None."""
        raise NotImplementedError

    def _rows(self) -> tuple[Row, ...]:
        """The rows of that type on screen: what the number keys take."""
        raise NotImplementedError

    def _block(self) -> QWidget:
        """The widget of that type: what the type-ahead floats over."""
        raise NotImplementedError

    def _take_focus(self) -> None:
        """Put the keyboard on that type."""
        raise NotImplementedError

    def _step(self, by: int) -> None:
        """Go to the next image, or back."""
        raise NotImplementedError

    def _go_on(self, type_id: TypeId, *, turn: bool) -> None:
        """Go where a decision leads; ``turn`` says that Enter was pressed: that may end in the next image."""
        raise NotImplementedError

    # Keys ------------------------------------------------------------------------------------------------

    def _key_handlers(self) -> dict[str, Callable[[], object]]:
        """What the keys do that all these pages have in common, by the action's id."""
        viewer = self._front.stage.viewer
        return {
            "next": lambda: self._step(1),
            "previous": lambda: self._step(-1),
            "skip": lambda: self._step(1),
            "accept": self._accept,
            "none": lambda: self._pick_asked(Outcome.NONE),
            "not-applicable": lambda: self._pick_asked(Outcome.NOT_APPLICABLE),
            "clear": self._clear,
            "type-ahead": self._open_type_ahead,
            "zoom-in": lambda: viewer.zoom(1.25),
            "zoom-out": lambda: viewer.zoom(0.8),
            "zoom-100": viewer.natural_size,
            "fit": viewer.fit,
            **{f"pick-{n}": lambda n=n: self._pick_number(n) for n in range(1, 10)},
        }

    # Deciding --------------------------------------------------------------------------------------------

    def _decide(self, facts: Facts, values: dict[TypeId, Decision]) -> None:
        self._front.desk.decide(facts, values)

    def _pick_number(self, number: int) -> None:
        value = value_for_key(self._rows(), number)
        if value is not None:
            self._pick_asked(value)

    def _pick_asked(self, value: ClassId | Outcome) -> None:
        type_id = self._asked()
        if type_id is not None:
            self._pick(type_id, value)

    def _pick(self, type_id: TypeId, value: ClassId | Outcome) -> None:
        facts = self.facts
        if facts is None:
            return
        self._decide(facts, {type_id: keys.picked(facts, type_id, value)})
        if not keys.stays(facts, type_id, value):
            self._go_on(type_id, turn=False)

    def _accept(self) -> None:
        facts, type_id = self.facts, self._asked()
        if facts is None or type_id is None:
            return
        if not facts.is_decided(type_id) and self._is_blind():
            return
        decision = keys.accepted(facts, type_id)
        if decision is not None:
            self._decide(facts, {type_id: decision})
        if decision is not None or facts.is_decided(type_id):
            self._go_on(type_id, turn=True)

    def _is_blind(self) -> bool:
        """Whether the image cannot be seen: then nobody can accept what is suggested for it. Says so."""
        reason = self._front.unshown
        if reason:
            words = self.tr(
                "Nothing was accepted: the image cannot be shown. A number or a class decides still."
            )
            self._session.said.emit(words, "warn")
        return bool(reason)

    def _clear(self) -> None:
        facts, type_id = self.facts, self._asked()
        if facts is None or type_id is None:
            return
        decision = keys.cleared(facts, type_id)
        if decision is not None:
            self._decide(facts, {type_id: decision})

    # Classes ---------------------------------------------------------------------------------------------

    def _open_type_ahead(self) -> None:
        facts, type_id = self.facts, self._asked()
        if facts is None or type_id is None:
            return
        block = self._block()
        corner = block.mapTo(self, QPoint(8, 28))
        self._type_ahead.open(facts.schema.type(type_id), corner, block.width() - 16)

    def _take_found(self, class_id: ClassId) -> None:
        self._take_focus()
        self._pick_asked(class_id)

    def _create_class(self, name: str) -> None:
        self._take_focus()
        facts, type_id, session = self.facts, self._asked(), self._session
        if facts is None or type_id is None:
            return

        def take(made: tuple[ClassId, ChangeSet]) -> None:
            class_id, changes = made
            session.bus.tell(changes)
            self._front.desk.decide_new(facts, type_id, class_id, session.project.schema())
            still_there = self.facts is not None and self.facts.id == facts.id and self._asked() == type_id
            if still_there and not keys.stays(facts, type_id, class_id):
                self._go_on(type_id, turn=False)

        session.background.write(lambda: defining.add_class(session.project, type_id, name), take)
