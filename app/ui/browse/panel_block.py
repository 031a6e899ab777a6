"""One attribute type in the panel for many images."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.domain.ids import ClassId
from app.domain.schema import AttributeType
from app.domain.suggestion import Outcome
from app.ui.browse.bulk import Has, Tally, Value, Wishes
from app.ui.browse.check import Check
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label

FEW = 3  # classes that no image has, before "more"


class PanelBlock(QWidget):
    """``wished`` carries a value of the type and True, False or None; ``grown`` says that rows were added.

    Rows are made when they are first shown.
    """

    wished = Signal(object, object)
    grown = Signal()

    def __init__(self, kind: AttributeType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self._rows: dict[Value, tuple[Check, QLabel]] = {}
        self._open = False
        self._tally = Tally()
        self._wishes = Wishes()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 14)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        title = kind.name[:1].upper() + kind.name[1:]
        self._grid.addWidget(label(title, "strong"), 0, 0, 1, 2)
        self._more = button("", self._switch, flat=True)
        self._more.setProperty("small", True)
        self._values: list[Value] = [*(c.id for c in kind.classes), Outcome.NONE, Outcome.NOT_APPLICABLE]
        self._grid.addWidget(self._more, len(self._values) + 1, 0, Qt.AlignmentFlag.AlignLeft)

    def show_state(self, tally: Tally, wishes: Wishes) -> None:
        """Show what the images have and what is wished."""
        self._tally, self._wishes = tally, wishes
        shown = self._shown()
        rows = len(self._rows)
        for place, value in enumerate(self._values, 1):
            if value in shown and value not in self._rows:
                self._add_row(place, value)
            if value in self._rows:
                for widget in self._rows[value]:
                    widget.setVisible(value in shown)
        for value in shown:
            self._show_row(value)
        hidden = len(self._values) - len(shown)
        self._more.setVisible(bool(hidden) or self._open)
        self._more.setText(self.tr("Fewer") if self._open else self.tr("{} more…").format(hidden))
        self._more.setAccessibleName(f"{self.kind.name}: {self._more.text()}")
        if len(self._rows) != rows:
            self.grown.emit()

    def controls(self) -> list[QWidget]:
        """What Tab goes through, from top to bottom."""
        return [*(self._rows[v][0] for v in self._values if v in self._rows), self._more]

    def _shown(self) -> set[Value]:
        if self._open:
            return set(self._values)
        used = {v for v in self._values if self._tally.count(self.kind.id, v)}
        used |= {v for v in self._values if self._wishes.get(self.kind.id, v) is not None}
        room = max(0, FEW - len(used))
        unused = [c.id for c in self.kind.classes if c.id not in used]
        return used | set(unused[: max(room, 1)])

    def _add_row(self, place: int, value: Value) -> None:
        check = Check(self._name(value))
        check.checkStateChanged.connect(lambda _: self.wished.emit(value, check.wish()))
        count = label("", "small")
        self._grid.addWidget(check, place, 0)
        self._grid.addWidget(count, place, 1, Qt.AlignmentFlag.AlignRight)
        self._rows[value] = (check, count)

    def _show_row(self, value: Value) -> None:
        check, count = self._rows[value]
        had = self._tally.has(self.kind.id, value)
        wish = self._wishes.get(self.kind.id, value)
        check.show_state(had, wish, ruled_out=self._wishes.rules_out(self.kind, value))
        words = ""
        if had is Has.ALL:
            words = self.tr("all")
        elif had is Has.SOME:
            number = self._tally.count(self.kind.id, value)
            words = self.tr("{} of {}").format(f"{number:,}", f"{self._tally.images:,}")
        count.setText(words)
        check.setAccessibleName(f"{self.kind.name}: {self._name(value)}" + (f", {words}" if words else ""))

    def _name(self, value: ClassId | Outcome) -> str:
        if isinstance(value, Outcome):
            return self.tr("None") if value is Outcome.NONE else self.tr("Not applicable")
        return next(c.name for c in self.kind.classes if c.id == value)

    def _switch(self) -> None:
        self._open = not self._open
        self.show_state(self._tally, self._wishes)
