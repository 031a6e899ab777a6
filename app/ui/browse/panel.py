"""The right column: what the selected images have, and labels for all of them in one undo step."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.ids import ItemId
from app.domain.schema import AttributeType, Schema
from app.ui.browse.bulk import MOST, Tally, Value, Wishes
from app.ui.browse.labelling import Labelling
from app.ui.browse.panel_block import PanelBlock
from app.ui.browse.words import images_words
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label

PANEL = 300


class BulkPanel(QFrame):
    """``cleared`` says that the selection is to be dropped."""

    cleared = Signal()

    def __init__(self, labelling: Labelling, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setFixedWidth(PANEL)
        self._labelling = labelling
        self._schema: Schema | None = None
        self._number = 0
        self._ids: Sequence[ItemId] = ()
        self._tally = Tally()
        self._wishes = Wishes()
        self._blocks: list[PanelBlock] = []
        self._title = label("", "strong")
        self._hint = label("", "secondary", wrap=True)
        self._apply = button(self.tr("Apply"), self.apply, primary=True)
        self._clear = button(self.tr("Clear"), self.cleared.emit, tip=self.tr("Deselect all images (Esc)"))
        self._lay_out()
        self._count_soon = QTimer(self, singleShot=True, interval=120)  # a selection being drawn moves fast
        self._count_soon.timeout.connect(self._count)
        self._tabs_soon = QTimer(self, singleShot=True, interval=0)
        self._tabs_soon.timeout.connect(self._order_tabs)
        self._before: QWidget = self._apply
        labelling.counted.connect(self._show_tally)
        labelling.applied.connect(self._forget)
        self._show()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(14, 12, 14, 8)
        head.setSpacing(2)
        head.addWidget(self._title)
        head.addWidget(self._hint)
        self._body = QWidget()
        self._body.setObjectName("surface")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(14, 6, 14, 6)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to what it holds
        self._scroll.setWidget(self._body)
        self._foot = QFrame()
        self._foot.setObjectName("bar")
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(14, 8, 14, 8)
        row.addWidget(self._apply)
        row.addWidget(self._clear)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        column.addStretch(0)
        column.addWidget(self._foot)

    def show_schema(self, schema: Schema) -> None:
        """Make a block for each attribute type."""
        if schema == self._schema:
            return
        self._schema = schema
        self._wishes = Wishes()
        for block in self._blocks:
            self._column.removeWidget(block)
            block.deleteLater()
        self._blocks = [PanelBlock(kind) for kind in schema.types]
        for place, block in enumerate(self._blocks):
            block.grown.connect(self._tabs_soon.start)
            block.wished.connect(lambda value, wish, kind=block.kind: self._wish(kind, value, wish))
            self._column.insertWidget(place, block)
        self._show()

    def show_selection(self, number: int, ids: Sequence[ItemId]) -> None:
        """Be about so many images; ``ids`` are theirs, or none where there are more than can be labelled.

        Wishes stay while the selection grows or shrinks, not for a new one.
        """
        if number == self._number and ids == self._ids:
            return
        self._number = number
        if set(self._ids).isdisjoint(ids):
            self._wishes = Wishes()
        self._ids, self._tally = ids, Tally(len(ids))
        self._count_soon.start()
        self._show()

    def follow(self, before: QWidget) -> None:
        """Come after that widget when Tab is pressed."""
        self._before = before
        self._order_tabs()

    def recount(self) -> None:
        """Decisions changed: count again what the images have."""
        self._count_soon.start()

    def apply(self) -> None:
        """Make the wishes true, as one undo step."""
        if self._wishes and self._ids and self._schema is not None:
            self._labelling.apply(self._ids, self._wishes, images_words(len(self._ids)))

    def _wish(self, kind: AttributeType, value: Value, wish: bool | None) -> None:
        self._wishes = self._wishes.with_wish(kind, value, wish)
        self._show()

    def _order_tabs(self) -> None:
        controls = [c for block in self._blocks for c in block.controls()]
        for first, second in pairwise((self._before, *controls, self._apply, self._clear)):
            self.setTabOrder(first, second)

    def _forget(self, wishes: Wishes) -> None:
        """These wishes came true; newer ones stay."""
        if wishes == self._wishes:
            self._wishes = Wishes()
            self._show()

    def _count(self) -> None:
        self._labelling.count(self._ids)

    def _show_tally(self, ids: Sequence[ItemId], found: Tally) -> None:
        if ids is self._ids:
            self._tally = found
            self._show()

    def _show(self) -> None:
        number = self._number
        usable = 0 < number <= MOST and self._schema is not None and bool(self._schema.types)
        self._scroll.setVisible(usable)
        self._foot.setVisible(bool(number))
        self._title.setText(images_words(number))
        self._title.setVisible(bool(number))
        self._hint.setText(self._hint_words(number))
        self._apply.setVisible(usable)
        self._apply.setEnabled(bool(self._wishes))
        if usable:
            for block in self._blocks:
                block.show_state(self._tally, self._wishes)

    def _hint_words(self, number: int) -> str:
        if not number:
            return self.tr(
                "Select images to label them together: click one, Shift+click for a range, Ctrl+click for "
                "single ones, Ctrl+A for all. Enter opens the current image."
            )
        if number > MOST:
            words = self.tr("At most {} images are labelled at once. Narrow the selection.")
            return words.format(f"{MOST:,}")
        if self._schema is not None and not self._schema.types:
            return self.tr("This project has no attribute types yet. Add one on the Label page.")
        return self.tr("Changes apply to all, one undo step")
