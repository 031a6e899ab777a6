"""A small real model, made by the real training on drawn shapes, and projects that use it."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from PIL import Image, ImageDraw

from app.domain.decision import Change, labelled
from app.domain.ids import ItemId
from app.domain.schema import Selection
from app.domain.templates import Template, TypeTemplate
from app.services import annotating, browsing, projects, scanning
from app.services.projects import Project

COLORS = {"red": (200, 30, 30), "green": (30, 160, 60), "blue": (30, 60, 200), "yellow": (230, 200, 20)}
SHAPES = ("disc", "bar")
KNOWN = ("red", "green", "blue")  # what the shipped student has learned
SHAPES_TEMPLATE = Template(
    "shapes",
    "Shapes",
    "Drawn shapes.",
    (TypeTemplate("color", Selection.SINGLE, KNOWN), TypeTemplate("shape", Selection.SINGLE, SHAPES)),
)


def draw(path: Path, color: str, shape: str, chance: random.Random) -> None:
    """One shape on a light ground; every call gives another picture."""
    image = Image.new("RGB", (96, 128), (240, 240, 230 + chance.randint(0, 20)))
    x, y, tall = chance.randint(5, 25), chance.randint(5, 40), 50 + chance.randint(0, 20)
    pencil = ImageDraw.Draw(image)
    if shape == "disc":
        pencil.ellipse((x, y, x + 50, y + tall), fill=COLORS[color])
    else:
        pencil.rectangle((x, y, x + 16, y + tall), fill=COLORS[color])
    image.save(path, quality=92)


def catalogue(folder: Path, count: int, colors: tuple[str, ...], seed: int) -> dict[str, tuple[str, str]]:
    """Draw ``count`` images; their (color, shape) by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    truth: dict[str, tuple[str, str]] = {}
    for number in range(count):
        color, shape = colors[number % len(colors)], chance.choice(SHAPES)
        truth[f"item{number:03}x.jpg"] = color, shape
        draw(folder / f"item{number:03}x.jpg", color, shape, chance)
    return truth


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A frozen build's folder whose default student knows three colours and two shapes."""
    home = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else None
    home = (home or tmp_path_factory.getbasetemp()) / "shipped"
    with FileLock(f"{home}.lock"):
        model = home / "resources" / "models" / "default"
        if not (model / "model.onnx").exists():
            _train(home / "catalogue", model)
    return home


def _train(folder: Path, model: Path) -> None:
    truth = catalogue(folder, 60, KNOWN, seed=1)
    lines = [{"image": n, "labels": {"color": [c], "shape": [s]}} for n, (c, s) in truth.items()]
    (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    types = [("color", KNOWN), ("shape", SHAPES)]
    space = {"types": [{"name": n, "selection": "single", "classes": list(c)} for n, c in types]}
    (folder / "labels.json").write_text(json.dumps(space))
    command = [sys.executable, "-P", "-m", "mtss", "train", "--manifest", str(folder / "manifest.jsonl")]
    subprocess.run(
        [*command, "--out", str(model), "--epochs", "20", "--threads", "1", "--device", "cpu"],
        check=True,
        capture_output=True,
    )


@dataclass(frozen=True)
class Shop:
    """A project about a folder of drawn shapes, and the truth about each item."""

    project: Project
    images: Path
    truth: dict[ItemId, tuple[str, str]]

    @property
    def ids(self) -> list[ItemId]:
        return list(self.truth)

    def label(self, ids: list[ItemId]) -> None:
        """Say the truth about these items, creating classes that are missing."""
        color, shape = self.project.schema().types[:2]
        changes = [
            Change(item, kind.id, labelled(found.id))
            for item in ids
            for kind, name in zip((color, shape), self.truth[item], strict=True)
            if (found := kind.class_named(name))
        ]
        annotating.decide(self.project, changes, "labels", "tester")


@pytest.fixture
def in_frozen_build(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Resources are found where a frozen build unpacks them."""
    monkeypatch.setattr(sys, "_MEIPASS", str(shipped), raising=False)


@pytest.fixture
def shop(tmp_path: Path, in_frozen_build: None) -> Iterator[Shop]:
    """Forty images of known colours, scanned, unread."""
    truth = catalogue(tmp_path / "images", 40, KNOWN, seed=2)
    yield from open_shop(tmp_path, truth)


def open_shop(tmp_path: Path, truth: dict[str, tuple[str, str]]) -> Iterator[Shop]:
    """A project about ``tmp_path / "images"``, scanned; closed afterwards."""
    project = projects.create(tmp_path / "project", SHAPES_TEMPLATE, [tmp_path / "images"])
    try:
        for _ in scanning.scan(project):
            pass
        ids = [ItemId(i) for i in browsing.order(project, browsing.ImageQuery())]
        names = {item.id: Path(item.name).name for item in browsing.items(project, ids)}
        yield Shop(project, tmp_path / "images", {i: truth[names[i]] for i in ids if names[i] in truth})
    finally:
        project.close()
