"""The line above the grid: how many images, which, in what order, how many selected, how large."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from app.domain.query import ImageQuery, Sort
from app.ui.browse.flow import LARGEST, SMALLEST, USUAL
from app.ui.browse.words import images_words, query_words, sort_words
from app.ui.widgets.text import label


class Elided(QLabel):
    """A line of words that may be shorter than what it says; the whole is in its tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def say(self, words: str) -> None:
        """Show these words."""
        self._words = words
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(20, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._words) + 4, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self._words if shown != self._words else "")
        self.setAccessibleName(self._words)


class Header(QWidget):
    """``sorted`` carries a Sort, ``sized`` a tile width in pixels."""

    sorted = Signal(object)
    sized = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(42)
        self._count = label("", "strong")
        self._words = Elided()
        self._words.setProperty("role", "secondary")
        self._scan = label("", "secondary")
        self._selected = label("", "secondary")
        self._sort = QComboBox()
        self._sort.setProperty("flat", True)
        self._sort.setAccessibleName(self.tr("Order of the images"))
        for sort in Sort:
            self._sort.addItem(sort_words(sort), sort)
        self._sort.activated.connect(lambda i: self.sorted.emit(Sort(self._sort.itemData(i))))
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._size.setRange(SMALLEST, LARGEST)
        self._size.setValue(USUAL)
        self._size.setPageStep(24)
        self._size.setFixedWidth(90)
        self._size.setAccessibleName(self.tr("Size of the images"))
        self._size.setToolTip(self.tr("Size of the images (Ctrl+wheel)"))
        self._size.valueChanged.connect(self.sized)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 0)
        row.setSpacing(10)
        row.addWidget(self._count)
        row.addWidget(self._words, 1)
        for widget in (self._scan, self._selected, self._sort, self._size):
            row.addWidget(widget)
        for hidden in (self._scan, self._selected):
            hidden.hide()
        self.controls: tuple[QWidget, ...] = (self._sort, self._size)

    def show_query(self, query: ImageQuery, images: int | None) -> None:
        """Show what is on screen; ``images`` None while it is not known yet."""
        self._count.setText(self.tr("Looking…") if images is None else images_words(images))
        self._words.say(query_words(query))
        self._sort.setCurrentIndex(list(Sort).index(query.sort))

    def show_selected(self, number: int) -> None:
        """Show how many images are selected."""
        self._selected.setText(self.tr("{} selected").format(f"{number:,}"))
        self._selected.setVisible(bool(number))

    def show_scan(self, files: int | None) -> None:
        """Show how many image files a scan has met, or with None that none is running."""
        self._scan.setText(self.tr("looking: {} files").format(f"{files or 0:,}"))
        self._scan.setVisible(files is not None)

    def set_size(self, width: int) -> None:
        """Move the size slider."""
        self._size.setValue(width)
