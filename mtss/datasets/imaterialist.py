"""iMaterialist-Fashion 2018: annotation files, the table of labels and downloaded images → Manifest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from mtss.datasets.json_file import Fields, Where, read_object
from mtss.datasets.label_table import LabelTable, read_labels
from mtss.datasets.pictures import pictures_by_stem
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.sample import Sample, Split

FILES: tuple[tuple[str, Split], ...] = (
    ("train", "train"),
    ("validation", "val"),
    ("val", "val"),
    ("test", "test"),
)
ID, LABELS = ("imageId", "image_id"), ("labelId", "label_id")  # Kaggle's file, and the annotated one


def read(root: Path, images: Path | None = None) -> tuple[Manifest, int]:
    """A folder of train.json, validation.json or val.json, test.json, and the label table (*label_map*.csv).

    Pictures are called after their ids: `images` (default: `root`) holds `train/<id>.jpg` and so on, or,
    where there is only one annotation file, the pictures themselves. Many URLs are dead: an image that is
    not there is left out and counted in the second value. A group with a label was looked at in full, a
    group without any was not looked at (the annotation is sparse). Raises Problem with file and place.
    """
    if not root.is_dir():
        raise Problem(f"{root}: there is no such folder")
    root = root.absolute()
    files = _files(root)
    table = read_labels(root)
    samples: list[Sample] = []
    missing = 0
    for path, split in files:
        found = pictures_by_stem(_folders(images or root, path.stem, alone=len(files) == 1))
        for entry in _entries(path, table):
            if (picture := found.get(entry.image)) is not None:
                samples.append(Sample(str(picture), entry.labels, split, domain="imaterialist"))
            else:
                missing += 1
    if not samples:
        raise Problem(f"{images or root}: no image was found, of {missing} (expected train/<id>.jpg)")
    return Manifest(samples, root, table.space), missing


def _files(root: Path) -> list[tuple[Path, Split]]:
    files: dict[Split, Path] = {}
    for stem, split in FILES:
        if (path := root / f"{stem}.json").is_file():
            if split in files:
                raise Problem(f"{root}: {files[split].name} and {path.name} are the same split: keep one")
            files[split] = path
    if not files:
        raise Problem(f"{root}: there is no train.json, validation.json or test.json")
    return [(path, split) for split, path in files.items()]


def _folders(base: Path, stem: str, *, alone: bool) -> list[Path]:
    """Ids count from 1 in every file, so a folder without the file's name serves only one file."""
    base = base.absolute()
    nested = [base / stem, base / "images" / stem, base / stem / "images"]
    return [*nested, base / "images", base] if alone else nested


@dataclass(frozen=True)
class _Entry:
    image: str  # its id: the picture's name without suffix
    labels: dict[str, tuple[str, ...]]


def _entries(path: Path, table: LabelTable) -> Iterator[_Entry]:
    content = read_object(path)
    labels = dict(_annotations(path, content, table))
    met: set[str] = set()
    for where, image in _objects(path, content, "images", required=True):
        key = image.identity(where, *ID)
        if key in met:
            raise Problem(f"{where}: image {key} stands twice")
        met.add(key)
        yield _Entry(key, labels.get(key, {}))
    if unknown := next((key for key in labels if key not in met), None):
        raise Problem(f"{path}: annotations: image {unknown} is not among the images")


def _annotations(
    path: Path, content: Fields, table: LabelTable
) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    met: set[str] = set()
    for where, annotation in _objects(path, content, "annotations", required=False):
        key = annotation.identity(where, *ID)
        if key in met:
            raise Problem(f"{where}: image {key} is annotated twice")
        met.add(key)
        groups: dict[str, dict[str, None]] = {}
        for label in annotation.identities(where, *LABELS):
            if label not in table.names:
                raise Problem(f"{where}: image {key}: label {label} is not in {table.path.name}")
            group, name = table.names[label]
            groups.setdefault(group, {})[name] = None  # a label given twice counts once
        yield key, {group: tuple(names) for group, names in groups.items()}


def _objects(path: Path, content: Fields, key: str, *, required: bool) -> Iterator[tuple[Where, Fields]]:
    values = content.get(key)
    if values is None and not required:
        return
    if not isinstance(values, list):
        raise Problem(f'{path}: "{key}" must be a list')
    for number, value in enumerate(cast("Sequence[object]", values)):
        where = f"{path}: {key}[{number}]"
        if not isinstance(value, dict):
            raise Problem(f"{where} is not an object")
        yield where, Fields(cast("dict[str, object]", value))
