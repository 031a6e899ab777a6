"""The viewer with what floats over it: fit, 100 %, the file's name and size."""

from PySide6.QtCore import QSizeF, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.ids import ItemId
from app.domain.item import Item
from app.ui.actions import keys_text
from app.ui.label.viewer import Viewer
from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button
from app.ui.widgets.glyphs import drawable
from app.ui.widgets.text import label

NAME_CHARACTERS = 64
NARROW = 360
"""A stage narrower than this keeps its buttons and leaves the name out."""


class Stage(QWidget):
    """``needs_whole`` fires when more pixels than the preview has are wanted."""

    needs_whole = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer = Viewer(theme, self)
        self._item: ItemId | None = None
        self._preview: QImage | None = None
        self._name = label("", "chip")
        self._zoom = label("", "chip")
        bar = QHBoxLayout()
        bar.setSpacing(6)
        bar.addWidget(button(self.tr("Fit"), self.viewer.fit, tip=keys_text("fit")))
        bar.addWidget(button(self.tr("100 %"), self.viewer.natural_size, tip=keys_text("zoom-100")))
        bar.addWidget(self._name)
        bar.addStretch(1)
        bar.addWidget(self._zoom)
        over = QVBoxLayout(self.viewer)
        over.setContentsMargins(16, 12, 16, 12)
        over.addLayout(bar)
        over.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.viewer)
        self.viewer.zoomed.connect(self._on_zoomed)
        self.show_nothing()

    @property
    def name(self) -> str:
        """The file's name and size as they stand above the picture."""
        return self._name.text()

    def show_nothing(self) -> None:
        """Say that there is no image."""
        self._item = None
        self._name.setText("")
        self._name.hide()
        self._zoom.hide()
        self.viewer.show_words(
            self.tr("No image is selected. Open a folder with Ctrl+O, or clear the filter.")
        )

    def show_name(self, item: Item) -> None:
        """Name the file above the picture."""
        whole = drawable(item.name)
        name = whole if len(whole) <= NAME_CHARACTERS else "…" + whole[-NAME_CHARACTERS + 1 :]
        size = f" · {item.width} × {item.height}" if item.width else ""
        self._name.setText(name + size)
        self._name.setToolTip(whole)
        self._name.setVisible(self.width() >= NARROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name.setVisible(bool(self._name.text()) and self.width() >= NARROW)

    def show_picture(self, item: ItemId, picture: tuple[QImage, QSizeF] | str | None) -> None:
        """Show a picture, the reason for having none, or that it is being read."""
        if isinstance(picture, tuple):
            image, natural = picture
            if item == self._item and self._preview is image:
                return
            self._item, self._preview = item, image
            self.viewer.show_image(image, natural)
            self._zoom.show()
            return
        self._zoom.hide()
        if picture is not None:
            self._item = item
            self.viewer.show_words(self.tr("This image cannot be shown.\n{}").format(picture))
        elif item != self._item:
            self._item = item
            self.viewer.show_words("")

    def _on_zoomed(self, scale: float) -> None:
        self._zoom.setText(self.tr("{} %").format(round(scale * 100)))
        if self._preview is not None and self.viewer.wants_more():
            self.needs_whole.emit()
