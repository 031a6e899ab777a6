"""The list files of DeepFashion: a count on line 1, names of columns on line 2, one entry a line below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mtss.problem import Problem

FOLDERS = ("", "Anno", "Anno_coarse", "Eval")  # as the archives unpack; the older release has Anno
UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Entry:
    """One line: its number (counted from 1), the name, which may hold spaces, and the values after it."""

    line: int
    name: str
    values: tuple[str, ...]


def find_list(root: Path, name: str) -> Path:
    """The list of that name in the data set's folder. Raises Problem when it is missing."""
    for folder in FOLDERS:
        if (path := root / folder / name).is_file():
            return path
    places = ", ".join(folder or "the folder itself" for folder in FOLDERS)
    raise Problem(f"{root}: {name} is missing (looked in {places})")


def entries(path: Path, columns: int) -> Iterator[Entry]:
    """The entries of a list, each a name and `columns` values, split from the right.

    Names that are not UTF-8 come with surrogate escapes. Raises Problem with file and line, OSError.
    """
    found, line = 0, 2
    with path.open("rb") as lines:
        count = _count(path, lines.readline().removeprefix(UTF8_MARK))
        if not lines.readline().strip():
            raise Problem(f"{path}:2: the names of the columns are missing")
        for line, raw in enumerate(lines, start=3):
            if not raw.strip():
                continue
            found += 1
            if found > count:
                raise Problem(f"{path}:{line}: more entries than the {count} that line 1 promises")
            yield _entry(path, line, raw, columns)
    if found < count:
        raise Problem(
            f"{path}:{line}: the list ends after {found} of the {count} entries that line 1 promises"
        )


def by_name(path: Path, columns: int) -> dict[str, Entry]:
    """All entries of a list under their names. Raises Problem, also for a name that stands twice."""
    found: dict[str, Entry] = {}
    for entry in entries(path, columns):
        first = found.setdefault(entry.name, entry)
        if first is not entry:
            raise Problem(f"{path}:{entry.line}: '{entry.name}' stands twice, first on line {first.line}")
    return found


def whole_number(path: Path, entry: Entry, value: str, what: str) -> int:
    """A value as a number; Problem names the line."""
    try:
        return int(value)
    except ValueError:
        raise Problem(f"{path}:{entry.line}: the {what} is '{value}', not a whole number") from None


def _count(path: Path, raw: bytes) -> int:
    text = raw.strip()
    if not text:
        raise Problem(f"{path}:1: the count of entries is missing")
    if not text.isdigit() or len(text) > 12:
        raise Problem(
            f"{path}:1: '{text[:40].decode('utf-8', 'backslashreplace')}' is not a count of entries"
        )
    return int(text)


def _entry(path: Path, line: int, raw: bytes, columns: int) -> Entry:
    parts = raw.decode("utf-8", "surrogateescape").strip().rsplit(None, columns)
    if len(parts) != columns + 1:
        raise Problem(f"{path}:{line}: a name and {columns} values should stand here: is the line cut off?")
    return Entry(line, parts[0], tuple(parts[1:]))
