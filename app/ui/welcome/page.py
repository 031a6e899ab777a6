"""The Welcome page: shown while no project is open."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.services import homes
from app.services.resources import locate
from app.services.settings import AppSettings
from app.services.templates import templates
from app.ui.background import Background
from app.ui.page import Page
from app.ui.theme.theme import Theme
from app.ui.welcome.own_images import OwnImages
from app.ui.welcome.recents import Recents
from app.ui.welcome.strip import Strip, pictures
from app.ui.widgets.buttons import button
from app.ui.widgets.message import Message
from app.ui.widgets.text import label

_WIDTH = 916


class WelcomePage(Page):
    """``folder_asked`` carries a folder and a template's key, ``project_asked`` a project's folder."""

    demo_asked = Signal()
    folder_asked = Signal(object, str)
    project_asked = Signal(object)

    def __init__(self, settings: AppSettings, theme: Theme, background: Background) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.title = self.tr("Welcome")
        self._settings = settings
        self._background = background
        self._strip = Strip(theme)
        self._message = Message(theme)
        self._demo = button(self.tr("Open the demo catalogue"), self.demo_asked.emit, primary=True)
        self._demo.setAutoDefault(True)  # Enter presses it
        self._own = OwnImages(theme, templates())
        self._recents = Recents(theme)
        self._cards = QWidget()
        self._own.folder_chosen.connect(self._open_folder)
        self._recents.chosen.connect(self.project_asked)
        self._arrange()

    def shown(self) -> None:
        """The page is visible now: read the list of projects again."""
        settings = self._settings
        self.show_problem("")
        self._demo.setFocus()
        self._background.read(lambda: homes.recent(settings), self._recents.show_projects)
        self._background.read(_demo_pictures, self._strip.show_pictures)

    def show_busy(self, words: str) -> None:
        """Say that something is being opened; nothing else can be asked for until then."""
        self._message.say(words, "info")
        self._cards.setEnabled(False)

    def show_problem(self, words: str) -> None:
        """Say inline why something could not be opened; empty words take the message away."""
        self._message.say(words)
        self._cards.setEnabled(True)

    @property
    def problem(self) -> str:
        """What is being said inline; empty when nothing is."""
        return self._message.words

    def choose_folder(self) -> None:
        """Ask for a folder of images, as the button does."""
        if self._cards.isEnabled():
            self._own.choose()

    def _open_folder(self, folder: Path) -> None:
        if homes.is_project(folder):
            self.project_asked.emit(folder)
        else:
            self.folder_asked.emit(folder, self._own.template)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark_drop(False)
        path = next(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
        event.acceptProposedAction()
        if path.is_dir():
            self._open_folder(path)
        else:
            self.show_problem(
                self.tr("“{}” is no folder. Drop the folder that holds the images.").format(path.name)
            )

    def _mark_drop(self, over: bool) -> None:
        self._own.setProperty("drop", over)
        self._own.style().unpolish(self._own)
        self._own.style().polish(self._own)

    def _arrange(self) -> None:
        content = QWidget()
        content.setFixedWidth(_WIDTH)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 22, 0, 20)
        column.setSpacing(8)
        column.addWidget(label(self.tr("Label a catalogue with a student at your side"), "hero"))
        sentence = self.tr(
            "Every attribute is suggested first, ranked and with its confidence. Confirm or correct by key; "
            "each correction is kept, and the model learns from it."
        )
        column.addWidget(label(sentence, "muted", wrap=True))
        column.addSpacing(8)
        column.addWidget(self._message)
        column.addWidget(self._cards)
        column.addStretch(1)
        self._arrange_cards()
        ground = QWidget()
        middle = QHBoxLayout(ground)
        middle.addStretch(1)
        middle.addWidget(content)
        middle.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(ground)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)

    def _arrange_cards(self) -> None:
        recents = QFrame()
        recents.setObjectName("card")
        inner = QVBoxLayout(recents)
        inner.setContentsMargins(16, 14, 16, 14)
        inner.setSpacing(8)
        inner.addWidget(label(self.tr("Recent projects"), "strong"))
        inner.addWidget(self._recents, 1)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self._own, 1)
        below.addWidget(recents, 1)
        column = QVBoxLayout(self._cards)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._demo_card())
        column.addLayout(below)

    def _demo_card(self) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        words = self.tr("Drawn garments with suggestions ready: the quickest way to see how labelling feels.")
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(label(self.tr("The demo catalogue"), "strong"))
        names.addWidget(label(words, "secondary"))
        foot = QHBoxLayout()
        foot.addLayout(names, 1)
        foot.addWidget(self._demo)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 16, 16, 14)
        column.setSpacing(14)
        column.addWidget(self._strip)
        column.addLayout(foot)
        return card


def _demo_pictures() -> list[QImage]:
    return pictures(locate("demo"))
