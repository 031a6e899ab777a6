"""A real project, opened in a real session, and a theme; everything is closed afterwards."""

import os
import random
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.decision import Change, labelled
from app.domain.errors import LapelError
from app.domain.ids import ItemId
from app.domain.item import ReadImage
from app.domain.query import ImageQuery
from app.domain.schema import Selection
from app.domain.templates import Template, TypeTemplate
from app.services import annotating, browsing, projects, scanning
from app.services.projects import Project
from app.services.settings import AppSettings
from app.store import items
from app.ui.background import Background
from app.ui.bus import Bus
from app.ui.session import Session
from app.ui.theme.theme import Theme
from mtss.content import content_hash

COLOURS = {"red": (200, 30, 30), "green": (30, 160, 60), "blue": (30, 60, 200)}
TEMPLATE = Template(
    "drawn",
    "Drawn",
    "Bars and discs.",
    (
        TypeTemplate("colour", Selection.SINGLE, tuple(COLOURS)),
        TypeTemplate("shape", Selection.SINGLE, ("bar", "disc")),
        TypeTemplate("pattern", Selection.MULTIPLE, ("stripe", "dot")),
    ),
)
KNOWN = Template(
    "known",
    "Known",
    "A type that the shipped student knows.",
    (
        TypeTemplate("color", Selection.SINGLE, tuple(COLOURS)),
        TypeTemplate("shape", Selection.SINGLE, ("bar", "disc")),
    ),
)
IMAGES = 48


def draw(folder: Path, count: int = IMAGES) -> None:
    """Images whose names tell their colour and shape."""
    folder.mkdir(parents=True)
    chance = random.Random(3)
    for number in range(count):
        colour, shape = list(COLOURS)[number % 3], ("bar", "disc")[number // 3 % 2]
        image = Image.new("RGB", (96, 120), (245, 245, 240))
        place = (
            chance.randint(5, 30),
            chance.randint(5, 30),
            chance.randint(50, 90),
            chance.randint(60, 110),
        )
        pencil = ImageDraw.Draw(image)
        (pencil.ellipse if shape == "disc" else pencil.rectangle)(place, fill=COLOURS[colour])
        image.save(folder / f"{colour}-{shape}-no{number:03}x.jpg", quality=92)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The dark theme, in force."""
    made = Theme(qapp)
    made.choose("dark")
    return made


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Drawn images, scanned, nothing decided."""
    draw(tmp_path / "images")
    made = projects.create(tmp_path / "project", TEMPLATE, [tmp_path / "images"])
    for _ in scanning.scan(made):
        pass
    yield made
    made.close()


@pytest.fixture
def background(qapp: QApplication) -> Iterator[Background]:
    """Threads that end with the test; a defect that nobody handled fails it."""
    made = Background()
    defects: list[BaseException] = []
    made.unexpected.connect(defects.append)
    yield made
    made.close()
    qapp.processEvents()
    assert not [e for e in defects if not isinstance(e, LapelError)]


@pytest.fixture
def session(project: Project, background: Background, qtbot: QtBot) -> Iterator[Session]:
    """The project at work."""
    made = Session(project, AppSettings.load(), background, Bus())
    yield made
    made.stop()
    background.close()


def read_all(project: Project) -> None:
    """Give every image its hash, as looking at it would: only images that were read are trained on."""
    found = browsing.items(project, [ItemId(i) for i in browsing.order(project, ImageQuery())])
    reads = [ReadImage(i.id, content_hash(Path(i.path)), 96, 120) for i in found]
    items.record_read(project.workspace, reads)


def label_all(project: Project, count: int = IMAGES) -> None:
    """Decide colour and shape of the first images, as their names say."""
    ids = [ItemId(i) for i in browsing.order(project, ImageQuery())[:count]]
    colour, shape = project.schema().types[:2]
    changes = []
    for item in browsing.items(project, ids):
        names = Path(item.name).name.split("-")
        for kind, name in ((colour, names[0]), (shape, names[1])):
            found = kind.class_named(name)
            assert found is not None
            changes.append(Change(item.id, kind.id, labelled(found.id)))
    annotating.decide(project, changes, "labels", "tester")


@contextmanager
def held_at(qtbot: QtBot, path: Path, content: bytes = b"") -> Generator[None]:
    """Keep whoever reads ``path``, a FIFO, at it for the block, then give them ``content``."""
    opened: list[int] = []

    def is_being_read() -> bool:
        try:
            opened.append(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody has it open for reading yet
            return False
        return True

    qtbot.waitUntil(is_being_read, timeout=60_000)
    path.unlink()
    try:
        yield
    finally:
        os.write(opened[0], content)
        os.close(opened[0])
