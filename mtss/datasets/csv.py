"""A table with one row an image and one column a type → Manifest."""

from __future__ import annotations

from pathlib import Path

from mtss.datasets.table import Table, read_table
from mtss.labels import NONE, NOT_APPLICABLE, AttributeType, LabelProblem, LabelSpace
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.sample import Sample, sample_from_json

IMAGE_COLUMNS = ("image", "file_name", "path", "file", "filename")
PLAIN_COLUMNS = ("split", "domain", "group")
ESCAPED = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run these: they are written after a '


def read(path: Path) -> Manifest:
    """Cells: `a|b` several classes, `@none`, `@na`, empty = not looked at. Paths start at the table's folder.

    Raises Problem with file and line.
    """
    table = read_table(path)
    header, image = table.header, _image_column(table)
    types = [name for i, name in enumerate(header) if i != image and name not in PLAIN_COLUMNS]
    if not types:
        raise Problem(f"{path}:1: no column for an attribute type beside {', '.join(header)}")
    samples = [_sample(table, number, image, row) for number, row in table.rows]
    if not any(Path(sample.image).is_file() for sample in samples):
        first = f"line {table.rows[0][0]} names {samples[0].image}"
        raise Problem(f"{path}: no image of the table is there ({first})")
    try:
        space = LabelSpace([_type(name, samples) for name in types])
    except LabelProblem as problem:
        raise Problem(f"{path}:1: {problem}") from problem
    return Manifest(samples, path.absolute().parent, space)


def _image_column(table: Table) -> int:
    for name in IMAGE_COLUMNS:
        if name in table.header:
            return table.header.index(name)
    raise Problem(f"{table.path}: no column is called {', '.join(IMAGE_COLUMNS)}")


def _sample(table: Table, number: int, image: int, row: tuple[str, ...]) -> Sample:
    path = table.path
    line: dict[str, object] = {"image": str(path.absolute().parent / _plain(row[image]))}
    labels: dict[str, list[str]] = {}
    not_applicable: list[str] = []
    for column, name in enumerate(table.header):
        cell = _plain(row[column].strip())
        if column == image or not cell:
            continue
        if name in PLAIN_COLUMNS:
            line[name] = cell
        elif cell == NOT_APPLICABLE:
            not_applicable.append(name)
        else:
            labels[name] = [] if cell == NONE else [c.strip() for c in cell.split("|") if c.strip()]
    try:
        return sample_from_json(line | {"labels": labels, "not_applicable": not_applicable})
    except Problem as problem:
        raise Problem(f"{path}:{number}: {problem}") from problem


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(ESCAPED) else cell


def _type(name: str, samples: list[Sample]) -> AttributeType:
    used = [sample.labels[name] for sample in samples if name in sample.labels]
    classes = sorted({label for labels in used for label in labels})
    several = any(len(labels) > 1 for labels in used)
    return AttributeType(name, classes, "multiple" if several else "single")
