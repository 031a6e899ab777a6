"""One setting: what it is, one sentence, and its control at the right; rows are parted by hairlines."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.widgets.text import label
from app.ui.widgets.wrapped import Wrapped

CONTROL_WIDTH = 220


class SettingRow(QWidget):
    """``sentence`` can be changed later with ``say``."""

    def __init__(self, title: str, sentence: str, control: QWidget) -> None:
        super().__init__()
        self._sentence = Wrapped(sentence, "secondary")
        names = QVBoxLayout()
        names.setSpacing(2)
        name = label(title)
        name.setBuddy(control)
        names.addWidget(name)
        names.addWidget(self._sentence)
        control.setAccessibleName(title)
        control.setAccessibleDescription(sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(24)
        row.addLayout(names, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def say(self, sentence: str) -> None:
        """Change the sentence."""
        self._sentence.setText(sentence)


def card(rows: Sequence[QWidget]) -> QFrame:
    """Rows in one frame, parted by hairlines."""
    frame = QFrame()
    frame.setObjectName("card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(1, 2, 1, 2)
    column.setSpacing(0)
    for number, row in enumerate(rows):
        if number:
            column.addWidget(rule())
        column.addWidget(row)
    return frame


def rule() -> QFrame:
    """A hairline."""
    line = QFrame()
    line.setObjectName("rule")
    line.setFixedHeight(1)
    return line
