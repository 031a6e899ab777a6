"""Long work beside the serial writer: what is decided meanwhile is on disk before that work has ended.

The work is held by a FIFO in the place of a file that it has to read: opening it for writing without waiting
succeeds only once the work is at it, and the work goes on only when the test closes it.
"""

import json
import os
import shutil
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.decision import NONE, Change, State
from app.domain.ids import ItemId, JobId
from app.domain.jobs import JobState
from app.domain.query import ImageQuery
from app.services import (
    adopting,
    browsing,
    defining,
    preparing,
    projects,
    registry,
    resources,
    runtime,
    scanning,
    snapshot,
    training,
)
from app.services.job_folder import JobFolder, folder_of
from app.services.projects import Project
from app.services.runtime import Runtime
from app.services.settings import AppSettings
from app.store import jobs as stored
from app.ui.background import Background
from app.ui.bus import Bus
from app.ui.dialogs.start_training import StartTraining
from app.ui.dialogs.training import start_training
from app.ui.jobs_watch import JobsWatch
from app.ui.session import Session
from app.ui.theme.theme import Theme
from mtss.manifest import Manifest
from tests.app.ui.pages.conftest import KNOWN, draw, held_at, label_all, read_all

JOB = JobId("20260301-120000-beef")


@pytest.fixture
def project(tmp_path: Path) -> Generator[Project]:
    """Forty-eight images, read and labelled."""
    draw(tmp_path / "images")
    made = projects.create(tmp_path / "project", KNOWN, [tmp_path / "images"])
    for _ in scanning.scan(made):
        pass
    read_all(made)
    label_all(made)
    yield made
    made.close()


def finished(project: Project) -> Path:
    """A training of the shipped student has ended; one held-out image is a FIFO now."""
    folder = folder_of(project, JOB)
    folder.model.mkdir(parents=True)
    snapshot.freeze(project.workspace, project.schema(), folder, None)
    made = shutil.copy(resources.locate("models", "default", "model.onnx"), folder.model / "model.onnx")
    outcome = {"state": "succeeded", "reason": None, "model": str(made), "metrics": {}}
    (folder.path / "outcome.json").write_text(json.dumps(outcome))
    stored.add(project.workspace, JOB, datetime.now(UTC), 48, JobState.RUNNING)
    held_out = [Path(s.image) for s in Manifest.read(folder.manifest).samples if s.split == "test"]
    held_out[0].unlink()
    os.mkfifo(held_out[0])
    return held_out[0]


def decide(qtbot: QtBot, session: Session) -> ItemId:
    """Decide about an image and wait until that is acknowledged."""
    item = ItemId(int(browsing.order(session.project, ImageQuery())[0]))
    kind = session.project.schema().types[1]
    landed: list[bool] = []
    session.decide([Change(item, kind.id, NONE)], "None", lambda: landed.append(True))
    qtbot.waitUntil(lambda: bool(landed), timeout=5_000)
    assert browsing.decisions(session.project, [item])[item][kind.id].decision.state is State.NONE
    return item


def test_a_decision_is_on_disk_while_a_model_is_being_judged(
    qtbot: QtBot, session: Session, project: Project
) -> None:
    image = finished(project)
    watch = JobsWatch(session)
    said: list[str] = []
    session.said.connect(lambda words, _: said.append(words))
    watch.look()
    with held_at(qtbot, image):
        item = decide(qtbot, session)
        assert registry.versions(project) == []
        assert not said
    qtbot.waitUntil(lambda: bool(said), timeout=60_000)
    assert said[0].startswith("Student 1 is active")
    [version] = registry.versions(project)
    assert version.active
    qtbot.waitUntil(lambda: watch.jobs[0].model == version.id)
    kind = project.schema().types[1]
    assert browsing.decisions(project, [item])[item][kind.id].decision.state is State.NONE


