"""Label spaces: which attribute types there are, and the ordered classes of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from mtss.problem import Problem
from mtss.words import counted, listed

Selection = Literal["single", "multiple"]
ClassId = int | str

NONE = "@none"  # looked at: no class applies
NOT_APPLICABLE = "@na"  # the type makes no sense for this image (sleeves on a bag)
RESERVED = (NONE, NOT_APPLICABLE)


class LabelProblem(Problem):
    """A label space that cannot be used; the message is meant for the user."""


@dataclass(frozen=True)
class AttributeType:
    """One attribute type (the paper's α_k) with its ordered classes.

    `class_ids` runs parallel to `classes`: the caller's stable identities, untouched by renames.
    Raises LabelProblem for empty, repeated or reserved names.
    """

    name: str
    classes: tuple[str, ...]
    selection: Selection = "single"
    class_ids: tuple[ClassId, ...] | None = None

    def __init__(
        self,
        name: str,
        classes: Sequence[str],
        selection: Selection = "single",
        class_ids: Sequence[ClassId] | None = None,
    ) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "classes", tuple(classes))
        object.__setattr__(self, "selection", selection)
        object.__setattr__(self, "class_ids", None if class_ids is None else tuple(class_ids))
        self._check()

    def _check(self) -> None:
        if not self.name.strip():
            raise LabelProblem("an attribute type has no name")
        if self.selection not in ("single", "multiple"):
            raise LabelProblem(f"type '{self.name}': selection is '{self.selection}', not single or multiple")
        for name in self.classes:
            if not name.strip():
                raise LabelProblem(f"type '{self.name}': a class has no name")
            if name in RESERVED:
                raise LabelProblem(f"type '{self.name}': '{name}' is a reserved name")
        _refuse_repeats(self.classes, f"type '{self.name}': class")
        if self.class_ids is not None:
            if len(self.class_ids) != len(self.classes):
                classes = counted(len(self.classes), "class", "classes")
                raise LabelProblem(f"type '{self.name}': {len(self.class_ids)} class_ids for {classes}")
            _refuse_repeats(self.class_ids, f"type '{self.name}': class id")

    def index(self, name: str) -> int:
        """Position of a class; LabelProblem names the type when it is unknown."""
        try:
            return self.classes.index(name)
        except ValueError:
            known = listed(self.classes) or "none"
            raise LabelProblem(f"type '{self.name}' has no class '{name}' (known: {known})") from None


@dataclass(frozen=True)
class LabelSpace:
    """All attribute types, in order. Equal spaces compare equal."""

    types: tuple[AttributeType, ...]

    def __init__(self, types: Sequence[AttributeType]) -> None:
        object.__setattr__(self, "types", tuple(types))
        _refuse_repeats(self.names, "attribute type")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(t.name for t in self.types)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> AttributeType:
        for attribute in self.types:
            if attribute.name == name:
                return attribute
        raise LabelProblem(f"there is no attribute type '{name}' (known: {', '.join(self.names) or 'none'})")

    def to_json(self) -> dict[str, object]:
        return {"types": [_type_to_json(t) for t in self.types]}

    @staticmethod
    def from_json(value: object) -> LabelSpace:
        types = cast("dict[str, object]", value).get("types") if isinstance(value, dict) else None
        if not isinstance(types, list):
            raise LabelProblem('a label space is an object with a list "types"')
        return LabelSpace([_type_from_json(entry) for entry in cast("list[object]", types)])

    @staticmethod
    def read(path: Path) -> LabelSpace:
        """Read labels.json. Raises LabelProblem with the file's name, OSError when it cannot be read."""
        try:
            return LabelSpace.from_json(json.loads(path.read_bytes()))
        except ValueError as problem:  # JSON, encoding and LabelProblem alike
            raise LabelProblem(f"{path}: {problem}") from problem
        except RecursionError as problem:
            raise LabelProblem(f"{path}: nested too deeply") from problem

    def to_bytes(self) -> bytes:
        """As `labels.json` holds it."""
        return (json.dumps(self.to_json(), indent=1) + "\n").encode()


def _refuse_repeats(names: Sequence[ClassId], what: str) -> None:
    seen: set[ClassId] = set()
    for name in names:
        if name in seen:
            raise LabelProblem(f"{what} '{name}' stands twice")
        seen.add(name)


def _type_to_json(attribute: AttributeType) -> dict[str, object]:
    entry: dict[str, object] = {
        "name": attribute.name,
        "selection": attribute.selection,
        "classes": list(attribute.classes),
    }
    if attribute.class_ids is not None:
        entry["class_ids"] = list(attribute.class_ids)
    return entry


def _type_from_json(value: object) -> AttributeType:
    entry = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    name, classes = entry.get("name"), entry.get("classes")
    if not isinstance(name, str):
        raise LabelProblem('every entry of "types" needs a "name"')
    if not isinstance(classes, list) or not all(isinstance(c, str) for c in cast("list[object]", classes)):
        raise LabelProblem(f"type '{name}': \"classes\" must be a list of names")
    ids = entry.get("class_ids")
    if ids is not None and not (
        isinstance(ids, list) and all(isinstance(i, int | str) for i in cast("list[object]", ids))
    ):
        raise LabelProblem(f"type '{name}': \"class_ids\" must be a list of numbers or strings")
    selection = cast("Selection", entry.get("selection", "single"))
    return AttributeType(name, cast("list[str]", classes), selection, cast("list[ClassId] | None", ids))
