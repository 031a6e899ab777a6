"""Images in folders named after classes → Manifest."""

from __future__ import annotations

from pathlib import Path

from mtss.files import find_images
from mtss.labels import AttributeType, LabelSpace
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.sample import Sample


def read(path: Path, kind: str) -> Manifest:
    """PATH/<class>/… → one single-choice type called `kind`. Images stay where they are.

    Raises Problem when there is no such folder, or no image in it.
    """
    if not path.is_dir():
        raise Problem(f"{path}: there is no such folder")
    root = path.absolute()
    folders = sorted(folder for folder in root.iterdir() if folder.is_dir())
    samples = [
        Sample(image=str(image), labels={kind: (folder.name,)})
        for folder in folders
        for image in find_images([folder])
    ]
    if not samples:
        raise Problem(f"{path}: no images in folders below it (expected {path.name}/<class>/<image>)")
    used = {label for sample in samples for label in sample.labels[kind]}
    space = LabelSpace([AttributeType(kind, [f.name for f in folders if f.name in used])])
    return Manifest(samples, root, space)
