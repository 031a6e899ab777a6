"""The attribute types of DeepFashion: five named by number in list_attr_cloth.txt, and the category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mtss.datasets.deepfashion.lists import Entry, by_name, whole_number
from mtss.datasets.table import is_text
from mtss.labels import RESERVED, AttributeType, LabelSpace
from mtss.problem import Problem

TYPES = ("texture", "fabric", "shape", "part", "style")  # numbered from 1
CATEGORY = "category"
STATES = {"1", "-1", "0"}


@dataclass(frozen=True)
class Vocabulary:
    """The label space, and for every column of list_attr_img.txt its type and class.

    `columns[t]`: (column, class) of the columns that belong to type t; `width`: how many columns there are.
    """

    space: LabelSpace
    columns: dict[str, tuple[tuple[int, str], ...]]
    categories: tuple[str, ...]

    @property
    def width(self) -> int:
        return sum(len(columns) for columns in self.columns.values())


def read_vocabulary(attributes: Path, categories: Path) -> Vocabulary:
    """From list_attr_cloth.txt and list_category_cloth.txt. Raises Problem with file and line."""
    columns: dict[str, list[tuple[int, str]]] = {name: [] for name in TYPES}
    for column, entry in enumerate(_named(attributes)):
        number = whole_number(attributes, entry, entry.values[0], "attribute type")
        if not 1 <= number <= len(TYPES):
            raise Problem(
                f"{attributes}:{entry.line}: there is no attribute type {number} (1 to {len(TYPES)})"
            )
        columns[TYPES[number - 1]].append((column, entry.name))
    names = tuple(entry.name for entry in _named(categories))
    types = [AttributeType(t, [name for _, name in columns[t]], "multiple") for t in TYPES if columns[t]]
    space = LabelSpace([*types, AttributeType(CATEGORY, names)])
    return Vocabulary(space, {t: tuple(pairs) for t, pairs in columns.items() if pairs}, names)


def _named(path: Path) -> list[Entry]:
    found = list(by_name(path, 1).values())
    if not found:
        raise Problem(f"{path}:1: the list names nothing")
    for entry in found:
        if not is_text(entry.name):
            raise Problem(f"{path}:{entry.line}: the name is not UTF-8 text")
        if entry.name in RESERVED:
            raise Problem(f"{path}:{entry.line}: '{entry.name}' is a reserved name")
    return found


@dataclass(frozen=True)
class Seen:
    """What one line of list_attr_img.txt says."""

    labels: dict[str, tuple[str, ...]]
    partial: tuple[str, ...]
    negative: dict[str, tuple[str, ...]]


def seen(vocabulary: Vocabulary, states: Sequence[str]) -> Seen:
    """1 / −1 / 0 of every column = positive / negative / unknown, as a manifest says it.

    A type without any 0 was looked at in full: its positives are its labels, perhaps none. A type of 0 alone
    was not looked at. In between it is partial: the positives and the negatives are known, the rest is not.
    """
    labels: dict[str, tuple[str, ...]] = {}
    partial: list[str] = []
    negative: dict[str, tuple[str, ...]] = {}
    for name, columns in vocabulary.columns.items():
        known = [(states[column], label) for column, label in columns if states[column] != "0"]
        if not known:
            continue
        labels[name] = tuple(label for state, label in known if state == "1")
        if len(known) < len(columns):
            partial.append(name)
            rejected = tuple(label for state, label in known if state == "-1")
            if rejected:
                negative[name] = rejected
    return Seen(labels, tuple(partial), negative)
