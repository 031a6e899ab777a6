"""The attribute panel: one block a type, and what finishes the image."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.domain.ids import ClassId, TypeId
from app.domain.schema import AttributeType
from app.domain.suggestion import Outcome
from app.ui.actions import keys_text
from app.ui.label.block import Block, BlockView, height_of
from app.ui.label.facts import Facts
from app.ui.label.rows import RESTING_ROWS, Row, rows_for
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import ATTRIBUTE_PANEL
from app.ui.widgets.buttons import button
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.text import label


class Panel(QFrame):
    """Shows Facts. ``picked`` carries (TypeId, class or outcome), ``listed`` a TypeId; ``focused`` fires when
    another type took the focus, ``went_on`` when enough classes are chosen; ``accepted_all``, ``skipped`` and
    ``type_asked`` are its buttons."""

    picked = Signal(object, object)
    listed = Signal(object)
    focused = Signal()
    went_on = Signal()
    type_asked = Signal()
    accepted_all = Signal()
    skipped = Signal()

    def __init__(self, theme: Theme, annotator: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setFixedWidth(ATTRIBUTE_PANEL)
        self._theme = theme
        self._annotator = annotator
        self._facts: Facts | None = None
        self._blocks: dict[TypeId, Block] = {}
        self._shown: dict[TypeId, BlockView] = {}
        self._current: TypeId | None = None
        self._progress = label("", "secondary", figures=True)
        self._next = button(self.tr("Accept all and next"), self.accepted_all.emit, primary=True)
        self._next_key = label(keys_text("accept-all"), "key")
        self._lock = self._make_lock()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = QWidget()
        self._inside.setObjectName("surface")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._empty = EmptyState(
            theme,
            "tag",
            self.tr("No attribute types yet"),
            self.tr("Add the first, such as colour or pattern; its classes come as you label."),
            (self.tr("Add attribute type…"), self.type_asked.emit),
        )
        self._empty.hide()
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self._scroll.setWidget(self._inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._header())
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self._footer())

    @property
    def current(self) -> TypeId | None:
        """The type that has the keys."""
        return self._current

    def rows(self) -> tuple[Row, ...]:
        """The rows of the type that has the keys."""
        view = self._shown.get(self._current) if self._current is not None else None
        return view.rows if view else ()

    def show_facts(self, facts: Facts | None) -> None:
        """Show an image's types; None empties the panel."""
        previous = self._facts
        self._facts = facts
        ids = [t.id for t in facts.schema.types] if facts else []
        had_focus = self.window().focusWidget() in self._blocks.values()
        if ids != list(self._blocks):
            self._rebuild(ids)
        if facts is None:
            self._progress.setText("")
            return
        another = previous is None or previous.id != facts.id or self._current not in self._blocks
        if another:
            undecided = facts.undecided()
            self._current = undecided[0].id if undecided else (ids[0] if ids else None)
        self._refresh()
        if another or had_focus:  # the block that had the keyboard may be gone
            self.take_focus()

    def focus_type(self, type_id: TypeId) -> None:
        """Give a type the keys."""
        if type_id != self._current:
            self._current = type_id
            self._refresh()
            self.focused.emit()
        self.take_focus()

    def take_focus(self) -> None:
        """Put the keyboard on the current type and bring it into view."""
        block = self._blocks.get(self._current) if self._current is not None else None
        if block is not None:
            block.setFocus(Qt.FocusReason.OtherFocusReason)
            self._column.activate()
            self._scroll.ensureWidgetVisible(block, 0, 40)

    def step_type(self, by: int) -> None:
        """Give the keys to the next or previous type."""
        ids = list(self._blocks)
        if self._current is not None and self._current in ids:
            target = ids.index(self._current) + by
            if 0 <= target < len(ids):
                self.focus_type(ids[target])

    def block_geometry(self, type_id: TypeId) -> QWidget:
        """The block of a type, for what floats beside it."""
        return self._blocks[type_id]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh()

    # Building --------------------------------------------------------------------------------------------

    def _make_lock(self) -> QToolButton:
        made = QToolButton()
        made.setCheckable(True)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setText(self.tr("1–9"))
        made.setIconSize(QSize(13, 13))
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.toggled.connect(lambda _: self._refresh())
        made.toggled.connect(lambda _: self._name_lock())
        self._theme.changed.connect(self._name_lock)
        self._lock = made
        self._name_lock()
        return made

    def _name_lock(self) -> None:
        locked = self._lock.isChecked()
        self._lock.setIcon(self._theme.icon("lock" if locked else "lock-open"))
        words = self.tr("Numbers stay with their class") if locked else self.tr("Numbers follow the rank")
        self._lock.setToolTip(words)
        self._lock.setAccessibleName(words)

    def _header(self) -> QWidget:
        made = QWidget()
        made.setFixedHeight(41)
        row = QHBoxLayout(made)
        row.setContentsMargins(16, 0, 12, 0)
        row.addWidget(label(self.tr("Attributes"), "strong"))
        row.addStretch(1)
        row.addWidget(self._progress)
        row.addWidget(self._lock)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(made)
        column.addWidget(_rule())
        return holder

    def _footer(self) -> QWidget:
        made = QFrame()
        made.setObjectName("bar")
        row = QHBoxLayout(made)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(8)
        row.addWidget(self._next)
        row.addWidget(self._next_key, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(button(self.tr("Skip"), self.skipped.emit, tip=keys_text("skip")))
        return made

    def _rebuild(self, ids: list[TypeId]) -> None:
        for block in self._blocks.values():
            self._column.removeWidget(block)
            block.deleteLater()
        self._blocks = {}
        for place, type_id in enumerate(ids):
            block = Block(self._theme, self._inside)
            block.picked.connect(lambda value, t=type_id: self._on_picked(t, value))
            block.entered.connect(lambda t=type_id: self._on_entered(t))
            block.listed.connect(lambda t=type_id: self.listed.emit(t))
            block.left.connect(self.went_on)
            self._column.insertWidget(place, block)
            block.show()  # or the layout would later: what is not shown cannot take the keyboard
            self._blocks[type_id] = block

    def _on_picked(self, type_id: TypeId, value: ClassId | Outcome) -> None:
        self.focus_type(type_id)
        self.picked.emit(type_id, value)

    def _on_entered(self, type_id: TypeId) -> None:
        if type_id != self._current:
            self._current = type_id
            self._refresh()
            self.focused.emit()

    # Showing ---------------------------------------------------------------------------------------------

    def _views(self, facts: Facts) -> list[BlockView]:
        """The blocks' views, with as many rows at rest as fit the height at hand."""
        views: list[BlockView] = []
        for resting in RESTING_ROWS:
            views = [self._view(facts, type_, resting) for type_ in facts.schema.types]
            if sum(map(height_of, views)) <= self._scroll.viewport().height():
                break
        return views

    def _view(self, facts: Facts, type_: AttributeType, resting: int) -> BlockView:
        names: dict[object, str] = {c.id: c.name for c in type_.classes}
        names |= {Outcome.NONE: self.tr("none"), Outcome.NOT_APPLICABLE: self.tr("not applicable")}
        focused = type_.id == self._current
        decision = facts.decision(type_.id)
        suggested = facts.suggestions.get(type_.id)
        locked = self._lock.isChecked()
        rows = rows_for(type_, decision, suggested, focused=focused, locked=locked, resting=resting)
        note, mark = facts.note(type_.id, self._annotator()), facts.mark(type_.id)
        return BlockView(type_, decision, rows, names, note, mark, focused, type_.id in facts.pending)

    def _refresh(self) -> None:
        facts = self._facts
        if facts is None:
            return
        self._shown = {view.type.id: view for view in self._views(facts)}
        for type_id, block in self._blocks.items():
            block.show_view(self._shown[type_id])
        count = len(facts.schema.types)
        self._empty.setVisible(not count)
        self._progress.setVisible(bool(count))
        words = self.tr("{} of {} decided").format(count - len(facts.undecided()), count)
        self._progress.setText(words)
        self._name_next(done=bool(count) and not facts.undecided())

    def _name_next(self, *, done: bool) -> None:
        """With everything decided the same button only goes on, and a shorter key does that too."""
        self._next.setText(self.tr("Next image") if done else self.tr("Accept all and next"))
        self._next_key.setText(keys_text("accept" if done else "accept-all"))


def _rule() -> QFrame:
    made = QFrame()
    made.setObjectName("rule")
    made.setFixedHeight(1)
    return made
