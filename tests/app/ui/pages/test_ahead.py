"""Suggestions computed ahead: whatever changes while the model is being opened or refreshed is not lost.

Opening a model is held by a FIFO in the place of what it was told, which is read between its file and the
decisions; the work on the library by one in the place of an image.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.decision import Change, labelled
from app.domain.ids import ItemId
from app.domain.jobs import ModelVersion
from app.domain.query import ImageQuery
from app.domain.undoing import Decided
from app.services import adopting, annotating, browsing, model_files, projects, registry, resources, scanning
from app.services.projects import Project
from app.store import predictions
from app.ui.activity import Activity
from app.ui.session import Session
from tests.app.ui.pages.conftest import IMAGES, KNOWN, draw, held_at

MINUTE = 60_000


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Images of a type that the shipped student knows, nothing read or decided."""
    draw(tmp_path / "images")
    made = projects.create(tmp_path / "project", KNOWN, [tmp_path / "images"])
    for _ in scanning.scan(made):
        pass
    yield made
    made.close()


def ids(project: Project) -> list[ItemId]:
    return [ItemId(i) for i in browsing.order(project, ImageQuery())]


def decide(project: Project, item: ItemId) -> Decided:
    """Store that an image is of the first class."""
    kind = project.schema().types[0]
    return annotating.decide(project, [Change(item, kind.id, labelled(kind.classes[0].id))], "words", "me")


def add_model(project: Project) -> ModelVersion:
    """The shipped student once more, as a version of its own."""
    return adopting.add_file(project, resources.locate("models", "default", "model.onnx")).version


def told(project: Project, version: ModelVersion) -> Path:
    """What opening a version reads last, as a FIFO."""
    path = model_files.path_of(project, version).with_name("learned.json")
    os.mkfifo(path)
    return path


def stored(project: Project) -> set[str]:
    """By which versions the library has suggestions."""
    found = predictions.predictions(project.workspace, ids(project))
    return {s.version for of in found.values() for s in of.values()}


def work_through(qtbot: QtBot, session: Session) -> None:
    session.ahead.compute()
    until_quiet(qtbot, session)


def until_quiet(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.ahead.is_quiet, timeout=MINUTE)


def test_decisions_told_back_to_back_rank_the_library_anew(
    qtbot: QtBot, session: Session, project: Project
) -> None:
    work_through(qtbot, session)
    made = [decide(project, item) for item in ids(project)[:2]]
    for each in made:
        session.bus.tell(each.changes)  # the second while the first is answered, which takes in both
    until_quiet(qtbot, session)
    assert "+ 2 labels" in session.ahead.version
    assert stored(project) == {session.ahead.version}


def test_a_decision_told_while_a_model_is_taken_in_is_ranked_by_both(
    qtbot: QtBot, session: Session, project: Project
) -> None:
    work_through(qtbot, session)
    version = add_model(project)
    fifo = told(project, version)
    session.bus.tell(registry.activate(project, version.id))
    with held_at(qtbot, fifo, b"{}"):
        session.bus.tell(decide(project, ids(project)[0]).changes)
    until_quiet(qtbot, session)
    assert session.ahead.version.startswith(f"{version.name} + 1 label ")
    assert stored(project) == {session.ahead.version}


def test_a_version_activated_while_the_model_is_opened_suggests(
    qtbot: QtBot, session: Session, project: Project
) -> None:
    registry.ensure_active(project)
    [demo] = registry.versions(project)
    version = add_model(project)
    registry.activate(project, version.id)
    fifo = told(project, version)
    session.ahead.compute()
    with held_at(qtbot, fifo, b"{}"):
        session.bus.tell(registry.activate(project, demo.id))
    until_quiet(qtbot, session)
    assert session.ahead.model_name == demo.name
    assert stored(project) == {session.ahead.version}


def test_a_version_activated_while_another_one_is_refused_suggests(
    qtbot: QtBot, session: Session, project: Project
) -> None:
    registry.ensure_active(project)
    [demo] = registry.versions(project)
    version = add_model(project)
    registry.activate(project, version.id)
    fifo = told(project, version)
    refused: list[BaseException] = []
    session.background.unexpected.disconnect()
    session.ahead.refused.connect(refused.append)
    session.ahead.compute()
    with held_at(qtbot, fifo, b"cut off"):
        session.bus.tell(registry.activate(project, demo.id))
    until_quiet(qtbot, session)
    assert len(refused) == 1
    assert session.ahead.model_name == demo.name


def test_a_superseded_version_does_not_go_on_through_the_library(
    qtbot: QtBot, session: Session, project: Project
) -> None:
    first = ids(project)[0]
    image = Path(browsing.items(project, [first])[0].path)
    image.unlink()
    os.mkfifo(image)
    passes = [0]
    session.ahead.activity.connect(lambda _, activity: note(passes, activity))
    session.ahead.prioritise([first])
    session.ahead.compute()
    with held_at(qtbot, image):
        version = add_model(project)
        activated = registry.activate(project, version.id)
        with qtbot.waitSignal(session.bus.changed, timeout=MINUTE, check_params_cb=lambda c: c.predictions):
            session.bus.tell(activated)
    until_quiet(qtbot, session)
    assert passes[0] < IMAGES, "the first pass stopped"
    assert stored(project) == {session.ahead.version}


def note(passes: list[int], activity: Activity | None) -> None:
    """How far each pass came."""
    if activity is None:
        passes.append(0)
    else:
        passes[-1] = activity.progress.done
