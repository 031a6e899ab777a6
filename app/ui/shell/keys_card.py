"""The F1 table: every action with its keys, by where they work."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui.actions import ACTIONS, ActionSpec, Scope, key_name, title
from app.ui.shell.overlay import Overlay
from app.ui.theme.theme import Theme
from app.ui.widgets.text import label, section

_WIDTH = 372
"""Of one column."""
_ACTION = QAbstractSlider.SliderAction
_STEPS = {
    Qt.Key.Key_Down: _ACTION.SliderSingleStepAdd,
    Qt.Key.Key_Up: _ACTION.SliderSingleStepSub,
    Qt.Key.Key_PageDown: _ACTION.SliderPageStepAdd,
    Qt.Key.Key_PageUp: _ACTION.SliderPageStepSub,
}


class KeysCard(Overlay):
    """Any of Esc, Enter and F1 closes it."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window, theme, self.tr("Keys"))
        self.card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Keys"), "title"), 1)
        head.addWidget(label(self.tr("Esc"), "key"))
        head.addWidget(label(self.tr("closes"), "secondary"))
        table = QWidget()
        columns = QHBoxLayout(table)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(40)
        for scopes in ((Scope.EVERYWHERE, Scope.PROJECT), (Scope.LABEL, Scope.BROWSE)):
            column = QVBoxLayout()
            column.setSpacing(8)
            for scope in scopes:
                _add_scope(column, self.tr(scope.value), _rows(scope, self.tr("Suggestion of that number")))
            column.addStretch(1)
            columns.addLayout(column)
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(16)
        self.column.addLayout(head)
        self._table = _Table(table)
        self.column.addWidget(self._table)
        self.open(self.card)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_F1, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.dismiss()
        elif (step := _STEPS.get(Qt.Key(event.key()))) is not None:
            self._table.verticalScrollBar().triggerAction(step)
        else:
            super().keyPressEvent(event)


class _Table(QScrollArea):
    """As large as what it holds; in a window that is smaller, ↑ ↓ and the wheel go through it."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(content)
        content.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()


def _rows(scope: Scope, numbers: str) -> list[tuple[str, tuple[str, ...]]]:
    specs = [s for s in ACTIONS if s.scope is scope and _is_told(s)]
    rows = [(title(s), tuple(dict.fromkeys(map(key_name, s.keys)))) for s in specs]
    return [*rows, (numbers, ("1 … 9",))] if scope is Scope.LABEL else rows


def _is_told(spec: ActionSpec) -> bool:
    return bool(spec.keys) and not spec.id.startswith("pick-")


def _add_scope(column: QVBoxLayout, heading: str, rows: list[tuple[str, tuple[str, ...]]]) -> None:
    if not rows:
        return
    if column.count():
        column.addSpacing(6)
    column.addWidget(section(heading))
    grid = QGridLayout()
    grid.setVerticalSpacing(6)
    grid.setHorizontalSpacing(24)
    grid.setColumnStretch(0, 1)
    grid.setColumnMinimumWidth(0, _WIDTH // 2)
    for row, (words, keys) in enumerate(rows):
        grid.addWidget(label(words), row, 0)
        grid.addLayout(_caps(keys), row, 1)
    column.addLayout(grid)


def _caps(keys: tuple[str, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    row.addStretch(1)
    for name in keys:
        row.addWidget(label(name, "key"), 0, Qt.AlignmentFlag.AlignVCenter)
    return row
