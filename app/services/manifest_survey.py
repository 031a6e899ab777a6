"""What a manifest asks of the schema, found out before anything is written."""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.changes import ChangeSet
from app.domain.schema import Schema, Selection, check_name, normalise
from app.services import defining
from app.services.manifest_lines import details_of
from app.services.manifest_reading import Line, failed, lines
from app.services.projects import Project
from mtss.labels import LabelProblem, LabelSpace
from mtss.sample import Sample


def _no_classes() -> defaultdict[str, dict[str, None]]:
    return defaultdict(dict)


@dataclass(slots=True)
class Survey:
    """Types and classes that a manifest names, in order of appearance, and which types take several."""

    classes: defaultdict[str, dict[str, None]] = field(default_factory=_no_classes)
    several: set[str] = field(default_factory=set[str])
    labels: int = 0
    images: int = 0


def survey(manifest: Path, schema: Schema) -> Survey:
    """Read the whole manifest. Raises ImportFailed for a line that says something impossible."""
    found = Survey()
    for line in lines(manifest):
        found.images += 1
        try:
            _look_at(line, schema, found)
        except ValueError as error:
            raise failed(manifest, line.number, str(error)) from error
    return found


def missing(schema: Schema, found: Survey) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The types, and the (type, class) pairs, that the schema lacks."""
    new_types = tuple(name for name in found.classes if schema.type_named(name) is None)
    new_classes = tuple(
        (name, class_name)
        for name, classes in found.classes.items()
        for class_name in classes
        if (kind := schema.type_named(name)) is None or kind.class_named(class_name) is None
    )
    return new_types, new_classes


def define_missing(project: Project, manifest: Path, found: Survey) -> ChangeSet:
    """Make the types and classes that the project lacks. Raises NotPossible."""
    new_types, new_classes = missing(project.schema(), found)
    declared = _selections(manifest)
    for name in new_types:
        many = normalise(name) in found.several or declared.get(normalise(name)) == Selection.MULTIPLE
        if project.schema().type_named(name) is None:  # two spellings of one name
            defining.add_type(project, name, Selection.MULTIPLE if many else Selection.SINGLE)
    for name, class_name in new_classes:
        kind = project.schema().type_named(name)
        if kind is not None and kind.class_named(class_name) is None:
            defining.add_class(project, kind.id, class_name)
    return ChangeSet(schema=bool(new_types or new_classes))


def types_of(sample: Sample) -> Iterator[str]:
    """The names of the types that a line speaks of."""
    yield from dict.fromkeys((*sample.labels, *sample.negative, *sample.partial, *sample.not_applicable))


def _look_at(line: Line, schema: Schema, found: Survey) -> None:
    sample = line.sample
    _check_path(sample.image)
    found.labels += len(sample.labels) + len(sample.not_applicable)
    for name in types_of(sample):
        wanted = found.classes[check_name(name)]
        for class_name in (*sample.labels.get(name, ()), *sample.negative.get(name, ())):
            wanted[check_name(class_name)] = None
        details_of(line.entries, name)
        _check_number(name, len(sample.labels.get(name, ())), schema, found)
        if name in sample.not_applicable and sample.labels.get(name):
            raise ValueError(f"“{name}” is labelled and not applicable at once")


def _check_path(image: str) -> None:
    try:
        os.fsencode(image)
    except UnicodeEncodeError as error:
        raise ValueError('"image" is no path that a file can have') from error


def _check_number(name: str, classes: int, schema: Schema, found: Survey) -> None:
    if classes > 1:
        known = schema.type_named(name)
        if known is not None and known.selection is Selection.SINGLE:
            raise ValueError(f"“{known.name}” takes one class, and the line names {classes}")
        found.several.add(normalise(name))


def _selections(manifest: Path) -> dict[str, str]:
    try:
        space = LabelSpace.read(manifest.parent / "labels.json")
    except (OSError, LabelProblem):
        return {}
    return {normalise(t.name): t.selection for t in space.types}
