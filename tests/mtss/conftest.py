"""A tiny catalogue drawn with Pillow, and one model trained on it for all tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mtss.labels import AttributeType, LabelSpace
from mtss.manifest import Manifest
from mtss.sample import Sample

COLORS = {"red": (200, 30, 40), "green": (40, 150, 60), "blue": (40, 60, 190), "yellow": (230, 200, 40)}
SHAPES = ("disc", "box", "triangle")
SPACE = LabelSpace(
    [
        AttributeType("color", list(COLORS), class_ids=[11, 12, 13, 14]),
        AttributeType("shape", SHAPES),
        AttributeType("pattern", ["stripe", "dot"], "multiple"),
        AttributeType("rare", ["left", "right"]),
    ]
)

MakeCatalogue = Callable[[Path, int, int], Path]


def draw(rng: np.random.Generator, color: str, shape: str, patterns: tuple[str, ...]) -> Image.Image:
    image = Image.new("RGB", (96, 120), (245, 245, 245))
    pen = ImageDraw.Draw(image)
    x, y, r = 48 + int(rng.integers(-8, 9)), 60 + int(rng.integers(-8, 9)), int(rng.integers(26, 38))
    fill = tuple(int(np.clip(c + rng.integers(-18, 19), 0, 255)) for c in COLORS[color])
    if shape == "disc":
        pen.ellipse((x - r, y - r, x + r, y + r), fill)
    elif shape == "box":
        pen.rectangle((x - r, y - r, x + r, y + r), fill)
    else:
        pen.polygon([(x, y - r), (x - r, y + r), (x + r, y + r)], fill)
    if "stripe" in patterns:
        for offset in range(-r, r, 9):
            pen.line((x - r, y + offset, x + r, y + offset), (20, 20, 20), 3)
    if "dot" in patterns:
        for dx in range(-r + 6, r, 12):
            for dy in range(-r + 6, r, 12):
                pen.ellipse((x + dx - 3, y + dy - 3, x + dx + 3, y + dy + 3), (255, 255, 255))
    return image


def make_catalogue(folder: Path, images: int, seed: int) -> Path:
    """Write images and a manifest with every state a label can have; the manifest's path."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    samples: list[Sample] = []
    for n in range(images):
        color, shape = str(rng.choice(list(COLORS))), str(rng.choice(SHAPES))
        patterns = tuple(p for p in ("stripe", "dot") if rng.random() < 0.4)
        draw(rng, color, shape, patterns).save(folder / f"{n:04}.jpg", quality=92)
        labels: dict[str, tuple[str, ...]] = {"color": (color,), "pattern": patterns}
        not_applicable: tuple[str, ...] = ()
        if shape == "triangle" and n % 2:
            not_applicable = ("shape",)
        else:
            labels["shape"] = (shape,)
        if n % 10 == 9:
            del labels["color"]
        samples.append(
            Sample(
                f"{n:04}.jpg",
                labels,
                ("train", "train", "train", "val", "test")[n % 5],
                not_applicable=not_applicable,
            )
        )
    Manifest(samples, folder, SPACE).write(folder / "manifest.jsonl")
    return folder / "manifest.jsonl"


def written(folder: Path) -> dict[Path, int | None]:
    """When each file was written; folders without their times, which a lock's coming and going changes."""
    return {p: p.stat().st_mtime_ns if p.is_file() else None for p in folder.rglob("*")}


@pytest.fixture(scope="session")
def catalogue_maker() -> MakeCatalogue:
    return make_catalogue


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manifest of 150 images."""
    return make_catalogue(tmp_path_factory.mktemp("catalogue"), 150, 1)


@pytest.fixture(scope="session")
def model_folder(catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder that `mtss train` made of the catalogue."""
    from mtss.cli import main

    out = tmp_path_factory.mktemp("model") / "student"
    arguments = ["train", "--manifest", str(catalogue), "--out", str(out), "--epochs", "25", "--threads", "1"]
    assert (
        main([*arguments, "--device", "cpu", "--seed", "3", "--events", str(out.parent / "events.jsonl")])
        == 0
    )
    return out


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Children as at a terminal: those of a shell's background job, tests perhaps, would ignore SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def environment() -> dict[str, str]:
    """For child processes: two processor threads at most."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
