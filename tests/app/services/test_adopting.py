"""From a model that a training left to a version of the project, whatever happens in between."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier

import pytest

from app.domain.decision import Change, labelled
from app.domain.errors import Overtaken
from app.domain.jobs import Job
from app.domain.schema import Selection
from app.services import (
    adopting,
    annotating,
    browsing,
    defining,
    judging,
    model_files,
    projects,
    registry,
    training,
)
from app.services.adopting import Adopted
from app.services.held_out import HeldOut
from app.services.job_folder import folder_of
from app.services.model_files import ModelRefused
from app.services.suggesting import Suggester
from app.store import jobs as stored
from app.store import models
from mtss.manifest import Manifest
from tests.app.services.conftest import KNOWN, Shop, catalogue, open_shop
from tests.app.services.finished import finished_job

JUDGE = """
import sys
from pathlib import Path
from app.services import judging, projects, training
sys._MEIPASS = sys.argv[2]
project = projects.open_project(Path(sys.argv[1]))
judging.judge(project, training.jobs(project)[0])
print("judged", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def shop(tmp_path: Path, in_frozen_build: None) -> Iterator[Shop]:
    """Sixty images: enough of them are held out to compare versions."""
    yield from open_shop(tmp_path, catalogue(tmp_path / "images", 60, KNOWN, seed=2))


@pytest.fixture
def model(shipped: Path) -> Path:
    """A model that knows the shop's classes."""
    return shipped / "resources" / "models" / "default" / "model.onnx"


@pytest.fixture
def job(shop: Shop, model: Path) -> Job:
    """A training on the whole shop has ended; the shipped student suggests."""
    list(Suggester(shop.project).compute())
    shop.label(shop.ids)
    return finished_job(shop.project, model)


def test_what_is_judged_is_not_known_to_the_project_until_it_is_registered(shop: Shop, job: Job) -> None:
    before = registry.versions(shop.project)
    judged = judging.judge(shop.project, job)
    assert registry.versions(shop.project) == before
    assert stored.all_jobs(shop.project.workspace) == [job]
    adopted = adopting.register(shop.project, judged)
    assert [v.name for v in registry.versions(shop.project)] == ["demo model", "student 1"]
    assert adopted.activated
    assert adopted.words == judged.words
    assert adopted.changes.models
    assert adopted.version.metrics == judged.model.metrics
    assert adopted.version.metrics["color"] > 0.9
    assert (shop.project.folder / "models" / job.id / "learned.json").exists()


def test_killed_before_it_is_registered_it_is_adopted_next_time(shop: Shop, job: Job, shipped: Path) -> None:
    folder = shop.project.folder
    shop.project.close()
    command = [sys.executable, "-c", JUDGE, str(folder), str(shipped)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "judged\n"
        child.kill()
    kept = folder / "models" / job.id / "model.onnx"
    copied = kept.stat().st_ino
    again = projects.open_project(folder)
    try:
        assert [v.demo for v in registry.versions(again)] == [True]
        (found, *_), _ = training.poll(again)
        assert adopting.adopt(again, found).activated
        assert [v.demo for v in registry.versions(again)] == [True, False]
        assert kept.stat().st_ino == copied, "what was kept whole is not copied again"
    finally:
        again.close()


def test_a_copy_that_was_cut_off_is_made_again(shop: Shop, job: Job) -> None:
    half = shop.project.folder / "models" / f"{job.id}.partial"
    half.mkdir()
    (half / "model.onnx").write_bytes(b"half")
    assert adopting.adopt(shop.project, job).activated
    assert not half.exists()


def test_two_adoptions_at_once_make_one_version(shop: Shop, job: Job) -> None:
    together = Barrier(2)

    def adopt(_: int) -> Adopted:
        together.wait()
        return adopting.adopt(shop.project, job)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(adopt, range(2))
    assert first.version.id == second.version.id
    assert sorted(bool(a.changes) for a in (first, second)) == [False, True]
    assert len(registry.versions(shop.project)) == 2


def test_another_version_activated_meanwhile_is_what_it_is_judged_by(
    shop: Shop, job: Job, model: Path
) -> None:
    judged = judging.judge(shop.project, job)
    other = adopting.add_file(shop.project, model).version
    registry.activate(shop.project, other.id)
    with pytest.raises(Overtaken, match="Another version suggests now"):
        adopting.register(shop.project, judged)
    active = registry.active(shop.project)
    assert active is not None
    assert active.id == other.id
    assert stored.all_jobs(shop.project.workspace)[0].model is None
    adopted = adopting.adopt(shop.project, job)
    assert adopted.version.baseline == adopted.version.metrics, "by its twin, to the digit"


def test_a_schema_changed_meanwhile_is_what_it_is_judged_by(shop: Shop, job: Job) -> None:
    judged = judging.judge(shop.project, job)
    color = shop.project.schema().types[0]
    defining.rename_type(shop.project, color.id, "Color")
    with pytest.raises(Overtaken, match="attribute types were changed"):
        adopting.register(shop.project, judged)
    assert len(registry.versions(shop.project)) == 1
    adopted = adopting.adopt(shop.project, job)
    assert adopted.version.metrics["Color"] == judged.model.metrics["color"]
    assert adopted.version.images["Color"] == judged.model.images["color"]


def test_held_out_images_are_called_as_their_types_and_classes_are_today(shop: Shop, job: Job) -> None:
    manifest = Manifest.read(folder_of(shop.project, job.id).manifest)
    then = shop.project.schema()
    color, shape = then.types
    red = color.class_named("red")
    assert red is not None
    defining.rename_type(shop.project, color.id, "shape then")
    defining.rename_class(shop.project, red.id, "scarlet")
    defining.add_type(shop.project, "color", Selection.SINGLE)  # another one under the old name
    before, after = HeldOut.of(manifest, then), HeldOut.of(manifest, shop.project.schema())
    assert len(before.samples) == len(after.samples) >= 5
    assert {s.labels["color"] for s in before.samples} > {("red",)}
    for old, new in zip(before.samples, after.samples, strict=True):
        (said,) = old.labels["color"]
        renamed = "scarlet" if said == "red" else said
        assert new.labels == {"shape then": (renamed,), shape.name: old.labels["shape"]}


def test_a_decision_made_while_it_is_judged_is_kept_and_learned_from(shop: Shop, job: Job) -> None:
    judged = judging.judge(shop.project, job)
    color = shop.project.schema().types[0]
    item = next(i for i in shop.ids if shop.truth[i][0] == "red")
    blue = color.class_named("blue")
    assert blue is not None
    annotating.decide(shop.project, [Change(item, color.id, labelled(blue.id))], "blue", "tester")
    assert adopting.register(shop.project, judged).activated
    [said] = browsing.decisions(shop.project, [item]).values()
    assert said[color.id].decision == labelled(blue.id)
    assert "student 1 + 1 label ·" in Suggester(shop.project).version


def test_a_class_without_a_training_image_stands_for_nothing(shop: Shop, model: Path) -> None:
    list(Suggester(shop.project).compute())
    shop.label([i for i in shop.ids if shop.truth[i][0] != "blue"])
    adopted = adopting.adopt(shop.project, finished_job(shop.project, model))
    color = shop.project.schema().types[0]
    taught = {c.id for c in color.classes if c.name != "blue"}
    stands_for = models.class_rows(shop.project.workspace, adopted.version.id)[color.id]
    assert {c for c in stands_for if c is not None} == taught
    blue = color.class_named("blue")
    assert blue is not None
    suggester = Suggester(shop.project)
    assert suggester.suggest(shop.ids[0])[color.id].rank_of(blue.id) is None
    shop.label([i for i in shop.ids if shop.truth[i][0] == "blue"][:3])
    suggester.refresh()
    assert suggester.suggest(shop.ids[0])[color.id].rank_of(blue.id), "three examples bring it back"


def test_a_job_without_a_model_is_refused_and_nothing_is_registered(shop: Shop, job: Job) -> None:
    outcome = shop.project.folder / "jobs" / job.id / "outcome.json"
    outcome.unlink()
    with pytest.raises(ModelRefused, match="left no model"):
        adopting.adopt(shop.project, job)
    assert len(registry.versions(shop.project)) == 1
    with pytest.raises(ModelRefused, match="left no model"):
        adopting.adopt(shop.project, replace(job, labels=0))


def test_the_default_student_becomes_active_once_however_many_ask(shop: Shop) -> None:
    together = Barrier(3)

    def ask(_: int) -> bool:
        together.wait()
        return bool(registry.ensure_active(shop.project))

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(ask, range(3))) == [False, False, True]
    assert len(registry.versions(shop.project)) == 1


def test_the_default_student_was_made_when_its_card_says(shop: Shop) -> None:
    registry.ensure_active(shop.project)
    [demo] = registry.versions(shop.project)
    assert demo.created == datetime.fromisoformat(model_files.read(model_files.shipped()).card.created)
