"""Reads what the panel needs of one image, and of its neighbours ahead of the annotator."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.domain.changes import ChangeSet
from app.domain.decision import Change, Decision
from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.schema import Schema
from app.domain.suggestion import Outcome, Shown
from app.services import browsing
from app.ui.label.facts import Facts
from app.ui.label.keys import picked
from app.ui.session import Session
from app.ui.widgets.marks import MARK_NAMES

KEPT = 64


class Desk(QObject):
    """Holds the Facts of the images around the current one. ``changed`` carries the ItemId they are of."""

    changed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._version = session.ahead.version
        self._kept: OrderedDict[ItemId, Facts] = OrderedDict()
        self._around: tuple[ItemId, ...] = ()
        self._asked: set[ItemId] = set()
        self._stale: set[ItemId] = set()
        self._in_flight: Counter[ItemId] = Counter()
        session.bus.changed.connect(self._on_changed)

    def get(self, item: ItemId) -> Facts | None:
        """What is known of an image, or None: not read yet."""
        return self._kept.get(item)

    def attend(self, items: Iterable[ItemId]) -> None:
        """These are about to be decided on: read them again whenever another version suggests."""
        self._around = tuple(items)

    def ask(self, item: ItemId, *, cold: bool = False) -> None:
        """Read an image's facts unless they are at hand; ``cold`` computes missing suggestions at once."""
        if item in self._asked:
            self._stale.add(item)
            return
        known = self._kept.get(item)
        if known is not None and item not in self._stale and (known.suggestions or not cold):
            return
        self._asked.add(item)
        self._stale.discard(item)
        self._session.background.read(
            lambda: self._read(item, cold=cold),
            lambda facts: self._take(item, facts),
            lambda error: self._on_failed(item, error),
        )

    def decide(self, facts: Facts, values: dict[TypeId, Decision]) -> None:
        """Show new values at once and send them to the disk as one step."""
        changes: list[Change] = []
        for type_id, decision in values.items():
            changes.append(Change(facts.id, type_id, decision, shown_for(facts, type_id, decision)))
            facts = facts.with_pending(type_id, decision)
        if not changes:
            return
        self._kept[facts.id] = facts
        self._in_flight[facts.id] += 1
        self.changed.emit(facts.id)
        self._session.decide(changes, _words(facts, values), lambda: self._landed(facts.id))

    def decide_new(self, facts: Facts, type_id: TypeId, class_id: ClassId, schema: Schema) -> None:
        """Decide for a class that was made a moment ago, also when another image is in front by now."""
        facts = replace(self._kept.get(facts.id, facts), schema=schema)
        self.decide(facts, {type_id: picked(facts, type_id, class_id)})

    def _landed(self, item: ItemId) -> None:
        """On disk, and told to all by then; or refused, and what was shown of it is to be taken back."""
        self._in_flight[item] -= 1
        if item not in self._asked:
            self._stale.add(item)
            self.ask(item)

    def _read(self, item: ItemId, *, cold: bool) -> Facts | None:
        project = self._session.project
        found = browsing.items(project, [item])
        if not found:
            return None
        records = browsing.decisions(project, [item]).get(item, {})
        suggestions = self._session.ahead.suggest(item, cold=cold)
        return Facts(found[0], project.schema(), records, suggestions)

    def _take(self, item: ItemId, facts: Facts | None) -> None:
        self._asked.discard(item)
        if facts is None:
            self._kept.pop(item, None)
            return
        known = self._kept.get(item)
        if known is not None and (self._in_flight[item] or item in self._stale):
            facts = replace(facts, pending=known.pending)  # what was read may be older than those
        self._kept[item] = facts.since(known)
        self._kept.move_to_end(item)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.changed.emit(item)
        if item in self._stale:
            self.ask(item)

    def _on_failed(self, item: ItemId, error: BaseException) -> None:
        self._asked.discard(item)
        self._session.background.unexpected.emit(error)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.schema or changes.library:
            self._again(lambda _: True)
        elif changes.predictions:
            self._again(self._lacks_suggestions)
        if changes.items:
            self._again(lambda item: item in changes.items)
        if changes.predictions and self._version != self._session.ahead.version:
            self._take_over()

    def _lacks_suggestions(self, item: ItemId) -> bool:
        known = self._kept.get(item)
        return known is None or not known.suggestions

    def _again(self, wanted: Callable[[ItemId], bool]) -> None:
        for item in filter(wanted, self._at_hand()):
            self._stale.add(item)
            self.ask(item)

    def _take_over(self) -> None:
        """What is at hand is another version's: it is read again at once around the image in front, elsewhere
        when it is asked for."""
        self._version = self._session.ahead.version
        self._stale |= self._at_hand()
        for item in self._around:
            self.ask(item)

    def _at_hand(self) -> set[ItemId]:
        """Those kept, and those being read: what is read of them may be older than what was told since."""
        return self._asked.union(self._kept)


def shown_for(facts: Facts, type_id: TypeId, decision: Decision) -> Shown | None:
    """Which suggestion was on screen for the value that is being decided."""
    suggested = facts.suggestions.get(type_id)
    if suggested is None:
        return None
    value: ClassId | Outcome | None = decision.classes[0] if decision.classes else None
    if value is None and decision.state in ("none", "na"):
        value = Outcome(str(decision.state))
    rank = None if value is None else suggested.rank_of(value)
    confidence = None if value is None else suggested.confidence_of(value)
    return Shown(suggested.version, rank, confidence)


def _words(facts: Facts, values: dict[TypeId, Decision]) -> str:
    parts: list[str] = []
    for type_id, decision in values.items():
        names = [facts.schema.class_name(c) for c in decision.classes] or [MARK_NAMES[decision.state].lower()]
        parts.append(f"{facts.schema.type(type_id).name}: {', '.join(names)}")
    return f"{' · '.join(parts)} ({facts.item.name})"
