"""The right side of the Review page: which type, what is suggested, and the verdict."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.ids import TypeId
from app.domain.suggestion import Outcome
from app.ui.actions import keys_text
from app.ui.label.block import Block, BlockView
from app.ui.label.facts import Facts
from app.ui.label.rows import Row, rows_for
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import ATTRIBUTE_PANEL
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label


class Side(QFrame):
    """``picked`` carries a class or outcome; ``accepted``, ``skipped`` and ``listed`` are what they say."""

    picked = Signal(object)
    accepted = Signal()
    skipped = Signal()
    listed = Signal()

    def __init__(self, theme: Theme, annotator: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setFixedWidth(ATTRIBUTE_PANEL)
        self._annotator = annotator
        self._left = label("", "strong", figures=True)
        self._decided = label("", "secondary", figures=True)
        self._block = Block(theme)
        self._block.picked.connect(self.picked)
        self._block.listed.connect(self.listed)
        self._block.left.connect(self.accepted)
        self._accept = button("", self.accepted.emit, primary=True)
        self._skip = button(self.tr("Skip"), self.skipped.emit, tip=keys_text("skip"))
        self._rows: tuple[Row, ...] = ()
        head = QWidget()
        head.setFixedHeight(41)
        head_row = QHBoxLayout(head)
        head_row.setContentsMargins(16, 0, 16, 0)
        head_row.addWidget(self._left, 1)
        head_row.addWidget(self._decided)
        foot = QFrame()
        foot.setObjectName("bar")
        foot_row = QHBoxLayout(foot)
        foot_row.setContentsMargins(16, 10, 16, 10)
        foot_row.addWidget(self._accept)
        self._key = label(keys_text("accept"), "key")
        foot_row.addWidget(self._key, 0, Qt.AlignmentFlag.AlignVCenter)
        foot_row.addStretch(1)
        foot_row.addWidget(self._skip)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        for widget in (head, self._block):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(foot)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows on screen."""
        return self._rows

    @property
    def block(self) -> Block:
        """The block of the type in question, for what floats beside it."""
        return self._block

    def take_focus(self) -> None:
        """Put the keyboard on the block."""
        self._block.setFocus()

    def show_counts(self, left: int, decided: int) -> None:
        """Say how much is left in the queue and how much was decided since the page was opened."""
        self._left.setText(self.tr("{} left").format(f"{left:,}"))
        self._decided.setText(self.tr("{} decided here").format(f"{decided:,}") if decided else "")

    def show_facts(self, facts: Facts | None, type_id: TypeId | None) -> None:
        """Show one type of an image; None empties the side."""
        known = facts is not None and type_id is not None
        for widget in (self._block, self._accept, self._key, self._skip):
            widget.setVisible(known)
        if facts is None or type_id is None:
            self._rows = ()
            return
        type_ = facts.schema.type(type_id)
        suggested = facts.suggestions.get(type_id)
        self._rows = rows_for(type_, facts.decision(type_id), suggested, focused=True, locked=False)
        names: dict[object, str] = {c.id: c.name for c in type_.classes}
        names |= {Outcome.NONE: self.tr("none"), Outcome.NOT_APPLICABLE: self.tr("not applicable")}
        note, mark = facts.note(type_id, self._annotator()), facts.mark(type_id)
        pending = type_id in facts.pending
        self._block.show_view(
            BlockView(type_, facts.decision(type_id), self._rows, names, note, mark, True, pending)
        )
        offered = [names[r.value] for r in self._rows if r.offered]
        self._accept.setEnabled(bool(offered))
        words = self.tr("Accept {}").format(", ".join(offered)) if offered else self.tr("Accept")
        self._accept.setText(words if len(words) <= 26 else self.tr("Accept {} classes").format(len(offered)))
