"""The frame that dialogs share: heading, body, a line for trouble, progress, and two buttons."""

from itertools import pairwise

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.domain.progress import Progress
from app.ui.activity import left
from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button
from app.ui.widgets.message import Message
from app.ui.widgets.text import label
from app.ui.widgets.wrapped import Wrapped

_STEPS = 1000


class DialogFrame(QDialog):
    """Subclasses put widgets into ``body`` and override ``go``. Shown with ``open()``, never ``exec()``."""

    def __init__(self, parent: QWidget, theme: Theme, title: str, sentence: str, action: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(480)
        self.theme = theme
        self.sentence = Wrapped(sentence, "muted")
        self.sentence.setVisible(bool(sentence))
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.message = Message(theme)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.doing = Wrapped("", "secondary")
        self.action = button(action, self.go, primary=True)
        self.action.setDefault(True)
        self.dismiss = button(self.tr("Cancel"), self.reject)
        self._arrange(title)
        self.show_progress(None)

    def showEvent(self, event: QShowEvent) -> None:
        """Tab goes through the body first, then the foot; the keyboard begins in the body."""
        feet = [self.dismiss, self.action]
        body = [w for w in self.findChildren(QWidget) if self._takes_tab(w) and w not in feet]
        for first, second in pairwise([*body, *feet]):
            self.setTabOrder(first, second)
        if not self.focusWidget():
            first = next(w for w in (*body, self.action, self.dismiss) if w.isEnabled())
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        super().showEvent(event)

    def event(self, event: QEvent) -> bool:
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._grow()
        return answer

    def _grow(self) -> None:
        """Be as high as the words need that have come since."""
        column = self.layout()
        needed = column.totalHeightForWidth(self.width()) if column is not None else 0
        if needed > self.height():
            self.resize(self.width(), needed)

    def go(self) -> None:
        """What the primary button does."""
        raise NotImplementedError

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far the work is; None takes the bar away."""
        self.bar.setVisible(progress is not None)
        self.doing.setVisible(progress is not None)
        if progress is None:
            return
        fraction = progress.fraction
        self.bar.setRange(0, 0 if fraction is None else _STEPS)
        self.bar.setValue(round(_STEPS * (fraction or 0)))
        words = (progress.words, left(progress.seconds_left))
        self.doing.setText(" · ".join(w for w in words if w))

    def add_foot(self, extra: QPushButton) -> None:
        """Put one more button at the left of the foot."""
        self._foot.insertWidget(0, extra)

    def _takes_tab(self, widget: QWidget) -> bool:
        """Whether Tab stops there; what a box drops down is a window of its own."""
        return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.window() is self

    def _arrange(self, title: str) -> None:
        self._foot = QHBoxLayout()
        self._foot.setSpacing(8)
        self._foot.addStretch(1)
        self._foot.addWidget(self.dismiss)
        self._foot.addWidget(self.action)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(title, "title", wrap=True))
        column.addWidget(self.sentence)
        column.addLayout(self.body)
        column.addWidget(self.message)
        column.addWidget(self.bar)
        column.addWidget(self.doing)
        column.addStretch(1)
        column.addSpacing(6)
        column.addLayout(self._foot)
