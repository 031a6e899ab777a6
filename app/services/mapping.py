"""The project's schema ↔ a model's label space: by id for models of ours, by name for all others."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from app.domain.ids import ClassId, TypeId
from app.domain.schema import AttributeType, Schema, normalise
from app.domain.suggestion import Outcome
from mtss import labels
from mtss.dictionary import Dictionary
from mtss.labels import LabelSpace

_OUTCOMES = {labels.NONE: Outcome.NONE, labels.NOT_APPLICABLE: Outcome.NOT_APPLICABLE}

RegisteredRows = dict[TypeId, tuple[ClassId | None, ...]]


@dataclass(frozen=True, slots=True)
class MappedType:
    """What the rows of one of the model's dictionaries stand for in the project; None: nothing (any more)."""

    branch: str
    type: TypeId | None
    values: tuple[ClassId | Outcome | None, ...]

    @property
    def classes(self) -> tuple[ClassId, ...]:
        """The project's classes that this type can rank."""
        return tuple(v for v in self.values if v is not None and not isinstance(v, Outcome))


def label_space_of(schema: Schema) -> LabelSpace:
    """The schema as training sees it: names for people, ``class_ids`` for the way back."""
    return LabelSpace(
        [
            labels.AttributeType(
                t.name, [c.name for c in t.classes], t.selection.value, [c.id for c in t.classes]
            )
            for t in schema.types
        ]
    )


def by_ids(space: LabelSpace, rows: Mapping[str, Dictionary], schema: Schema) -> tuple[MappedType, ...]:
    """Map a model that was trained from this project: its label space carries the project's class ids."""
    owner = {c.id: t.id for t in schema.types for c in t.classes}
    found: list[MappedType] = []
    for branch, dictionary in rows.items():
        ids = space[branch].class_ids or ()
        known = dict(zip(space[branch].classes, (ClassId(int(i)) for i in ids), strict=False))
        named = schema.type_named(branch)
        types = [owner[i] for i in known.values() if i in owner]
        type_id = types[0] if types else named.id if named else None
        values = [_OUTCOMES.get(c) or _kept(known.get(c), type_id, owner) for c in dictionary.classes]
        found.append(MappedType(branch, type_id, tuple(values)))
    return tuple(found)


def by_names(rows: Mapping[str, Dictionary], schema: Schema) -> tuple[MappedType, ...]:
    """Map a model made elsewhere: a row is the class of the same name in the type of the same name."""
    found: list[MappedType] = []
    for branch, dictionary in rows.items():
        mine = schema.type_named(branch)
        values = [_OUTCOMES.get(c) or _class_named(mine, c) for c in dictionary.classes]
        found.append(MappedType(branch, mine.id if mine else None, tuple(values)))
    return tuple(found)


def to_rows(mapped: Iterable[MappedType]) -> RegisteredRows:
    """What the registry keeps. Types the project does not have get negative stand-ins: order is the key."""
    rows: RegisteredRows = {}
    for place, one in enumerate(mapped):
        key = TypeId(-1 - place) if one.type is None or one.type in rows else one.type
        rows[key] = tuple(None if isinstance(v, Outcome) else v for v in one.values)
    return rows


def from_rows(
    rows: Mapping[TypeId, Sequence[ClassId | None]], dictionaries: Mapping[str, Dictionary], schema: Schema
) -> tuple[MappedType, ...]:
    """The registered rows against today's schema: what was deleted since stands for nothing."""
    owner = {c.id: t.id for t in schema.types for c in t.classes}
    types = {t.id for t in schema.types}
    found: list[MappedType] = []
    for (branch, dictionary), (type_id, ids) in zip(dictionaries.items(), rows.items(), strict=True):
        kept = type_id if type_id in types else None
        values = [
            _OUTCOMES.get(name) or _kept(class_id, kept, owner)
            for name, class_id in zip(dictionary.classes, ids, strict=True)
        ]
        found.append(MappedType(branch, kept, tuple(values)))
    return tuple(found)


def completed(
    registered: Sequence[MappedType], dictionaries: Mapping[str, Dictionary], schema: Schema
) -> tuple[MappedType, ...]:
    """What is registered stands, whatever it is called today; the rest goes by name, where that is free."""
    taken = {m.type for m in registered}
    return tuple(
        _completed(one, _home(one, taken, schema), dictionaries[one.branch].classes) for one in registered
    )


def _home(one: MappedType, taken: Set[TypeId | None], schema: Schema) -> AttributeType | None:
    if one.type is not None:
        return schema.type(one.type)
    named = schema.type_named(one.branch)
    return None if named is None or named.id in taken else named


def _completed(one: MappedType, home: AttributeType | None, names: Sequence[str]) -> MappedType:
    called = [_class_named(home, name) for name in names]
    free = [None if class_id in one.classes else class_id for class_id in called]
    values = [v if v is not None else class_id for v, class_id in zip(one.values, free, strict=True)]
    return MappedType(one.branch, home.id if home else None, tuple(values))


def _kept(
    class_id: ClassId | None, type_id: TypeId | None, owner: Mapping[ClassId, TypeId]
) -> ClassId | None:
    return class_id if class_id is not None and owner.get(class_id) == type_id else None


def _class_named(mine: AttributeType | None, name: str) -> ClassId | None:
    found = mine.class_named(normalise(name)) if mine else None
    return found.id if found else None
