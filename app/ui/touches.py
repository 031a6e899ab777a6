"""Keys, clicks and turns of the wheel, noticed before they are answered."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from app.services.courtesy import Courtesy

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.ShortcutOverride,  # all that a window sees of a key which triggers an action
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
    }
)


class Touches(QObject):
    """Tells long work whenever somebody uses the window, which must have been shown.

    It watches the native window, where few events come by and each once, and the widget at the top, where
    keys end that are shortcuts: not the application, whose every event would pass through here.
    """

    def __init__(self, window: QWidget, courtesy: Courtesy) -> None:
        super().__init__(window)
        self._courtesy = courtesy
        window.installEventFilter(self)
        window.windowHandle().installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES or (isinstance(event, QMouseEvent) and event.buttons()):
            self._courtesy.notice()
        return False
