"""What types and classes of several domains are called when they come together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mtss.datasets.table import is_text, read_table
from mtss.labels import RESERVED, AttributeType, LabelSpace
from mtss.problem import Problem

COLUMNS = ("domain", "type", "class", "as")


@dataclass(frozen=True)
class Names:
    """One domain's types and each type's classes in the words of all; a name that is not here stays."""

    types: dict[str, str] = field(default_factory=dict[str, str])
    classes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def type(self, name: str) -> str:
        return self.types.get(name, name)

    def renamed(self, type_name: str, classes: Sequence[str]) -> tuple[str, ...]:
        """As many as before."""
        here = self.classes.get(type_name, {})
        return tuple(here.get(name, name) for name in classes)

    def of(self, attribute: AttributeType) -> tuple[str, ...]:
        """The type's classes, each once: several may have become one."""
        return tuple(dict.fromkeys(self.renamed(attribute.name, attribute.classes)))


def read_names(path: Path, spaces: Mapping[str, LabelSpace]) -> dict[str, Names]:
    """A table with the columns domain, type, class, as; where class is empty the type itself is renamed.

    Raises Problem with file and line for what no label space has, and for what stands twice; OSError.
    """
    table = read_table(path)
    columns = [table.column(name) for name in COLUMNS]
    found = {domain: Names() for domain in spaces}
    for line, cells in table.rows:
        domain, type_name, label, new = (cells[i].strip() for i in columns)
        try:
            _check(spaces, domain, type_name, label, new)
            names = found[domain]
            here = names.classes.setdefault(type_name, {}) if label else names.types
            old = label or type_name
            if old in here:
                raise Problem(f"'{old}' of '{domain}' stands twice")
        except Problem as problem:
            raise Problem(f"{path}:{line}: {problem}") from problem
        here[old] = new
    return found


def _check(spaces: Mapping[str, LabelSpace], domain: str, type_name: str, label: str, new: str) -> None:
    if domain not in spaces:
        raise Problem(f"there is no domain '{domain}' (known: {', '.join(spaces)})")
    attribute = spaces[domain][type_name]
    if label:
        _ = attribute.index(label)
    if not new or not is_text(new) or new in RESERVED:
        raise Problem(f"'{label or type_name}' needs another name in the column as")
