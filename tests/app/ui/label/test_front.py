"""The image in front: its suggestions follow the version in force, its picture follows the file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.domain.changes import ChangeSet
from app.domain.decision import Change, DecisionRecord, labelled
from app.domain.ids import ItemId, TypeId
from app.domain.query import ImageQuery
from app.domain.schema import Selection
from app.domain.templates import Template, TypeTemplate
from app.services import adopting, annotating, browsing, defining, projects, registry, resources, scanning
from app.services.projects import Project
from app.ui.label.desk import Desk
from app.ui.label.front import Front
from app.ui.session import Session
from app.ui.theme.theme import Theme
from tests.app.ui.pages.conftest import draw

MINUTE = 60_000
TWO_KNOWN = Template(
    "two",
    "Two",
    "Two types that the shipped student knows.",
    (
        TypeTemplate("color", Selection.SINGLE, ("red", "green", "blue")),
        TypeTemplate("texture", Selection.SINGLE, ("wool", "denim")),
    ),
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A few images of types that the shipped student knows, nothing read or decided."""
    draw(tmp_path / "images", 6)
    made = projects.create(tmp_path / "project", TWO_KNOWN, [tmp_path / "images"])
    for _ in scanning.scan(made):
        pass
    yield made
    made.close()


@pytest.fixture
def items(project: Project) -> list[ItemId]:
    return [ItemId(i) for i in browsing.order(project, ImageQuery())]


@pytest.fixture
def front(qtbot: QtBot, session: Session, theme: Theme, items: list[ItemId]) -> Iterator[Front]:
    """The first image in front, the second read ahead, the third read and left; all are suggested for."""
    page = QObject()
    made = Front(session, theme, page)
    made.stage.resize(400, 500)
    session.ahead.compute()
    qtbot.waitUntil(lambda: session.is_quiet, timeout=MINUTE)
    for item in (items[2], items[0]):
        made.show(item, [items[1]])
        qtbot.waitUntil(lambda item=item: bool(versions(made, item)), timeout=MINUTE)
    yield made
    qtbot.addWidget(made.stage)


def versions(front: Front, item: ItemId) -> set[str]:
    """Which versions the suggestions at hand are by."""
    facts = front.desk.get(item)
    return {s.version for s in facts.suggestions.values()} if facts else set()


def until_by(qtbot: QtBot, front: Front, item: ItemId, wanted: set[str]) -> None:
    def is_there() -> None:
        assert versions(front, item) == wanted

    qtbot.waitUntil(is_there, timeout=10_000)


def test_an_activated_version_suggests_for_the_image_in_front_and_those_read_ahead(
    qtbot: QtBot, session: Session, project: Project, front: Front, items: list[ItemId]
) -> None:
    made = adopting.add_file(project, resources.locate("models", "default", "model.onnx")).version
    session.bus.tell(registry.activate(project, made.id))
    qtbot.waitUntil(lambda: session.ahead.model_name == made.name, timeout=MINUTE)
    qtbot.waitUntil(lambda: session.is_quiet, timeout=MINUTE)
    for item in items[:2]:
        until_by(qtbot, front, item, {session.ahead.version})
    front.show(items[2])
    until_by(qtbot, front, items[2], {session.ahead.version})


def test_a_correction_is_learned_for_the_images_read_ahead_and_leaves_what_was_decided_on(
    qtbot: QtBot, session: Session, project: Project, front: Front, items: list[ItemId]
) -> None:
    before = session.ahead.version
    color, texture = project.schema().types
    change = Change(items[0], color.id, labelled(color.classes[0].id))
    session.bus.tell(annotating.decide(project, [change], "red", "me").changes)
    qtbot.waitUntil(lambda: session.ahead.version != before, timeout=MINUTE)
    until_by(qtbot, front, items[1], {session.ahead.version})
    until_by(qtbot, front, items[0], {before, session.ahead.version})
    facts = front.desk.get(items[0])
    assert facts is not None
    assert facts.suggestions[color.id].version == before, "beside the decision stands what it was made on"
    assert facts.suggestions[texture.id].version == session.ahead.version


def test_what_is_told_while_an_image_is_read_for_the_first_time_is_read_too(
    qtbot: QtBot, session: Session, items: list[ItemId]
) -> None:
    desk = Desk(session)
    read: list[ItemId] = []
    desk.changed.connect(read.append)
    desk.ask(items[0])
    session.bus.tell(ChangeSet(items=frozenset(items[:1]), decisions=True))
    qtbot.waitUntil(lambda: read == [items[0]] * 2)


