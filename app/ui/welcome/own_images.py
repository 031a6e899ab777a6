"""The card that opens a folder of one's own: the attribute template, and the button."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QFrame, QRadioButton, QVBoxLayout, QWidget

from app.domain.templates import Template
from app.ui.actions import keys_text
from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label
from app.ui.widgets.wrapped import Wrapped


class OwnImages(QFrame):
    """``folder_chosen`` carries the folder; ``template`` is the key of the template chosen."""

    folder_chosen = Signal(object)

    def __init__(self, theme: Theme, templates: Sequence[Template], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._theme = theme
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(2)
        column.addWidget(label(self.tr("Your own images"), "strong"))
        words = self.tr("Images stay where they are; nothing is written beside them. Start with:")
        column.addWidget(label(words, "secondary", wrap=True))
        column.addSpacing(6)
        for template in templates:
            self._add(column, template)
        column.addSpacing(8)
        self._open = button(self.tr(" Open a folder…"), self.choose, tip=keys_text("open-folder"))
        self._open.setIconSize(QSize(16, 16))
        column.addStretch(1)
        column.addWidget(self._open)
        theme.changed.connect(self._recolour)
        self._recolour()

    @property
    def template(self) -> str:
        """The key of the template chosen."""
        chosen = self._group.checkedButton()
        return str(chosen.property("key")) if chosen else ""

    def choose(self) -> None:
        """Ask for a folder; the answer comes with ``folder_chosen``."""
        dialog = QFileDialog(self, self.tr("Open a folder of images"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.folder_chosen.emit(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _add(self, column: QVBoxLayout, template: Template) -> None:
        choice = QRadioButton(template.title)
        choice.setProperty("key", template.key)
        choice.setAccessibleDescription(template.sentence)
        choice.setChecked(not self._group.buttons())
        self._group.addButton(choice)
        sentence = Wrapped(template.sentence, "secondary")
        sentence.setContentsMargins(24, 0, 0, 4)
        column.addWidget(choice)
        column.addWidget(sentence)

    def _recolour(self) -> None:
        self._open.setIcon(self._theme.icon("folder-open", "text"))
