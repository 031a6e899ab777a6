"""Small stocked projects, made through the store itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.item import FoundImage
from app.domain.schema import Selection
from app.store import folders, schema
from app.store.scans import FolderScan
from app.store.workspace import Workspace


@dataclass(frozen=True)
class Stock:
    """A workspace with two types (a: single, b: multiple) of three classes each, and some items."""

    workspace: Workspace
    types: tuple[TypeId, ...]
    classes: dict[TypeId, tuple[ClassId, ...]]
    items: tuple[ItemId, ...]


def stock(folder: Path, images: int) -> Stock:
    workspace = Workspace.create(folder)
    types = tuple(
        schema.add_type(workspace, name, selection)[0]
        for name, selection in (("a", Selection.SINGLE), ("b", Selection.MULTIPLE))
    )
    classes = {t: schema.add_classes(workspace, t, ("x", "y", "z"))[0] for t in types}
    root = folders.add(workspace, Path("/images"))
    found = [FoundImage(f"dir{n // 5}/image{n:04}.jpg", n, n) for n in range(images)]
    FolderScan(workspace, root).take(found)
    return Stock(workspace, types, classes, tuple(ItemId(n + 1) for n in range(images)))


@pytest.fixture
def stocked(tmp_path: Path) -> Iterator[Stock]:
    """Twelve images, nothing decided."""
    made = stock(tmp_path / "project", 12)
    yield made
    made.workspace.close()


@pytest.fixture(scope="session")
def make_stock() -> Callable[[Path, int], Stock]:
    """Make a project in a folder, with so many images."""
    return stock
