"""Where a report's numbers lie below a baseline's: told under its tables, so that none is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mtss.experiments.markdown_tables import Table, tables
from mtss.experiments.study import BASELINES

CONDITION = re.compile(r"(?:, | \+ )(?:(?!, | \+ ).)+")  # of a row: what follows the name of who is measured
OTHERS = (*BASELINES, "BCE", "teacher, BCE")  # rows that are not the method's: these and what begins so

Means = Mapping[str, float]  # of a row, by column


def behind(lines: Sequence[str]) -> list[str]:
    """An item a baseline that some mean, as printed, is below; none without a baseline's row or column."""
    found = tables(lines)
    items: list[str] = []
    for base in BASELINES:
        below: dict[str, list[str]] = {}
        for table in found:
            measured = table.label.removesuffix("%").removesuffix(", ")
            label = f"{measured} of " if measured and len(found) > 1 else ""
            for who, column, mine, theirs in _below(table, base):
                below.setdefault(who, []).append(f"{label}{column} {mine:.1f} to {theirs:.1f}")
        if below:
            told = "; ".join(f"{who} ({', '.join(cells)})" for who, cells in below.items())
            items.append(f"- **behind the {base}** in the mean: {told}")
    return items


def _below(table: Table, base: str) -> Iterator[tuple[str, str, float, float]]:
    """Whose mean, of what, how much, and the baseline's."""
    rows = {
        who: dict(zip(table.columns, (m for m, _ in cells), strict=True)) for who, cells in table.rows.items()
    }
    if base in table.columns:
        rows = {who: {row: means[who] for row, means in rows.items()} for who in table.columns}
    for who, means in rows.items():
        theirs = _beside(who, rows, base)
        if theirs is None or who.startswith(OTHERS) or who == "change":
            continue
        for column, mine in means.items():
            if mine < theirs[column]:
                yield who, column, mine, theirs[column]


def _beside(who: str, rows: Mapping[str, Means], base: str) -> Means | None:
    """The baseline's row, under those of the conditions ("…, centred on target images") that it too has."""
    conditions = CONDITION.findall(who)
    shared = [some for some in conditions if any(some in row for row in rows if row.startswith(base))]
    return rows.get(base + "".join(shared), rows.get(base))
