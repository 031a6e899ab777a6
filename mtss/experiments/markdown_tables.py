"""A report's Markdown tables as numbers: what is drawn, and what is compared, is what is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

CELL = re.compile(r"(-?\d+(?:\.\d+)?)(?: ± (\d+(?:\.\d+)?))?")
CHANGE = "Δ"  # rows and columns of another scale


@dataclass(frozen=True)
class Table:
    """{row: mean and deviation for each column}, of rows whose cells are all numbers."""

    label: str
    columns: tuple[str, ...]
    rows: Mapping[str, Sequence[tuple[float, float]]]


def tables(lines: Sequence[str]) -> tuple[Table, ...]:
    """Those among Markdown lines, but for rows and columns of changes (Δ)."""
    return tuple(t for t in (_table(*block) for block in _blocks(lines)) if t is not None)


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, list[list[str]]]]:
    """The cells of every table, and what the line before it calls them."""
    label, block = "%", []
    for line in (*lines, ""):
        if line.startswith("|"):
            block.append([cell.strip() for cell in line.strip("|").split("|")])
        elif block:
            yield label, block
            label, block = "%", []
        if line.endswith(":"):
            label = line.removesuffix(":")


def _table(label: str, block: Sequence[Sequence[str]]) -> Table | None:
    head = [column.startswith(CHANGE) for column in block[0][1:]]
    rows: dict[str, list[tuple[float, float]]] = {}
    for name, *cells in block[2:]:
        found = [CELL.fullmatch(cell) for cell, change in zip(cells, head, strict=True) if not change]
        if not name.startswith(CHANGE) and all(found):
            rows[name] = [(float(m[1]), float(m[2] or 0.0)) for m in found if m is not None]
    columns = tuple(column for column, change in zip(block[0][1:], head, strict=True) if not change)
    return Table(label, columns, rows) if rows else None
