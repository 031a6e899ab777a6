"""The snapshot that a training begins with: one at a time, whole or not at all, and nothing false in it."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.decision import Change, labelled
from app.domain.jobs import JobState
from app.services import annotating, browsing, defining, preparing, projects, runtime, snapshot, training
from app.services.job_folder import JobFolder, folder_of
from app.services.preparing import TrainingRefused
from app.services.suggesting import Suggester
from mtss.manifest import Manifest
from tests.app.services.conftest import Shop

PREPARE = """
import sys
from pathlib import Path
from app.services import preparing, projects
sys._MEIPASS = sys.argv[2]
project = projects.open_project(Path(sys.argv[1]))
prepared = preparing.prepare(project)
print(prepared.folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def labelled_shop(shop: Shop) -> Shop:
    """Everything read and labelled."""
    list(Suggester(shop.project).compute())
    shop.label(shop.ids)
    return shop


def test_nothing_is_known_of_a_snapshot_until_it_is_launched(labelled_shop: Shop) -> None:
    project = labelled_shop.project
    prepared = preparing.prepare(project)
    assert prepared.labels == 40
    assert prepared.folder.manifest.exists()
    assert training.poll(project)[0] == []
    assert prepared.folder.manifest.exists(), "whoever looks meanwhile leaves it alone"
    with pytest.raises(TrainingRefused, match="being prepared already"):
        preparing.prepare(project)
    prepared.discard()
    assert not prepared.folder.path.exists()
    preparing.prepare(project).discard()


def test_killed_before_the_launch_it_is_cleared_away_and_can_be_started_anew(
    labelled_shop: Shop, shipped: Path
) -> None:
    folder = labelled_shop.project.folder
    labelled_shop.project.close()
    command = [sys.executable, "-c", PREPARE, str(folder), str(shipped)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        left = Path(child.stdout.readline().rstrip("\n"))
        child.kill()
    assert (left / "manifest.jsonl").exists()
    again = projects.open_project(folder)
    try:
        assert training.poll(again)[0] == []
        assert not left.exists()
        found = runtime.find(folder)
        assert found is not None
        job = training.start(again, found, device="cpu", flags=("--epochs", "5000"))
        assert job.state is JobState.WAITING
        training.cancel(again, job.id)
        with folder_of(again, job.id).lock.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
        assert training.poll(again)[0][0].state is JobState.CANCELLED
    finally:
        again.close()


def test_a_class_made_while_the_snapshot_is_frozen_is_left_out_and_says_nothing_false(
    labelled_shop: Shop, tmp_path: Path
) -> None:
    project, item = labelled_shop.project, labelled_shop.ids[0]
    before = project.schema()
    color = before.types[0]
    ochre, _ = defining.add_class(project, color.id, "ochre")
    annotating.decide(project, [Change(item, color.id, labelled(ochre))], "ochre", "tester")
    folder = JobFolder(tmp_path / "frozen")
    folder.path.mkdir()
    snapshot.freeze(project.workspace, before, folder, None)
    [image] = browsing.items(project, [item])
    [sample] = [s for s in Manifest.read(folder.manifest).samples if s.image == image.path]
    assert sample.labels.keys() == {"shape"}
    told = snapshot.read_learned(folder.learned)
    assert image.content_hash not in told[color.id]
    assert image.content_hash in told[before.types[1].id]
