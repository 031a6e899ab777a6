"""DARN: a text table of image, URL and nine attributes → Manifest."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mtss.datasets.pictures import first_file, last_part
from mtss.datasets.table import Table, is_text, read_table
from mtss.labels import AttributeType, LabelProblem, LabelSpace
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.sample import Sample

IMAGE, URL = ("image", "image_name", "image_id", "file", "path"), ("url", "image_url")
PLAIN = ("domain", "group")  # shop or street, and the article shown, where a table has them
ATTRIBUTES = 9
UNKNOWN = ("", "-1", "null", "nan", "unknown")  # nobody looked, in any case
SUFFIXES = ("", ".jpg", ".jpeg", ".png")


def read(path: Path, images: Path | None = None) -> tuple[Manifest, int]:
    """A table with tabs or commas: a column for the image, one for its URL, nine attributes, one class each.

    Pictures: below `images` (default: the table's folder), named as the image column says or as the URL ends.
    Many URLs are dead: an image that is not there is left out and counted in the second value.
    An empty cell was not looked at. Raises Problem with file and line, OSError.
    """
    if not path.is_file():
        raise Problem(f"{path}: there is no such table")
    table = read_table(path, _delimiter(path))
    image, url = table.column(*IMAGE), table.column(*URL)
    columns = {i: name for i, name in enumerate(table.header) if i not in (image, url) and name not in PLAIN}
    if len(columns) != ATTRIBUTES:
        raise Problem(f"{path}:1: {len(columns)} attribute columns, not {ATTRIBUTES}")
    base = (images or path.absolute().parent).absolute()
    _refuse_repeats(table, ((line, cells[image].strip()) for line, cells in table.rows))
    pictures = [_picture(base, cells[image], cells[url]) for _, cells in table.rows]
    named = ((line, str(p)) for (line, _), p in zip(table.rows, pictures, strict=True) if p is not None)
    _refuse_repeats(table, named)  # two URLs may end alike
    labels = [_labels(table, line, cells, columns) for line, cells in table.rows]
    samples = [
        Sample(
            str(picture),
            known,
            domain=_plain(table, cells, "domain") or "darn",
            group=_plain(table, cells, "group"),
        )
        for (_, cells), picture, known in zip(table.rows, pictures, labels, strict=True)
        if picture is not None
    ]
    if not samples:
        raise Problem(f"{base}: no image of the table was found, of {len(pictures)}")
    return Manifest(samples, base, _space(table, columns, labels)), len(pictures) - len(samples)


def _delimiter(path: Path) -> str:
    with path.open("rb") as file:
        return "\t" if b"\t" in file.readline() else ","


def _picture(base: Path, name: str, url: str) -> Path | None:
    names = [stem + suffix for stem in (name.strip(), last_part(url)) if stem for suffix in SUFFIXES]
    return first_file((base,), names)


def _refuse_repeats(table: Table, names: Iterable[tuple[int, str]]) -> None:
    met: dict[str, int] = {}
    for line, name in names:
        if not name:
            raise Problem(f"{table.path}:{line}: the image has no name")
        if (first := met.setdefault(name, line)) != line:
            raise Problem(f"{table.path}:{line}: '{name}' stands twice, first on line {first}")


def _labels(
    table: Table, line: int, cells: tuple[str, ...], columns: dict[int, str]
) -> dict[str, tuple[str, ...]]:
    known = {name: cells[i].strip() for i, name in columns.items() if cells[i].strip().lower() not in UNKNOWN}
    for name, label in known.items():
        if not is_text(label):
            raise Problem(f"{table.path}:{line}: {name}: the class is not UTF-8 text")
    return {name: (label,) for name, label in known.items()}


def _plain(table: Table, cells: tuple[str, ...], name: str) -> str | None:
    return (cells[table.header.index(name)].strip() or None) if name in table.header else None


def _space(table: Table, columns: dict[int, str], labels: list[dict[str, tuple[str, ...]]]) -> LabelSpace:
    """Classes from the whole table: they do not depend on which pictures could be had."""
    try:
        return LabelSpace(
            [
                AttributeType(name, sorted({label for known in labels for label in known.get(name, ())}))
                for name in columns.values()
            ]
        )
    except LabelProblem as problem:
        raise Problem(f"{table.path}:1: {problem}") from problem