def test_a_decision_is_read_back_once(
    qtbot: QtBot, session: Session, project: Project, items: list[ItemId], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(session)
    desk.ask(items[0])
    qtbot.waitUntil(lambda: desk.get(items[0]) is not None)
    facts = desk.get(items[0])
    assert facts is not None
    reads: list[ItemId] = []

    def counted(project: Project, ids: Sequence[ItemId]) -> dict[ItemId, dict[TypeId, DecisionRecord]]:
        reads.extend(ids)
        return decisions(project, ids)

    decisions = browsing.decisions
    monkeypatch.setattr(browsing, "decisions", counted)
    color = project.schema().types[0]
    desk.decide(facts, {color.id: labelled(color.classes[0].id)})
    qtbot.waitUntil(lambda: _is_acknowledged(desk, items[0], color.id))
    assert reads == items[:1]


def _is_acknowledged(desk: Desk, item: ItemId, type_id: TypeId) -> bool:
    facts = desk.get(item)
    return facts is not None and type_id in facts.records and not facts.pending


def colour(front: Front) -> str:
    """What the middle of the stage shows."""
    shown = front.stage.viewer.grab().toImage()
    return shown.pixelColor(shown.rect().center()).name()


def paint(path: Path, colour: tuple[int, int, int]) -> None:
    Image.new("RGB", (96, 120), colour).save(path, "PNG")


def test_a_file_that_changed_is_shown_as_it_is_now(
    qtbot: QtBot, session: Session, project: Project, front: Front, items: list[ItemId]
) -> None:
    [shown, neighbour] = (Path(i.path) for i in browsing.items(project, items[:2]))
    paint(shown, (200, 0, 200))
    paint(neighbour, (0, 200, 200))
    session.rescan()
    qtbot.waitUntil(lambda: colour(front) == "#c800c8", timeout=MINUTE)
    qtbot.waitUntil(lambda: session.is_quiet, timeout=MINUTE)
    front.show(items[1])
    qtbot.waitUntil(lambda: colour(front) == "#00c8c8", timeout=MINUTE)


def test_a_file_that_was_away_is_shown_again(
    qtbot: QtBot, session: Session, project: Project, front: Front, items: list[ItemId]
) -> None:
    path = Path(browsing.items(project, items[:1])[0].path)
    viewer = front.stage.viewer
    elsewhere = path.rename(path.with_suffix(".away"))
    session.rescan()
    qtbot.waitUntil(lambda: not viewer.has_image(), timeout=MINUTE)
    qtbot.waitUntil(lambda: session.is_quiet, timeout=MINUTE)
    elsewhere.rename(path)
    session.rescan()
    qtbot.waitUntil(viewer.has_image, timeout=MINUTE)


def test_a_folder_that_was_away_is_shown_again_also_where_no_scan_saw_it_gone(
    qtbot: QtBot, session: Session, project: Project, front: Front, items: list[ItemId]
) -> None:
    folder = Path(browsing.items(project, items[:1])[0].path).parent
    viewer = front.stage.viewer
    elsewhere = folder.rename(folder.with_name("away"))
    front.show(items[4])
    qtbot.waitUntil(lambda: not viewer.has_image() and "not there" in viewer.words, timeout=MINUTE)
    elsewhere.rename(folder)
    session.rescan()
    qtbot.waitUntil(viewer.has_image, timeout=MINUTE)
    folder.rename(elsewhere)
    front.show(items[5])
    qtbot.waitUntil(lambda: not viewer.has_image() and "not there" in viewer.words, timeout=MINUTE)
    elsewhere.rename(folder)
    front.show(items[4])
    front.show(items[5])
    qtbot.waitUntil(viewer.has_image, timeout=MINUTE)


def test_it_is_told_when_another_image_is_in_front(qtbot: QtBot, front: Front, items: list[ItemId]) -> None:
    with qtbot.assertNotEmitted(front.turned):
        front.show(items[0])
    with qtbot.waitSignal(front.turned):
        front.show(items[1])


def test_an_undone_class_is_suggested_no_longer(
    qtbot: QtBot, session: Session, project: Project, front: Front, items: list[ItemId]
) -> None:
    color = project.schema().types[0]
    facts = front.facts
    assert facts is not None
    before = session.ahead.version
    ochre, changes = defining.add_class(project, color.id, "ochre")
    session.bus.tell(changes)
    front.desk.decide_new(facts, color.id, ochre, project.schema())
    qtbot.waitUntil(lambda: session.ahead.version != before and session.is_quiet, timeout=MINUTE)

    def offered(item: ItemId) -> list[object]:
        known = front.desk.get(item)
        return [s.value for s in known.suggestions[color.id].ranked] if known and known.suggestions else []

    qtbot.waitUntil(lambda: ochre in offered(items[1]), timeout=MINUTE)
    with qtbot.waitSignal(session.travelled):
        session.undo()
    for item in items[:2]:
        qtbot.waitUntil(lambda item=item: offered(item) != [] and ochre not in offered(item), timeout=10_000)
    qtbot.waitUntil(lambda: session.is_quiet, timeout=MINUTE)
    front.show(items[1])
    qtbot.waitUntil(lambda: offered(items[1]) != [])
    assert ochre not in offered(items[1])


def test_a_file_that_was_only_read_in_is_not_shown_anew(
    qtbot: QtBot, session: Session, theme: Theme, items: list[ItemId]
) -> None:
    page = QObject()
    front = Front(session, theme, page)
    qtbot.addWidget(front.stage)
    with qtbot.waitSignal(front.presented):
        front.show(items[0])
    front.stage.viewer.natural_size()
    front.stage.viewer.zoom(3.0)
    before = front.stage.viewer.scale()
    session.ahead.compute()
    qtbot.waitUntil(lambda: session.is_quiet, timeout=MINUTE)
    qtbot.waitUntil(lambda: bool(front.facts and front.facts.item.content_hash))
    asked: list[None] = []
    session.background.read(lambda: None, asked.append)
    qtbot.waitUntil(lambda: bool(asked))
    assert front.stage.viewer.scale() == before


def test_a_large_image_has_its_own_size_once_it_was_read_in(
    qtbot: QtBot, session: Session, project: Project, theme: Theme, items: list[ItemId]
) -> None:
    path = Path(browsing.items(project, items[:1])[0].path)
    Image.new("RGB", (6400, 4800), (200, 0, 200)).save(path)
    page = QObject()
    front = Front(session, theme, page)
    qtbot.addWidget(front.stage)
    front.stage.resize(400, 500)
    with qtbot.waitSignal(front.presented):
        front.show(items[0])
    session.ahead.compute()
    qtbot.waitUntil(lambda: 6400 * front.stage.viewer.scale() <= 400, timeout=MINUTE)
