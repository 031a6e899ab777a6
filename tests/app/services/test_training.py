"""Retraining with real children: from a snapshot to a version that suggests."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.domain.ids import ItemId
from app.domain.item import Item
from app.domain.jobs import Job, JobState
from app.services import (
    adopting,
    annotating,
    browsing,
    comparison,
    defining,
    preparing,
    projects,
    registry,
    runtime,
    snapshot,
    splits,
    training,
)
from app.services.job_folder import JobFolder, folder_of
from app.services.model_files import ModelRefused
from app.services.preparing import TrainingRefused
from app.services.suggesting import Suggester
from app.store import models
from mtss.manifest import Manifest
from tests.app.services.conftest import Shop, catalogue, open_shop

COLORS = ("red", "green", "blue", "yellow")
QUICK = ("--epochs", "20", "--threads", "1")


@pytest.fixture
def yellow_shop(tmp_path: Path, in_frozen_build: None) -> Iterator[Shop]:
    """Eighty images of four colours, of which the shipped student knows three; all labelled but ten."""
    truth = catalogue(tmp_path / "images", 80, COLORS, seed=3)
    for shop in open_shop(tmp_path, truth):
        defining.add_class(shop.project, shop.project.schema().types[0].id, "yellow")
        list(Suggester(shop.project).compute())
        shop.label(shop.ids[:70])
        yield shop


def _start(shop: Shop, flags: tuple[str, ...] = QUICK) -> tuple[Job, JobFolder]:
    found = runtime.find(shop.project.folder / "no-runtime")
    assert found is not None
    job = training.start(shop.project, found, device="cpu", flags=flags)
    return job, folder_of(shop.project, job.id)


def _child(folder: JobFolder) -> psutil.Process:
    """The process that works in this folder, by the path it was given."""
    for process in psutil.process_iter(["cmdline"]):
        if str(folder.path) in (process.info["cmdline"] or ()):
            return process
    raise AssertionError("no such process")


def _wait(shop: Shop, folder: JobFolder) -> Job:
    """Until the child is gone, as its lock says; then what the project makes of it."""
    with folder.lock.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    [job, *_], changes = training.poll(shop.project)
    assert changes.jobs
    return job


def test_a_child_that_cannot_be_started_is_refused_in_words(
    yellow_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = runtime.find(yellow_shop.project.folder / "no-runtime")
    assert found is not None
    prepared = preparing.prepare(yellow_shop.project, device="cpu", seed=0)
    with monkeypatch.context() as bare:
        bare.setenv("PATH", "/nowhere")
        with pytest.raises(TrainingRefused, match="could not be started"):
            training.launch(yellow_shop.project, found, prepared)
    assert [job.state for job in training.jobs(yellow_shop.project)] == [JobState.LOST]


def test_a_better_version_takes_over_and_can_be_rolled_back(yellow_shop: Shop) -> None:
    shop = yellow_shop
    suggester = Suggester(shop.project)
    before, item = suggester.version, shop.ids[75]
    old_embedding = suggester.suggest(item)
    job, folder = _start(shop)
    assert job.state is JobState.WAITING
    assert preparing.preconditions(shop.project) == "A training is running already."
    job = _wait(shop, folder)
    assert (job.state, job.reason) == (JobState.SUCCEEDED, ""), training.log_tail(shop.project, job.id)
    assert job.device == "cpu"
    assert {p.part for p in job.curve} >= {"Student"}
    adopted = adopting.adopt(shop.project, job)
    assert adopted.activated, adopted.words
    assert adopted.version.name == "student 1"
    assert adopted.version.metrics["color"] > adopted.version.baseline["color"] + 0.05
    assert adopted.version.images["color"] == adopted.version.images["shape"] >= 5
    assert suggester.refresh().predictions
    assert suggester.version.startswith("student 1")
    assert suggester.version != before
    color = shop.project.schema().types[0]
    yellow = color.class_named("yellow")
    assert yellow
    assert suggester.suggest(item)[color.id].rank_of(yellow.id)
    assert suggester.suggest(item) != old_embedding
    seen = [suggester.suggest(i)[color.id].ranked[0].value for i in shop.ids[70:]]
    right = [color.class_named(shop.truth[i][0]) for i in shop.ids[70:]]
    assert sum(c is not None and c.id == v for c, v in zip(right, seen, strict=True)) >= 8
    [pruned], _ = training.poll(shop.project)
    assert pruned.curve == job.curve
    assert training.log_tail(shop.project, job.id)
    assert {p.name for p in folder.model.iterdir()} == {
        "card.json",
        "labels.json",
        "dictionary.json",
        "calibration.json",
    }
    assert not folder.features.exists()
    demo = next(v for v in registry.versions(shop.project) if v.demo)
    assert registry.activate(shop.project, demo.id).models
    suggester.refresh()
    assert suggester.model.demo


def test_a_worse_version_stays_beside_and_the_old_one_goes_on_suggesting(
    tmp_path: Path, in_frozen_build: None
) -> None:
    truth = catalogue(tmp_path / "images", 100, ("red", "green", "blue"), seed=5)
    for shop in open_shop(tmp_path, truth):
        suggester = Suggester(shop.project)
        list(suggester.compute())
        shop.label(shop.ids)
        parts = splits.assign({str(i): Path(p.name).name for i, p in _items(shop).items()}, {})
        learned = [i for i in shop.ids if parts[str(i)] != "test"]
        turned = {"red": "green", "green": "blue", "blue": "red"}
        wrong = {i: (turned[c], s) for i, (c, s) in shop.truth.items()}
        replace(shop, truth=wrong).label(learned)  # whoever labelled these was mistaken
        job, folder = _start(shop)
        job = _wait(shop, folder)
        assert (job.state, job.reason) == (JobState.SUCCEEDED, ""), training.log_tail(shop.project, job.id)
        adopted = adopting.adopt(shop.project, job)
        assert not adopted.activated
        assert "stays in use" in adopted.words
        version = adopted.version
        assert version.images["color"] >= comparison.LEAST_IMAGES
        assert version.metrics["color"] < version.baseline["color"]
        assert [(v.demo, v.active) for v in registry.versions(shop.project)] == [(True, True), (False, False)]
        suggester.refresh()
        assert suggester.model.demo
        registry.activate(shop.project, version.id)  # whoever wants it may have it
        suggester.refresh()
        assert suggester.model.id == version.id


def _items(shop: Shop) -> dict[ItemId, Item]:
    return {i.id: i for i in browsing.items(shop.project, shop.ids)}


def test_the_snapshot_holds_what_people_said_and_needs_no_decoding(yellow_shop: Shop) -> None:
    shop = yellow_shop
    color, shape = shop.project.schema().types[:2]
    first, second, third = shop.ids[70:73]
    red = color.class_named("red")
    assert red
    said = [
        annotating.Change(first, color.id, annotating.NONE),
        annotating.Change(second, shape.id, annotating.NOT_APPLICABLE),
        annotating.Change(third, color.id, annotating.Decision(rejected=(red.id,))),
    ]
    annotating.decide(shop.project, said, "odd ones", "tester")
    job, folder = _start(shop)
    training.cancel(shop.project, job.id)
    samples = {Path(s.image).name: s for s in Manifest.read(folder.manifest).samples}
    names = {i.id: Path(i.path).name for i in browsing.items(shop.project, shop.ids)}
    assert samples[names[first]].labels == {"color": ()}
    assert samples[names[second]].not_applicable == ("shape",)
    assert samples[names[third]].negative == {"color": ("red",)}
    assert samples[names[third]].labels == {}
    plain = samples[names[shop.ids[0]]]
    assert plain.labels == {"color": (shop.truth[shop.ids[0]][0],), "shape": (shop.truth[shop.ids[0]][1],)}
    space = Manifest.read(folder.manifest).space
    assert space["color"].class_ids == tuple(c.id for c in color.classes)
    assert samples.keys() < set(names.values()), "images without a word stay behind"
    with np.load(folder.features) as file:
        assert set(file["hash"]) == {s.hash for s in samples.values()}
    assert _wait(shop, folder).state is JobState.CANCELLED
    assert not folder.is_alive()
    assert json.loads((folder.path / "outcome.json").read_text())["state"] == "cancelled"


def test_held_out_images_stay_the_same_when_more_are_labelled(yellow_shop: Shop, tmp_path: Path) -> None:
    shop = yellow_shop
    held: list[dict[str, str]] = []
    for name in ("first", "second"):
        folder = JobFolder(tmp_path / name)
        folder.path.mkdir()
        snapshot.freeze(shop.project.workspace, shop.project.schema(), folder, None)
        held.append({s.hash or "": s.split or "" for s in Manifest.read(folder.manifest).samples})
        shop.label(shop.ids[70:])
    first, second = held
    assert {h: second[h] for h in first} == first
    assert len(second) == len(first) + 10


def test_a_killed_child_is_lost_and_the_old_model_stays(yellow_shop: Shop) -> None:
    shop = yellow_shop
    job, folder = _start(shop, ("--epochs", "5000"))
    _child(folder).kill()
    job = _wait(shop, folder)
    assert job.state is JobState.LOST
    assert "stays" in job.reason
    active = registry.active(shop.project)
    assert active
    assert active.demo
    assert preparing.preconditions(shop.project) is None, "another one may start"


def test_a_closed_application_finds_its_job_again(yellow_shop: Shop) -> None:
    shop = yellow_shop
    job, folder = _start(shop)
    shop.project.close()
    again = projects.open_project(shop.project.folder)
    try:
        assert [j.id for j in training.jobs(again)] == [job.id]
        defining.rename_type(again, again.schema().types[0].id, "tint")
        found = _wait(replace(shop, project=again), folder)
        assert found.state is JobState.SUCCEEDED
        adopted = adopting.adopt(again, found)
        assert adopted.activated
        assert adopted.version.metrics["tint"] > 0.8, "judged by what it is called today"
        assert training.jobs(again)[0].model is not None
    finally:
        again.close()


def test_too_few_labels_are_refused_with_how_many_are_missing(shop: Shop) -> None:
    list(Suggester(shop.project).compute())
    shop.label(shop.ids[:12])
    found = runtime.find(shop.project.folder)
    assert found
    with pytest.raises(TrainingRefused, match="20 labelled images are needed; 12 are there"):
        training.start(shop.project, found)


@pytest.mark.parametrize("content", [b"garbage", b"\x80\x04pickled", b""])
def test_a_file_that_is_no_model_is_refused(shop: Shop, tmp_path: Path, content: bytes) -> None:
    Suggester(shop.project)
    path = tmp_path / "offered.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelRefused, match="cannot be used"):
        adopting.add_file(shop.project, path)
    assert len(registry.versions(shop.project)) == 1


def test_a_model_for_another_schema_is_refused(tmp_path: Path, shipped: Path, in_frozen_build: None) -> None:
    truth = catalogue(tmp_path / "images", 4, ("red",), seed=1)
    for shop in open_shop(tmp_path, truth):
        workspace = shop.project.workspace
        for kind in shop.project.schema().types:
            defining.rename_type(shop.project, kind.id, f"other {kind.name}")
        with pytest.raises(ModelRefused, match=r"another schema \(color, shape\)"):
            adopting.add_file(shop.project, shipped / "resources" / "models" / "default" / "model.onnx")
        assert models.versions(workspace) == []


def test_a_version_whose_file_was_swapped_is_not_activated(shop: Shop, shipped: Path, tmp_path: Path) -> None:
    Suggester(shop.project)
    file = shipped / "resources" / "models" / "default" / "model.onnx"
    added = adopting.add_file(shop.project, file)
    assert not added.activated
    kept = shop.project.folder / added.version.path
    assert kept.exists()
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(content)
    with pytest.raises(ModelRefused, match=r"changed|cannot be used"):
        registry.activate(shop.project, added.version.id)
    active = registry.active(shop.project)
    assert active
    assert active.demo
    assert next(v for v in registry.versions(shop.project) if v.id == added.version.id).problem


def test_a_full_disk_starts_nothing(yellow_shop: Shop) -> None:
    jobs = yellow_shop.project.folder / "jobs"
    shutil.rmtree(jobs)
    jobs.symlink_to("/dev/full")
    found = runtime.find(yellow_shop.project.folder)
    assert found
    with pytest.raises(TrainingRefused, match="cannot be written"):
        training.start(yellow_shop.project, found)
    assert training.jobs(yellow_shop.project) == []
