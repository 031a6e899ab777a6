"""What a training would learn from and where it would run, before it starts."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from app.services.devices import DeviceFound
from app.services.training_plan import TrainingPlan
from app.ui.dialogs.frame import DialogFrame
from app.ui.theme.theme import Theme
from app.ui.widgets.text import label, section

_FEW = 20
"""A type with fewer labelled images than this is learned from almost nothing."""


class StartTraining(DialogFrame):
    """Accepted when the user says start."""

    def __init__(self, parent: QWidget, theme: Theme, plan: TrainingPlan, device: DeviceFound) -> None:
        super().__init__(parent, theme, _tr("Train a new version"), _sentence(plan), _tr("Start training"))
        self.body.addWidget(section(self.tr("Labelled images by type")))
        self.body.addWidget(_counts(plan))
        self.body.addWidget(section(self.tr("Where it runs")))
        self.body.addWidget(label(_device_words(device), "", wrap=True))
        more = self.tr(
            "Teachers, one a type, then one student. It runs beside your work and goes on when the window is "
            "closed. The new version becomes active when it is no worse on the held-out images. Where these "
            "are too few to compare, it waits until you activate it, unless the one in use knows few of your "
            "classes."
        )
        self.body.addWidget(label(more, "secondary", wrap=True))
        self.action.setEnabled(bool(device.name))
        self.action.setFocus()
        if not device.name:
            self.message.say(device.reason)

    def go(self) -> None:
        """Start."""
        self.accept()


def _counts(plan: TrainingPlan) -> QWidget:
    frame = QFrame()
    frame.setObjectName("card")
    grid = QGridLayout(frame)
    grid.setContentsMargins(12, 8, 12, 8)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    for row, (name, count) in enumerate(plan.labels.items()):
        grid.addWidget(label(name), row, 0)
        if count < _FEW:
            grid.addWidget(label(_tr("too few to learn much"), "warn"), row, 1)
        grid.addWidget(label(f"{count:,}"), row, 2, Qt.AlignmentFlag.AlignRight)
    return frame


def _sentence(plan: TrainingPlan) -> str:
    words = _tr(
        "{images} labelled images. {held} of them are held out: no training sees them, they judge it."
    )
    return words.format(images=f"{plan.images:,}", held=f"{plan.held_out:,}")


def _device_words(device: DeviceFound) -> str:
    if device.name == "cuda":
        return _tr("On the GPU: {}.").format(device.reason)
    if device.name == "cpu":
        return _tr("On the CPU: {}.").format(device.reason)
    return _tr("Nowhere yet.")


def _tr(words: str) -> str:
    return QCoreApplication.translate("StartTraining", words)
