"""Whatever a person does in the window is noticed; what it does by itself is not."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow

from app.services.courtesy import Courtesy
from app.ui.touches import Touches


class _Noticing(Courtesy):
    def __init__(self) -> None:
        super().__init__()
        self.noticed = 0

    def notice(self) -> None:
        self.noticed += 1


@pytest.fixture
def courtesy() -> _Noticing:
    return _Noticing()


@pytest.fixture
def window(qapp: QApplication, courtesy: _Noticing) -> Iterator[QMainWindow]:
    window = QMainWindow()
    window.setCentralWidget(QLineEdit())
    action = QAction("Next", window)
    action.setShortcut("D")
    window.addAction(action)
    window.show()
    Touches(window, courtesy)
    window.activateWindow()
    qapp.processEvents()
    assert courtesy.noticed == 0  # it painted, was activated and given the focus
    yield window
    window.close()


def test_a_click(window: QMainWindow, courtesy: _Noticing) -> None:
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert courtesy.noticed


def test_moving_the_pointer_is_not_using_the_window(window: QMainWindow, courtesy: _Noticing) -> None:
    QTest.mouseMove(window.windowHandle(), QPoint(9, 9))
    QApplication.processEvents()
    assert courtesy.noticed == 0


def test_a_letter_in_a_field(window: QMainWindow, courtesy: _Noticing) -> None:
    window.centralWidget().setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_X)
    assert courtesy.noticed


def test_a_key_that_is_a_shortcut(window: QMainWindow, courtesy: _Noticing) -> None:
    window.setFocus()
    window.centralWidget().setEnabled(False)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_D)
    assert courtesy.noticed
