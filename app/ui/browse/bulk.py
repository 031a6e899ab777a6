"""Labelling many images at once, worked out without Qt: what they have, what is wished, what changes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from app.domain.decision import UNSEEN, Change, Decision, DecisionRecord, State
from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.schema import AttributeType, Schema, Selection
from app.domain.suggestion import Outcome

MOST = 100_000  # images labelled in one step
Value = ClassId | Outcome
Records = Mapping[ItemId, Mapping[TypeId, DecisionRecord]]
_STATES = {Outcome.NONE: State.NONE, Outcome.NOT_APPLICABLE: State.NOT_APPLICABLE}


class Has(Enum):
    """How many of the images have a value."""

    NO = 0
    SOME = 1
    ALL = 2


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of ``images`` have each value of each type."""

    images: int = 0
    counts: Mapping[tuple[TypeId, Value], int] = field(default_factory=dict[tuple[TypeId, Value], int])

    def count(self, type_id: TypeId, value: Value) -> int:
        """How many images have the value."""
        return self.counts.get((type_id, value), 0)

    def has(self, type_id: TypeId, value: Value) -> Has:
        """Whether none, some or all have it."""
        count = self.count(type_id, value)
        return Has.NO if not count else Has.ALL if count == self.images else Has.SOME

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        counts = Counter(self.counts)
        counts.update(other.counts)
        return Tally(self.images + other.images, counts)


def tally(ids: Sequence[ItemId], records: Records) -> Tally:
    """Count what these images have."""
    counts: Counter[tuple[TypeId, Value]] = Counter()
    for item in ids:
        for type_id, record in records.get(item, {}).items():
            counts.update((type_id, value) for value in _values(record.decision))
    return Tally(len(ids), counts)


def _values(decision: Decision) -> tuple[Value, ...]:
    outcome = next((o for o, state in _STATES.items() if state is decision.state), None)
    return decision.classes if outcome is None else (outcome,)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wished for all images: (type, value) → True to give it, False to take it away."""

    wanted: Mapping[tuple[TypeId, Value], bool] = field(default_factory=dict[tuple[TypeId, Value], bool])

    def __bool__(self) -> bool:
        return bool(self.wanted)

    def get(self, type_id: TypeId, value: Value) -> bool | None:
        """The wish about one value; None leaves it as it is."""
        return self.wanted.get((type_id, value))

    def with_wish(self, kind: AttributeType, value: Value, wish: bool | None) -> "Wishes":
        """With one wish changed. A single-choice class or an outcome that is given rules out the rest."""
        kept = {key: w for key, w in self.wanted.items() if key != (kind.id, value)}
        if wish:
            alone = kind.selection is Selection.SINGLE or isinstance(value, Outcome)
            kept = {
                (t, v): w
                for (t, v), w in kept.items()
                if t != kind.id or not (alone or isinstance(v, Outcome))
            }
        if wish is not None:
            kept[kind.id, value] = wish
        return Wishes(kept)

    def rules_out(self, kind: AttributeType, value: Value) -> bool:
        """Whether another wish of the type leaves no image with this value."""
        alone = kind.selection is Selection.SINGLE or isinstance(value, Outcome)
        given = [v for (t, v), w in self.wanted.items() if t == kind.id and w and v != value]
        return any(alone or isinstance(v, Outcome) for v in given)


def changes(ids: Iterable[ItemId], records: Records, schema: Schema, wishes: Wishes) -> list[Change]:
    """The changes that make the wishes true; images that comply already are left alone."""
    made: list[Change] = []
    types = [t for t in schema.types if any(w == t.id for w, _ in wishes.wanted)]
    for item in ids:
        for kind in types:
            record = records.get(item, {}).get(kind.id)
            before = record.decision if record else UNSEEN
            after = _after(before, kind, wishes)
            if after != before:
                made.append(Change(item, kind.id, after))
    return made


def _after(before: Decision, kind: AttributeType, wishes: Wishes) -> Decision:
    """One image's value once the wishes about its type are fulfilled."""
    about = {v: w for (t, v), w in wishes.wanted.items() if t == kind.id}
    given = [v for v, w in about.items() if w]
    outcome = next((v for v in given if isinstance(v, Outcome)), None)
    if outcome is not None:
        return before if before.state is _STATES[outcome] else Decision(_STATES[outcome])
    added = [v for v in given if not isinstance(v, Outcome)]
    if kind.selection is Selection.SINGLE and added:
        return before if before.classes == (added[0],) else Decision(State.LABELLED, (added[0],))
    classes = tuple(c for c in before.classes if about.get(c) is not False)
    classes += tuple(c for c in added if c not in classes)
    if classes:
        rejected = tuple(c for c in before.rejected if c not in classes)
        return replace(before, state=State.LABELLED, classes=classes, rejected=rejected)
    unwanted = any(_STATES[v] is before.state for v, w in about.items() if isinstance(v, Outcome) and not w)
    if before.classes or unwanted:
        return Decision(State.UNSEEN, (), before.rejected)
    return before


def step_words(schema: Schema, wishes: Wishes, images: str) -> str:
    """What the undo step is called, such as "Pattern: stripe · 5 images"."""
    parts: list[str] = []
    for kind in schema.types:
        names = [
            ("" if w else "−") + (v.value if isinstance(v, Outcome) else schema.class_name(v))
            for (t, v), w in wishes.wanted.items()
            if t == kind.id
        ]
        if names:
            parts.append(f"{kind.name[:1].upper()}{kind.name[1:]}: {', '.join(names)}")
    return " · ".join([*parts, images])
