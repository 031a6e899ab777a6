"""Tables of text with a header: rows that know their line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from mtss.problem import Problem
from mtss.words import counted

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True)
class Table:
    """The names of the columns, and of every row its line (counted from 1) and its cells, one a column."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def column(self, *names: str) -> int:
        """The first column called one of `names`, in any case; Problem when there is none."""
        lower = [name.lower() for name in self.header]
        for name in names:
            if name.lower() in lower:
                return lower.index(name.lower())
        raise Problem(f"{self.path}: no column is called {', '.join(names)}")


def read_table(path: Path, delimiter: str = ",") -> Table:
    """Read a table; what is not UTF-8 becomes surrogate escapes, lines without any cell are passed over.

    Raises Problem with file and line, OSError.
    """
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        lines = _lines(path, file, delimiter)
        _, header = next(lines, (0, []))
        if not any(header):
            raise Problem(f"{path}: the table is empty")
        names = tuple(name.strip() for name in header)
        _check_separators(path, names, delimiter)
        rows: list[tuple[int, tuple[str, ...]]] = []
        for number, row in lines:
            if len(row) != len(names):
                raise Problem(
                    f"{path}:{number}: {counted(len(row), 'cell')} where the header has {len(names)}"
                )
            rows.append((number, tuple(row)))
    if not rows:
        raise Problem(f"{path}: the table has no rows")
    return Table(path, names, tuple(rows))


def _check_separators(path: Path, header: tuple[str, ...], delimiter: str) -> None:
    """A header that is all in one cell was written with other separators than those expected."""
    for separator, name in SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            raise Problem(f"{path}:1: columns are separated by {SEPARATORS[delimiter]}, not by {name}")


def is_text(name: str) -> bool:
    """Whether a name read with surrogate escapes was UTF-8."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _lines(path: Path, file: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader, start = csv.reader(file, delimiter=delimiter, strict=True), 1
    try:
        for row in reader:
            if any(row):
                yield start, row
            start = reader.line_num + 1
    except csv.Error as problem:
        raise Problem(f"{path}:{start}: not a table of that kind ({problem})") from problem
