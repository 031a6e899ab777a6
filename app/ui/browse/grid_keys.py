"""The grid's keys: arrows move, Shift extends, Ctrl moves without selecting, Space switches, Enter opens."""

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.ui.browse.choosing import Choosing

Key = Qt.Key
_STEPS = {
    Key.Key_Left: lambda columns, _: -1,
    Key.Key_Right: lambda columns, _: 1,
    Key.Key_Up: lambda columns, _: -columns,
    Key.Key_Down: lambda columns, _: columns,
    Key.Key_PageUp: lambda columns, rows: -columns * rows,
    Key.Key_PageDown: lambda columns, rows: columns * rows,
}


class Keyed(Protocol):
    """What the keys need of a grid."""

    choosing: Choosing

    def open(self, position: int) -> None: ...
    def choose(self, current: int) -> None: ...
    def choose_nothing(self) -> None: ...
    def selectAll(self) -> None: ...
    def rows_on_screen(self) -> int: ...


def press(grid: "Keyed", event: QKeyEvent, columns: int) -> bool:
    """Do what a key asks for; False when it asks for nothing here."""
    choosing = grid.choosing
    key = Key(event.key())
    if event.matches(QKeySequence.StandardKey.SelectAll):
        grid.selectAll()
        return True
    if key == Key.Key_Escape and choosing.picked:
        grid.choose_nothing()
        return True
    if not choosing.count:
        return False
    if key in (Key.Key_Return, Key.Key_Enter) and choosing.current is not None:
        grid.open(choosing.current)
        return True
    if key == Key.Key_Space and choosing.current is not None:
        choosing.toggle(choosing.current)
        grid.choose(choosing.current)
        return True
    target = _target(choosing, key, columns, grid.rows_on_screen())
    if target is None:
        return False
    _go(choosing, target, event.modifiers())
    grid.choose(target)
    return True


def _target(choosing: Choosing, key: Qt.Key, columns: int, rows: int) -> int | None:
    """The position that a key leads to, or None."""
    last = choosing.count - 1
    if key == Key.Key_Home:
        return 0
    if key == Key.Key_End:
        return last
    if key not in _STEPS:
        return None
    if choosing.current is None:
        return 0
    target = choosing.current + _STEPS[key](columns, rows)
    if 0 <= target <= last:
        return target
    if key in (Key.Key_PageUp, Key.Key_PageDown):
        return 0 if target < 0 else last
    below = key == Key.Key_Down and choosing.current // columns < last // columns
    return last if below else choosing.current


def _go(choosing: Choosing, target: int, modifiers: Qt.KeyboardModifier) -> None:
    adds = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        choosing.extend(target, keep=adds)
    elif adds:
        choosing.move(target)
    else:
        choosing.go(target)