def test_a_judgement_that_was_overtaken_is_made_again(
    qtbot: QtBot, session: Session, project: Project
) -> None:
    image = finished(project)
    watch = JobsWatch(session)
    watch.look()
    with held_at(qtbot, image):
        other = adopting.add_file(project, resources.locate("models", "default", "model.onnx")).version
        registry.activate(project, other.id)
        defining.rename_type(project, project.schema().types[0].id, "Color")
    qtbot.waitUntil(lambda: bool(watch.jobs) and watch.jobs[0].model is not None, timeout=60_000)
    version = next(v for v in registry.versions(project) if v.id == watch.jobs[0].model)
    assert "Color" in version.metrics
    assert version.baseline == version.metrics, "compared with what was activated meanwhile: its twin"


def test_a_project_left_while_a_model_is_judged_knows_it_next_time(
    qtbot: QtBot, project: Project, background: Background
) -> None:
    session = Session(project, AppSettings.load(), background, Bus())
    image = finished(project)
    watch = JobsWatch(session)
    watch.look()
    gone: list[None] = []
    with held_at(qtbot, image):
        session.stop()
        watch.close()
        background.write(session.let_go, gone.append)
        assert not gone
    qtbot.waitUntil(lambda: bool(gone), timeout=60_000)
    again = projects.open_project(project.folder)
    assert [v.active for v in registry.versions(again)] == [True]
    again.close()


@pytest.fixture
def torch() -> Runtime:
    found = runtime.find(runtime.home())
    assert found is not None
    return found


def begin_training(qtbot: QtBot, session: Session, theme: Theme, window: QWidget) -> Path:
    """Ask for a training in its dialog; the file of remembered splits, which freezing reads, is a FIFO."""
    session.settings.device = "cpu"
    path = session.project.folder / "models" / "splits.jsonl"
    start_training(window, session, theme)
    qtbot.waitUntil(lambda: window.findChild(StartTraining) is not None, timeout=60_000)
    os.mkfifo(path)
    window.findChild(StartTraining).go()
    return path


def stop(project: Project) -> JobFolder:
    """Cancel the training and wait until its process has ended."""
    [job] = training.jobs(project)
    training.cancel(project, job.id)
    return folder_of(project, job.id)


def test_a_decision_is_on_disk_while_a_snapshot_is_being_frozen(
    qtbot: QtBot, session: Session, project: Project, theme: Theme, torch: Runtime
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    fifo = begin_training(qtbot, session, theme, window)
    said: list[str] = []
    session.said.connect(lambda words, _: said.append(words))
    with held_at(qtbot, fifo):
        decide(qtbot, session)
        assert training.jobs(project) == []
        with pytest.raises(preparing.TrainingRefused, match="being prepared"):
            preparing.prepare(project)
    qtbot.waitUntil(lambda: bool(said), timeout=60_000)
    assert said == ["Training on 48 images has begun; it goes on when the window is closed."]
    folder = stop(project)
    qtbot.waitUntil(lambda: not folder.is_alive(), timeout=60_000)


def test_a_training_asked_for_begins_although_the_project_was_left(
    qtbot: QtBot, project: Project, theme: Theme, torch: Runtime, background: Background
) -> None:
    session = Session(project, AppSettings.load(), background, Bus())
    window = QWidget()
    qtbot.addWidget(window)
    fifo = begin_training(qtbot, session, theme, window)
    gone: list[None] = []
    with held_at(qtbot, fifo):
        session.stop()
        background.write(session.let_go, gone.append)
    qtbot.waitUntil(lambda: bool(gone), timeout=60_000)
    again = projects.open_project(project.folder)
    assert [j.labels for j in training.jobs(again)] == [48]
    folder = stop(again)
    qtbot.waitUntil(lambda: not folder.is_alive(), timeout=60_000)
    again.close()


def test_a_window_closed_meanwhile_still_does_both_halves(
    qtbot: QtBot, project: Project, background: Background
) -> None:
    session = Session(project, AppSettings.load(), background, Bus())
    order: list[str] = []
    session.in_halves(
        lambda: order.append("slow"),
        lambda _: order.append("short"),
        lambda _: order.append("done"),
        background.unexpected.emit,
    )
    session.stop()
    background.close()
    session.let_go()
    assert order == ["slow", "short"]
