"""The image in front: its facts, its picture on the stage, and its neighbours read ahead."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from app.domain.ids import ItemId
from app.ui.activity import Activity
from app.ui.label.desk import Desk
from app.ui.label.facts import Facts
from app.ui.label.pictures import Pictures
from app.ui.label.stage import Stage
from app.ui.session import Session
from app.ui.theme.theme import Theme


class Front(QObject):
    """``changed`` carries the Facts of the image in front whenever there are newer ones; ``presented`` does
    once the picture, or the reason for having none, is on screen too. ``turned`` says that another image
    is in front."""

    turned = Signal()
    changed = Signal(object)
    presented = Signal(object)

    def __init__(self, session: Session, theme: Theme, page: QObject) -> None:
        super().__init__(page)  # goes with the page: a read that comes back later finds nobody
        self.desk = Desk(session)
        self.stage = Stage(theme)
        self._pictures = Pictures(session)
        self._item: ItemId | None = None
        self.desk.changed.connect(self._on_facts)
        self._pictures.arrived.connect(self._on_picture)
        self.stage.needs_whole.connect(self._ask_whole)
        session.activity.connect(self._on_activity)

    @property
    def facts(self) -> Facts | None:
        """What is known of the image in front, or None: there is none, or it is not read yet."""
        return None if self._item is None else self.desk.get(self._item)

    @property
    def unshown(self) -> str:
        """Why the image in front cannot be shown; empty where it is shown, or being read."""
        picture = None if self._item is None else self._pictures.get(self._item)
        return picture if isinstance(picture, str) else ""

    def show(self, item: ItemId | None, ahead: Iterable[ItemId] = (), *, cold: bool = False) -> None:
        """Bring an image to the front and read those that may follow.

        ``cold`` computes its suggestions at once where they are missing.
        """
        before, self._item = self._item, item
        if item != before:
            self.turned.emit()
        if item is None:
            self.stage.show_nothing()
            return
        neighbours = tuple(ahead)
        self.desk.attend((item, *neighbours))
        self.desk.ask(item, cold=cold)
        self._pictures.ask(item)
        self._on_facts(item)
        self._on_picture(item)
        for neighbour in neighbours:
            self.desk.ask(neighbour)
            self._pictures.ask(neighbour)

    def _on_facts(self, item: ItemId) -> None:
        facts = self.desk.get(item)
        if facts is None:
            return
        self._pictures.renew(facts.item)
        if item == self._item:
            self.changed.emit(facts)
            self.stage.show_name(facts.item)
            self._tell_presented()

    def _on_picture(self, item: ItemId) -> None:
        if item == self._item:
            self.stage.show_picture(item, self._pictures.get(item))
            self._tell_presented()

    def _tell_presented(self) -> None:
        facts = self.facts
        if facts is not None and self._pictures.get(facts.id) is not None:
            self.presented.emit(facts)

    def _on_activity(self, key: str, activity: Activity | None) -> None:
        """After a scan, also one that found nothing changed: try again what could not be shown."""
        if key == "scan" and activity is None and self._item is not None:
            self._pictures.ask(self._item)

    def _ask_whole(self) -> None:
        facts = self.facts
        if facts is not None and not self._pictures.is_whole(facts.item):
            self._pictures.ask(facts.id, whole=True)
