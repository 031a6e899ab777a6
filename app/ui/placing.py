"""Where the window stands: within its screen, and as large as it was left."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, QSize

from app.ui.main_window import MainWindow

FRAME = QSize(2, 36)
"""What a desktop puts around the window; how much it really is shows with the first frame."""
_KEY = "window/geometry"


class Placing(QObject):
    """Keeps the window's size in ``path`` when it closes, and fits the window to its screen."""

    def __init__(self, window: MainWindow, path: Path) -> None:
        super().__init__(window)
        self._window = window
        self._path = path
        window.first_frame.connect(self.fit)
        window.closing.connect(self._remember)

    def restore(self) -> None:
        """Before the window is shown: give it the size it was left with, or its own."""
        kept = self._settings().value(_KEY)
        if isinstance(kept, QByteArray):
            self._window.restoreGeometry(kept)
        self.fit()

    def fit(self) -> None:
        """Let no part of the window be outside its screen."""
        window = self._window
        if window.isMaximized() or window.isFullScreen():
            return
        room = window.screen().availableGeometry()
        around = window.frameGeometry().size() - window.size() if window.isVisible() else FRAME
        window.setMinimumSize(window.minimumSize().boundedTo(room.size() - around))
        window.resize(window.size().boundedTo(room.size() - around))
        if not window.isVisible():
            return  # where it comes to stand is the desktop's choice
        frame = window.frameGeometry()
        left = max(room.left(), min(frame.left(), room.left() + room.width() - frame.width()))
        top = max(room.top(), min(frame.top(), room.top() + room.height() - frame.height()))
        if (left, top) != (frame.left(), frame.top()):
            window.move(left, top)

    def _remember(self) -> None:
        settings = self._settings()
        settings.setValue(_KEY, self._window.saveGeometry())
        settings.sync()

    def _settings(self) -> QSettings:
        return QSettings(str(self._path), QSettings.Format.IniFormat)
