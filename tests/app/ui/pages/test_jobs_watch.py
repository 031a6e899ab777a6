"""Trainings as the window follows them: a real one to its end, one cut off, one cancelled, one refused."""

import json
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.changes import ChangeSet
from app.domain.ids import JobId
from app.domain.jobs import JobState
from app.services import devices, registry, runtime, training, training_plan
from app.services.job_folder import JobFolder, folder_of
from app.services.process_lock import inheritable_lock
from app.store import jobs as stored
from app.ui.jobs_watch import JobsWatch
from app.ui.library import Library
from app.ui.models.log_dialog import LogDialog
from app.ui.models.page import ModelsPage
from app.ui.models.versions_list import VersionsList
from app.ui.session import Session
from app.ui.theme.theme import Theme
from tests.app.ui.pages.conftest import label_all, read_all

MINUTES = 60_000


@pytest.fixture
def watch(session: Session) -> JobsWatch:
    return JobsWatch(session)


@pytest.fixture
def page(qtbot: QtBot, session: Session, theme: Theme, watch: JobsWatch) -> ModelsPage:
    made = ModelsPage(session, Library(session), theme, watch)
    qtbot.addWidget(made)
    made.resize(1228, 730)
    made.show()
    made.shown()
    return made


def texts(page: ModelsPage) -> str:
    return "\n".join(w.text() for w in page.findChildren(QLabel) if w.isVisible())


def named(page: ModelsPage, text: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if b.text() == text and b.isVisible())


def test_a_training_runs_is_shown_and_its_version_takes_over(
    qtbot: QtBot, session: Session, watch: JobsWatch, page: ModelsPage
) -> None:
    project = session.project
    read_all(project)
    label_all(project)
    plan = training_plan.plan(project)
    assert (plan.problem, plan.images) == ("", 48)
    assert plan.labels == {"colour": 48, "shape": 48, "pattern": 0}
    assert 0 < plan.held_out < 24
    found = runtime.find(runtime.home())
    assert found is not None
    assert devices.look(found, "cpu").name == "cpu"

    activities: list[object] = []
    session.activity.connect(lambda key, activity: activities.append((key, activity)))
    training.start(project, found, device="cpu")
    watch.look()
    qtbot.waitUntil(
        lambda: watch.running is not None and watch.running.state is JobState.RUNNING, timeout=2 * MINUTES
    )
    assert not named(page, "Train…").isEnabled()
    assert named(page, "Cancel").isVisible()
    with qtbot.waitSignal(session.said, timeout=4 * MINUTES) as said:
        pass
    assert said.args[1] == "good"
    assert said.args[0].startswith("Student 1 is active")
    qtbot.waitUntil(lambda: watch.jobs[0].model is not None)
    assert activities[-1] == ("train", None)
    assert any(activity and "CPU" in activity.detail for _, activity in activities)
    (version,) = registry.versions(project)
    assert version.active
    listed = page.findChild(VersionsList)
    qtbot.waitUntil(lambda: listed.count() == 1)
    qtbot.waitUntil(lambda: "student 1" in texts(page) and "48 labelled images" in texts(page))
    assert named(page, "Train…").isEnabled()
    qtbot.waitUntil(lambda: "CPU" in texts(page))
    folder = folder_of(project, watch.jobs[0].id)
    qtbot.waitUntil(lambda: not (folder.model / "model.onnx").exists() and not folder.learned.exists())
    assert not (folder.model / "checkpoints").exists()
    watch.look()
    assert {p.part for p in watch.jobs[0].curve} >= {"Student"}, "what was learned is still told"
    dialog = LogDialog(session, watch, watch.jobs[0].id, page)
    qtbot.waitUntil(lambda: str(folder.model) in dialog.text)
    dialog.close()


def test_a_training_that_was_cut_off_says_so_with_its_log(
    qtbot: QtBot, session: Session, watch: JobsWatch, page: ModelsPage
) -> None:
    project, job = session.project, JobId("20260301-120000-abcd")
    folder = JobFolder(project.folder / "jobs" / job)
    folder.path.mkdir(parents=True)
    folder.log.write_text("RuntimeError: No space left on device\n")
    stored.add(project.workspace, job, datetime.now(UTC), 48, JobState.RUNNING)
    session.bus.tell(ChangeSet(jobs=True))
    qtbot.waitUntil(lambda: "The disk is full." in texts(page))
    assert watch.running is None
    assert watch.jobs[0].state is JobState.LOST
    assert stored.all_jobs(project.workspace)[0].state is JobState.LOST
    named(page, "Log").click()
    dialog = page.findChild(LogDialog)
    qtbot.waitUntil(lambda: "No space left" in dialog.text)
    dialog.close()


def test_a_model_that_cannot_be_used_is_refused_and_stays_said(
    qtbot: QtBot, session: Session, watch: JobsWatch, page: ModelsPage
) -> None:
    project, job = session.project, JobId("20260301-120000-beef")
    folder = JobFolder(project.folder / "jobs" / job)
    folder.model.mkdir(parents=True)
    (folder.model / "model.onnx").write_bytes(b"\x80\x04garbage")
    outcome = '{"state": "succeeded", "reason": "", "model": "%s", "metrics": {}}'
    (folder.path / "outcome.json").write_text(outcome % (folder.model / "model.onnx"))
    stored.add(project.workspace, job, datetime.now(UTC), 48, JobState.RUNNING)
    with qtbot.waitSignal(session.said) as said:
        watch.look()
    assert said.args[1] == "bad"
    qtbot.waitUntil(lambda: said.args[0] in texts(page))
    assert registry.versions(project) == []


def test_cancelling_asks_the_job_to_stop(
    qtbot: QtBot, session: Session, watch: JobsWatch, page: ModelsPage
) -> None:
    project, job = session.project, JobId("20260301-120000-cafe")
    folder = JobFolder(project.folder / "jobs" / job)
    folder.path.mkdir(parents=True)
    stored.add(project.workspace, job, datetime.now(UTC), 48, JobState.RUNNING)
    event = {"kind": "device", "stage": "student", "progress": 0.5, "device": "cpu", "eta_s": 90}
    (folder.path / "events.jsonl").write_text(json.dumps(event) + "\n")
    with inheritable_lock(folder.lock):  # a living child
        watch.look()
        qtbot.waitUntil(lambda: "CPU · 2 min left" in texts(page))
        assert "Student" in texts(page).split("\n")
        named(page, "Cancel").click()
        qtbot.waitUntil(folder.is_asked_to_stop)
        qtbot.waitUntil(lambda: "Stopping" in texts(page))
        assert not named(page, "Cancel").isEnabled()
    qtbot.waitUntil(lambda: watch.jobs[0].state is JobState.CANCELLED)
    qtbot.waitUntil(lambda: "Training cancelled" in texts(page))
