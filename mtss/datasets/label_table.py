"""iMaterialist's table of labels: number, group (its "task") and name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from mtss.datasets.table import Table, is_text, read_table
from mtss.labels import AttributeType, LabelProblem, LabelSpace
from mtss.problem import Problem

PATTERN = "*label_map*.csv"  # published as iMat_fashion_2018_label_map_228.csv
WITH_GROUP = re.compile(r"(?P<name>.+?)\s*\((?P<group>[^()]+)\)\s*")  # "Argyle (pattern)"


@dataclass(frozen=True)
class LabelTable:
    """For every label's number its group and name, and the label space: a multiple type for each group."""

    path: Path
    names: dict[str, tuple[str, str]]
    space: LabelSpace


def read_labels(root: Path) -> LabelTable:
    """The one label table in a folder: columns labelId, labelName, taskName.

    Without taskName the names carry their group, as in "Argyle (pattern)". Raises Problem with file and line.
    """
    paths = sorted(root.glob(PATTERN))
    if len(paths) != 1:
        words = "is missing" if not paths else f"is not the only one: {', '.join(p.name for p in paths)}"
        raise Problem(f"{root}: the table of labels ({PATTERN}) {words}")
    table = read_table(paths[0])
    names: dict[str, tuple[str, str]] = {}
    for line, number, group, name in _rows(table):
        if number in names:
            raise Problem(f"{table.path}:{line}: label {number} stands twice")
        names[number] = (group, name)
    groups: dict[str, list[str]] = {}
    for group, name in names.values():
        groups.setdefault(group, []).append(name)
    try:
        space = LabelSpace([AttributeType(group, classes, "multiple") for group, classes in groups.items()])
    except LabelProblem as problem:
        raise Problem(f"{table.path}: {problem}") from problem
    return LabelTable(table.path, names, space)


def _rows(table: Table) -> list[tuple[int, str, str, str]]:
    number, name = table.column("labelId", "label_id"), table.column("labelName", "label_name")
    task = next(
        (i for i, title in enumerate(table.header) if title.lower() in ("taskname", "task_name")), None
    )
    rows: list[tuple[int, str, str, str]] = []
    for line, cells in table.rows:
        where = f"{table.path}:{line}"
        match = WITH_GROUP.fullmatch(cells[name])
        group = cells[task].strip() if task is not None else match["group"] if match else ""
        label = match["name"] if match and match["group"] == group else cells[name].strip()
        if not cells[number].strip().isdecimal():
            raise Problem(f"{where}: '{cells[number]}' is not a label's number")
        if not group or not label:
            raise Problem(f"{where}: label {cells[number]} has no group or no name")
        if not is_text(group + label):
            raise Problem(f"{where}: the name is not UTF-8 text")
        rows.append((line, str(int(cells[number])), group, label))
    return rows
