"""The main job: label by keyboard, lose nothing to SIGKILL, undo, retrain across a restart, do better."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from mtss.predictor import OnnxPredictor
from tests.end_to_end import database
from tests.end_to_end.window import Event, Window, x_server
from tests.odd_files import BROKEN, GOOD, write_odd_files

IMAGES, UNLABELLED, BY_HAND = 120, 40, 20
TYPES = 6

pytestmark = [pytest.mark.x11, pytest.mark.xdist_group("end_to_end")]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Garments of classes that the shipped student does not know, labelled but for some, and odd files."""
    folder = tmp_path_factory.mktemp("end-to-end") / "catalogue"
    command = [sys.executable, "-P", "-m", "mtss", "prepare", "garments", "--vocabulary", "extended"]
    command += ["--images", str(IMAGES), "--size", "192x240", "--seed", "77", "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    manifest = folder / "manifest.jsonl"
    lines = [json.loads(line) for line in manifest.read_text("ascii").splitlines()]
    for line in lines[:UNLABELLED]:
        line["labels"] = {}
        line.pop("not_applicable", None)
    manifest.write_text("".join(json.dumps(line) + "\n" for line in lines), "ascii")
    write_odd_files(folder / "odd")
    return folder


@pytest.fixture
def display() -> Iterator[str]:
    with x_server() as name:
        yield name


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def project_of(home: Path) -> Path:
    [database_file] = home.rglob("project.sqlite")
    return database_file.parent


@pytest.fixture
def open_window(display: str, home: Path) -> Iterator[Callable[..., Window]]:
    """Starts Lapel and waits for its first page; whatever still runs at the end is killed."""
    opened: list[Window] = []

    def start(name: str, *arguments: str) -> Window:
        window = Window(display, home, home / f"{name}.events", *arguments)
        opened.append(window)
        window.wait_for("page", name="browse")
        window.focus()
        return window

    yield start
    for window in opened:
        window.kill()


def import_labels(window: Window) -> None:
    window.key("ctrl+k")
    window.wait_for("over", title="Command palette")
    window.type("import labels")
    window.key("Return")
    window.wait_for_dialog("Import labels")
    window.key("Return")
    window.wait_for("said", kind="good")
    window.focus()


def label_by_hand(window: Window, count: int) -> None:
    """Label unfinished images with the keys alone: a number for the first type, then accept all the rest."""
    window.key("ctrl+2")
    image = go_unfinished(window, window.wait_for("image"))
    for done in range(count):
        if done % 2 and done < count - 1:
            window.key("1")
            window.wait_for("image", item=image["item"], decided=1)
        following = accept_all(window, image["item"])
        if done < count - 1:
            image = go_unfinished(window, following)


def go_unfinished(window: Window, front: Event) -> Event:
    """The image in front if it waits to be labelled, else the next that does, with its suggestions."""
    if is_untouched(front):
        return front
    window.key("ctrl+d")
    return window.wait(
        lambda e: is_untouched(e) and e["item"] != front["item"], "an unfinished image with its suggestions"
    )


def accept_all(window: Window, item: int) -> Event:
    """Accept what is suggested; returns the image that came to the front once the disk has acknowledged."""
    window.key("ctrl+Return")
    acknowledged, front = False, None
    while not acknowledged or front is None:
        event = window.wait(lambda e: e["event"] in ("image", "changed"), "acknowledgement and next image")
        acknowledged |= is_about(event, item)
        if event["event"] == "image" and event["item"] != item:
            front = event
    return front


def is_untouched(event: Event) -> bool:
    return event["event"] == "image" and event["decided"] == 0 and event["suggested"] == TYPES


def is_about(event: Event, item: int) -> bool:
    return event["event"] == "changed" and item in event["items"]


def retrain(window: Window) -> None:
    window.key("ctrl+t")
    window.wait_for_dialog("Train a new version")
    window.key("Return")
    window.wait(
        lambda e: e["event"] == "activity" and e["key"] == "train" and e["words"], "a training under way"
    )
    window.focus()


def test_the_main_job(open_window: Callable[..., Window], home: Path, catalogue: Path) -> None:
    window = open_window("first", str(catalogue))
    window.wait_for("activity", key="predict", words=None)
    project = project_of(home)
    healths = database.health(project)
    assert len(healths) == IMAGES + len(GOOD) + len(BROKEN) + 1
    broken = {name for name, health in healths.items() if health == "broken"}
    assert broken == {f"odd/{name}" for name in BROKEN}

    import_labels(window)
    label_by_hand(window, BY_HAND)
    window.kill()
    assert database.images_labelled_by_a_person(project) == BY_HAND

    window = open_window("second", str(catalogue))
    window.key("ctrl+z")
    window.wait(lambda e: e["event"] == "said" and e["words"].startswith("Undone"), "the undo")
    assert database.images_labelled_by_a_person(project) == BY_HAND - 1

    retrain(window)
    window.key("ctrl+q")
    assert window.end() == 0
    assert database.jobs(project) in (["waiting"], ["running"])

    window = open_window("third", str(catalogue))
    window.wait(lambda e: e["event"] == "changed" and "models" in e["kinds"], "the new version", patience=900)
    window.wait(lambda e: e["event"] == "activity" and "student" in (e["words"] or ""), "its suggestions")
    window.wait_for("activity", key="predict", words=None)
    window.key("ctrl+q")
    assert window.end() == 0
    assert_better(project)


def assert_better(project: Path) -> None:
    old, new = database.models(project)
    assert (old.active, new.active) == (False, True)
    assert database.jobs(project) == ["succeeded"]
    versions = database.suggesting_versions(project)
    assert versions
    assert all(version.startswith(new.name) for version in versions)
    assert new.file_hash != old.file_hash
    gain = np.mean([new.metrics[name] - new.baseline.get(name, 0.0) for name in new.metrics])
    assert gain >= 0.05
    before, after = OnnxPredictor(old.path), OnnxPredictor(new.path)
    assert before.backbone_id == after.backbone_id
    features = np.random.default_rng(0).normal(size=(4, after.feature_dim)).astype(np.float32)
    for name, embedding in after.embed(features).items():
        was = before.embed(features).get(name)
        assert was is None or was.shape != embedding.shape or not np.allclose(was, embedding, atol=1e-2)
