"""The attribute panel: one block a type, and what finishes the image."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.domain.ids import ClassId, TypeId
from app.domain.suggestion import Outcome
from app.ui.actions import keys_text
from app.ui.label.block import Block, BlockView
from app.ui.label.facts import Facts
from app.ui.label.rows import Row, rows_for
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import ATTRIBUTE_PANEL
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label


class Panel(QFrame):
    """Shows Facts. ``picked`` carries (TypeId, class or outcome), ``listed`` a TypeId; ``focused`` fires when
    another type took the focus; ``accepted_all`` and ``skipped`` are the two buttons."""

    picked = Signal(object, object)
    listed = Signal(object)
    focused = Signal()
    accepted_all = Signal()
    skipped = Signal()

    def __init__(self, theme: Theme, annotator: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setFixedWidth(ATTRIBUTE_PANEL)
        self._theme = theme
        self._annotator = annotator
        self._facts: Facts | None = None
        self._blocks: dict[TypeId, Block] = {}
        self._current: TypeId | None = None
        self._progress = label("", "secondary")
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
        return self._rows_of(self._current) if self._current is not None else ()

    def show_facts(self, facts: Facts | None) -> None:
        """Show an image's types; None empties the panel."""
        previous = self._facts
        self._facts = facts
        ids = [t.id for t in facts.schema.types] if facts else []
        if ids != list(self._blocks):
            self._rebuild(ids)
        if facts is None:
            self._progress.setText("")
            return
        if previous is None or previous.id != facts.id or self._current not in self._blocks:
            undecided = facts.undecided()
            self._current = undecided[0].id if undecided else (ids[0] if ids else None)
            self._refresh()
            self.take_focus()
            return
        self._refresh()

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
            self._inside.layout().activate()
            self._scroll.ensureWidgetVisible(block, 0, 40)

    def step_type(self, by: int) -> None:
        """Give the keys to the next or previous type."""
        ids = list(self._blocks)
        if self._current in ids:
            target = ids.index(self._current) + by
            if 0 <= target < len(ids):
                self.focus_type(ids[target])

    def block_geometry(self, type_id: TypeId) -> QWidget:
        """The block of a type, for what floats beside it."""
        return self._blocks[type_id]

    # Building --------------------------------------------------------------------------------------------

    def _make_lock(self) -> QToolButton:
        made = QToolButton()
        made.setCheckable(True)
        made.setText("1 2 3")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.toggled.connect(lambda _: self._refresh())
        made.toggled.connect(self._name_lock)
        made.setStyleSheet("font-size: 11px; padding: 2px 6px;")
        self._lock = made
        self._name_lock(False)
        return made

    def _name_lock(self, locked: bool) -> None:
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
        row.addWidget(button(self.tr("Accept all and next"), self.accepted_all.emit, primary=True))
        row.addWidget(label(keys_text("accept-all"), "key"))
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
            self._column.insertWidget(place, block)
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

    def _rows_of(self, type_id: TypeId) -> tuple[Row, ...]:
        facts = self._facts
        if facts is None:
            return ()
        return rows_for(
            facts.schema.type(type_id),
            facts.decision(type_id),
            facts.suggestions.get(type_id),
            focused=type_id == self._current,
            locked=self._lock.isChecked(),
        )

    def _refresh(self) -> None:
        facts = self._facts
        if facts is None:
            return
        for type_id, block in self._blocks.items():
            type_ = facts.schema.type(type_id)
            names: dict[object, str] = {c.id: c.name for c in type_.classes}
            names |= {Outcome.NONE: self.tr("none"), Outcome.NOT_APPLICABLE: self.tr("not applicable")}
            block.show_view(
                BlockView(
                    type_,
                    facts.decision(type_id),
                    self._rows_of(type_id),
                    names,
                    facts.note(type_id, self._annotator),
                    facts.mark(type_id),
                    type_id == self._current,
                    type_id in facts.pending,
                )
            )
        decided = len(facts.schema.types) - len(facts.undecided())
        self._progress.setText(self.tr("{} of {} decided").format(decided, len(facts.schema.types)))


def _rule() -> QFrame:
    made = QFrame()
    made.setObjectName("rule")
    made.setFixedHeight(1)
    return made
