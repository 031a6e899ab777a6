"""A check box for many images: on for all, off for none, a dash where some have it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from app.ui.browse.bulk import Has

_STATES = {
    Has.NO: Qt.CheckState.Unchecked,
    Has.SOME: Qt.CheckState.PartiallyChecked,
    Has.ALL: Qt.CheckState.Checked,
}


class Check(QCheckBox):
    """A click gives the value to all, the next takes it away; where some had it, a third leaves it so."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTristate(True)
        self._had = Has.NO

    def show_state(self, had: Has, wish: bool | None, *, ruled_out: bool) -> None:
        """Show what the images have, or what is wished instead."""
        self._had = had
        state = _STATES[had]
        if wish is not None:
            state = Qt.CheckState.Checked if wish else Qt.CheckState.Unchecked
        elif ruled_out:
            state = Qt.CheckState.Unchecked
        self.blockSignals(True)
        self.setCheckState(state)
        self.blockSignals(False)

    def wish(self) -> bool | None:
        """What its present state asks for; None leaves every image as it is."""
        if self.checkState() == _STATES[self._had]:
            return None
        return self.checkState() == Qt.CheckState.Checked

    def nextCheckState(self) -> None:
        match self.checkState():
            case Qt.CheckState.PartiallyChecked:
                self.setCheckState(Qt.CheckState.Checked)
            case Qt.CheckState.Checked:
                self.setCheckState(Qt.CheckState.Unchecked)
            case _ if self._had is Has.SOME:
                self.setCheckState(Qt.CheckState.PartiallyChecked)
            case _:
                self.setCheckState(Qt.CheckState.Checked)
