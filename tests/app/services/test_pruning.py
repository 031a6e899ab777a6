"""What is left of a training's folder when it is over."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.ids import JobId
from app.domain.jobs import JobState
from app.services import adopting, training
from app.services.job_folder import JobFolder, folder_of
from app.services.process_lock import inheritable_lock
from app.services.suggesting import Suggester
from app.store import jobs as stored
from tests.app.services.conftest import Shop
from tests.app.services.finished import finished_job

JOB = JobId("20260301-120000-cafe")
KEPT = {"manifest.jsonl", "labels.json", "config.json", "log.txt", "events.jsonl", "alive.lock"}
EPOCH = {
    "kind": "epoch",
    "stage": "student",
    "epoch": 1,
    "losses": {"loss": 0.5},
    "score": 0.7,
    "progress": 0.5,
}


def _fill(folder: JobFolder) -> None:
    """All that a snapshot and a training leave."""
    (folder.model / "checkpoints").mkdir(parents=True, exist_ok=True)
    for name in (*KEPT, "features.npz", "learned.json", "model/features.npz"):
        if not (folder.path / name).exists():
            (folder.path / name).write_text("{}")
    for name in ("checkpoints/teacher-1.pt", "model.onnx", "model.onnx.tmp", "card.json"):
        if not (folder.model / name).exists():
            (folder.model / name).write_text("weights")
    (folder.path / "events.jsonl").write_text(json.dumps(EPOCH) + "\n")
    folder.log.write_text("what the child said\n")


def _left(folder: JobFolder) -> set[str]:
    return {str(p.relative_to(folder.path)) for p in folder.path.rglob("*") if p.is_file()}


@pytest.mark.parametrize("ending", ["failed", "cancelled", "lost"])
def test_of_a_training_that_came_to_nothing_the_account_stays(shop: Shop, ending: str) -> None:
    project = shop.project
    folder = folder_of(project, JOB)
    folder.path.mkdir(parents=True)
    stored.add(project.workspace, JOB, datetime.now(UTC), 40, JobState.RUNNING)
    _fill(folder)
    whole = _left(folder)
    with inheritable_lock(folder.lock):
        [job], _ = training.poll(project)
        assert job.state is JobState.RUNNING
        assert _left(folder) == whole, "a running training keeps all it needs"
    if ending != "lost":
        outcome = {"state": ending, "reason": "so it was", "model": None, "metrics": {}}
        (folder.path / "outcome.json").write_text(json.dumps(outcome))
    [job], _ = training.poll(project)
    assert job.state == ending
    assert _left(folder) == KEPT | {"model/card.json"} | ({"outcome.json"} if ending != "lost" else set())
    [again], _ = training.poll(project)
    assert [(p.training, p.validation) for p in again.curve] == [(0.5, 0.7)]
    assert training.log_tail(project, JOB) == "what the child said\n"


def test_a_model_stays_until_it_is_registered(shop: Shop, shipped: Path) -> None:
    project = shop.project
    list(Suggester(project).compute())
    shop.label(shop.ids)
    job = finished_job(project, shipped / "resources" / "models" / "default" / "model.onnx")
    folder = folder_of(project, job.id)
    _fill(folder)
    training.poll(project)
    assert _left(folder) >= KEPT | {"outcome.json", "learned.json", "model/model.onnx"}
    assert not (folder.model / "checkpoints").exists()
    assert not folder.features.exists()
    adopted = adopting.adopt(project, job)
    [job], _ = training.poll(project)
    assert _left(folder) == KEPT | {"outcome.json", "model/card.json"}
    assert job.curve
    assert adopting.adopt(project, job).version.id == adopted.version.id
    assert (project.folder / adopted.version.path).with_name("learned.json").exists()
    Suggester(project)  # opens the version from where it is kept
