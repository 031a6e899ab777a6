"""Opens a project in the real window and saves a picture of every page (called by screenshots.py)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.application import Application
from app.ui.models.versions_list import VersionsList
from app.ui.workplace import PAGES, Workplace

PATIENCE_MS = 120_000
SETTLE_MS = 400


def main() -> int:
    """``screenshot_pages.py PROJECT THEME SCALE OUT``; exits 1 when a page never settles."""
    project, theme, scale, out = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
    qt = QApplication([])
    application = Application(qt)
    application.theme.choose(theme)
    suffix = f"{theme}.png" if scale == "1" else f"{theme}@{scale}x.jpg"
    application.open(None, "garments", demo=False)
    _settle()
    _save(application, out / f"welcome-{suffix}")
    application.open_project(project)
    _until(lambda: application.workplace is not None and _is_quiet(application.workplace), "the project")
    place = application.workplace
    assert place is not None
    for name in PAGES:
        application.window.show_page(name)
        _settle()
        _stage(application, name)
        _until(lambda: _is_quiet(place), name)
        _settle()
        _save(application, out / f"{name}-{suffix}")
    application.window.close()
    return 0


def _stage(application: Application, name: str) -> None:
    """Bring a page into the state that a reader of the README should see, by the keys a user would press."""
    window = application.window
    window.activateWindow()
    _settle()
    focused = QApplication.focusWidget() or window
    match name:
        case "browse":
            QTest.keyClick(focused, Qt.Key.Key_Right)
            for _ in range(3):
                QTest.keyClick(focused, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        case "label":
            QTest.keyClick(focused, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
            _settle()
            QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Return)
        case "models":
            for versions in window.findChildren(VersionsList):
                versions.setCurrentRow(0)
        case _:
            pass


def _is_quiet(place: Workplace) -> bool:
    """Whether nothing is being read or computed ahead any more."""
    return bool(place.library.order) and place.session.is_quiet


def _save(application: Application, path: Path) -> None:
    """As PNG, or as JPEG, which at scale 2 takes a fifth of the bytes."""
    if not application.window.grab().save(str(path), quality=90 if path.suffix == ".jpg" else -1):
        raise OSError(f"{path} cannot be written")


def _settle() -> None:
    """Give queued reads and repaints their turn; what is waited for properly is waited for in _until."""
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()


def _until(holds: Callable[[], bool], what: str) -> None:
    loop = QEventLoop()
    look, give_up = QTimer(), QTimer()
    look.timeout.connect(lambda: holds() and loop.quit())
    look.start(20)
    give_up.setSingleShot(True)
    give_up.timeout.connect(lambda: loop.exit(1))
    give_up.start(PATIENCE_MS)
    if loop.exec():
        raise TimeoutError(f"{what} never settled")


if __name__ == "__main__":
    sys.exit(main())
