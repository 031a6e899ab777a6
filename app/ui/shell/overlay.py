"""What floats over the window: a card with a shadow on a veil, which has the keyboard until it closes."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from app.ui.theme.theme import Theme

_SHADOW, _RINGS = 24, 12
"""How far the shadow reaches, in pixels, and in how many rings it is painted."""
_TOP = 96


class Overlay(QWidget):
    """Put widgets into ``card``, then ``open``. Esc or a click beside the card closes it, and whoever had the
    keyboard gets it back. It is a part of the window, not a window: it looks the same with any desktop."""

    def __init__(self, window: QWidget, theme: Theme, name: str) -> None:
        super().__init__(window)
        self._host = window
        self._theme = theme
        self._before: QWidget | None = None
        self.setAccessibleName(name)
        self.card = QFrame(self)
        self.card.setObjectName("overlayCard")
        self.card.setAccessibleName(name)
        self.column = QVBoxLayout(self.card)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        window.installEventFilter(self)
        self.hide()

    def open(self, first: QWidget) -> None:
        """Show it, the keyboard on ``first``."""
        self._before = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        first.installEventFilter(self)
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close, and give the keyboard back."""
        if not self.isVisible():
            return
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._place()
        elif watched is not self._host and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # the window's and the page's keys rest while it is open
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.dismiss()
        event.accept()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab stays inside."""
        return True

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dark = self._theme.tokens.name == "dark"
        painter.fillRect(self.rect(), QColor(0, 0, 0, 110 if dark else 56))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 10 if dark else 5))
        box = QRectF(self.card.geometry()).translated(QPointF(0, 6))
        for ring in range(_RINGS):
            reach = _SHADOW * ring / _RINGS
            painter.drawRoundedRect(box.adjusted(-reach, -reach, reach, reach), 10 + reach, 10 + reach)
        painter.end()

    def _place(self) -> None:
        window = self._host
        self.setGeometry(window.rect())
        size = self.card.sizeHint().expandedTo(self.card.minimumSize()).boundedTo(window.size())
        top = min(_TOP, (window.height() - size.height()) // 2)
        self.card.setGeometry(QRect((window.width() - size.width()) // 2, top, size.width(), size.height()))
