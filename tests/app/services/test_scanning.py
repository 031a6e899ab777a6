"""Scans of folders as they are found in the world."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.errors import NotPossible
from app.domain.facets import LibraryCounts
from app.domain.item import Health, Item, ReadImage
from app.domain.query import ImageQuery
from app.domain.templates import DEEPFASHION
from app.services import browsing, projects, scanning
from app.services.projects import Project
from app.services.walking import Walk
from app.store import items


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


@pytest.fixture
def project(tmp_path: Path, images: Path) -> Iterator[Project]:
    made = projects.create(tmp_path / "project", DEEPFASHION, [images])
    yield made
    made.close()


def scanned(project: Project) -> dict[str, Item]:
    """The library by readable name, after a scan."""
    for _ in scanning.scan(project):
        pass
    return {item.name: item for item in listed(project)}


def listed(project: Project) -> list[Item]:
    return browsing.items(project, list(browsing.order(project, ImageQuery())))


def put(folder: Path, *names: str | bytes) -> None:
    for name in names:
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + os.fsencode(name)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"image")


def test_names_of_any_bytes_are_found_shown_and_opened(project: Project, images: Path) -> None:
    put(
        images,
        b"caf\xe9.jpg",
        "new\nline.png",
        "👗.webp",
        "a/same.jpg",
        "b/same.jpg",
        "UPPER.JPG",
        "'q\"; .gif",
    )
    found = scanned(project)
    assert set(found) == {
        "caf\\xe9.jpg", "new␊line.png", "👗.webp", "a/same.jpg", "b/same.jpg", "UPPER.JPG", "'q\"; .gif",
    }  # fmt: skip
    assert all(Path(item.path).read_bytes() == b"image" for item in found.values())
    assert len({item.id for item in found.values()}) == 7


def test_what_is_no_image_is_passed_over(project: Project, images: Path) -> None:
    put(images, "notes.txt", "jpg", ".hidden.jpg", ".thumbs/a.jpg", "ok.jpg", "ok.jpg.part")
    (images / "folder.jpg").mkdir()
    (images / "dangling.jpg").symlink_to(images / "nowhere")
    os.mkfifo(images / "pipe.jpg")
    assert set(scanned(project)) == {"ok.jpg"}


def test_links_that_lead_in_a_circle_end(project: Project, images: Path) -> None:
    put(images, "a/one.jpg", "b/two.jpg")
    (images / "a" / "up").symlink_to(images)
    (images / "b" / "across").symlink_to(images / "a")
    (images / "self.jpg").symlink_to(images / "self.jpg")
    assert set(scanned(project)) == {"a/one.jpg", "b/two.jpg"}


def test_a_new_link_takes_no_image_from_its_place(project: Project, images: Path) -> None:
    outside = images.with_name("outside")
    put(images, "z_real/one.jpg", "z_real/deep/two.jpg")
    put(outside, "sub/three.jpg")
    (images / "m_link").symlink_to(outside)
    before = scanned(project)
    assert set(before) == {"z_real/one.jpg", "z_real/deep/two.jpg", "m_link/sub/three.jpg"}
    (images / "a_link").symlink_to(images / "z_real")
    (images / "b_link").symlink_to(images / "z_real" / "deep")
    (images / "c_link").symlink_to(outside / "sub")
    after = scanned(project)
    assert set(after) == {*before, "c_link/three.jpg"}, "what lies outside is there by every link to it"
    assert all(item.health is Health.UNREAD for item in after.values())


@pytest.mark.parametrize("target", ["..", ".", "../.."])
def test_a_link_that_leads_upwards_is_not_followed(project: Project, images: Path, target: str) -> None:
    put(images, "a/one.jpg")
    put(images.parent, "beside/two.jpg")
    (images / "a" / "up").symlink_to(images / "a" / target)
    (images / "root").symlink_to("/")
    assert set(scanned(project)) == {"a/one.jpg"}


def test_links_outside_that_lead_in_a_circle_or_back_end(project: Project, images: Path) -> None:
    outside = images.with_name("outside")
    put(images, "one.jpg")
    put(outside, "b/two.jpg", "c/three.jpg")
    (outside / "b" / "across").symlink_to(outside / "c")
    (outside / "c" / "across").symlink_to(outside / "b")
    (outside / "c" / "back").symlink_to(images)
    (images / "to_b").symlink_to(outside / "b")
    assert set(scanned(project)) == {"one.jpg", "to_b/two.jpg", "to_b/across/three.jpg"}


def test_lapels_own_projects_inside_are_not_scanned(project: Project, images: Path) -> None:
    put(images, "ok.jpg")
    inner = projects.create(images / "project", DEEPFASHION)
    put(images / "project", "cache/thumbnails/aa/bb/aabb.jpg")
    inner.close()
    assert set(scanned(project)) == {"ok.jpg"}


def test_a_rescan_marks_the_gone_restores_the_returned_and_rereads_the_changed(
    project: Project, images: Path
) -> None:
    put(images, "stays.jpg", "goes.jpg", "changes.jpg")
    before = scanned(project)
    (images / "goes.jpg").rename(images / "elsewhere")
    (images / "changes.jpg").write_bytes(b"other content")
    put(images, "new.jpg")
    after = scanned(project)
    assert after["goes.jpg"].health is Health.MISSING
    assert after["goes.jpg"].problem == "The file is no longer there."
    assert after["changes.jpg"].health is Health.UNREAD
    assert {name: after[name].id for name in before} == {name: item.id for name, item in before.items()}
    (images / "elsewhere").rename(images / "goes.jpg")
    assert scanned(project)["goes.jpg"].health is Health.UNREAD


def test_a_broken_image_that_comes_back_is_looked_at_again(project: Project, images: Path) -> None:
    put(images, "broken.jpg")
    item = scanned(project)["broken.jpg"]
    items.record_read(project.workspace, [ReadImage(item.id, "ff" * 32, 0, 0, "Not an image.")])
    assert listed(project)[0].health is Health.BROKEN
    (images / "broken.jpg").rename(images / "elsewhere")
    assert scanned(project)["broken.jpg"].health is Health.MISSING
    (images / "elsewhere").rename(images / "broken.jpg")
    assert scanned(project)["broken.jpg"].health is Health.UNREAD, "nobody ever saw it whole"


@pytest.mark.parametrize("later", [1, 0], ids=["with another time", "with the time it had"])
def test_an_image_that_broke_and_comes_back_is_looked_at_again(
    project: Project, images: Path, later: int
) -> None:
    put(images, "image.jpg")
    item = scanned(project)["image.jpg"]
    items.record_read(project.workspace, [ReadImage(item.id, "aa" * 32, 6, 4)])
    (images / "image.jpg").write_bytes(b"imag\0")
    os.utime(images / "image.jpg", ns=(item.stamp[1], item.stamp[1] + later))
    scanned(project)
    items.record_read(project.workspace, [ReadImage(item.id, "ff" * 32, 0, 0, "Truncated.")])
    images.rename(images.with_name("away"))
    assert scanned(project)["image.jpg"].health is Health.MISSING
    images.with_name("away").rename(images)
    assert scanned(project)["image.jpg"].health is Health.UNREAD, "nobody ever saw it whole as it is now"


def test_an_image_that_was_good_comes_back_good(project: Project, images: Path) -> None:
    put(images, "image.jpg")
    item = scanned(project)["image.jpg"]
    items.record_read(project.workspace, [ReadImage(item.id, "aa" * 32, 6, 4)])
    images.rename(images.with_name("away"))
    scanned(project)
    gone = ReadImage(item.id, "", 0, 0, "The file is not there any more.", missing=True)
    items.record_read(project.workspace, [gone])
    images.with_name("away").rename(images)
    back = scanned(project)["image.jpg"]
    assert (back.health, back.content_hash, back.width, back.height) == (Health.GOOD, "aa" * 32, 6, 4)


def test_nothing_changed_means_no_screen_is_stale(project: Project, images: Path) -> None:
    put(images, "a.jpg", "b/c.jpg")
    scanned(project)
    assert not any(step.changes.predictions for step in scanning.scan(project))


@pytest.mark.parametrize("replacement", ["nothing", "a file"])
def test_a_vanished_folder_says_so_and_loses_nothing(
    project: Project, images: Path, replacement: str
) -> None:
    put(images, "a.jpg")
    scanned(project)
    shutil.move(images, images.with_name("moved"))
    if replacement == "a file":
        images.write_text("in the folder's place")
    item = scanned(project)["a.jpg"]
    assert item.health is Health.MISSING
    assert str(images) in item.problem
    assert scanning.folder_list(project)[0].problem == item.problem
    items.record_read(
        project.workspace, [ReadImage(item.id, "", 0, 0, "The file is not there any more.", missing=True)]
    )
    assert str(images) in scanned(project)["a.jpg"].problem, "the folder's reason says more than the file's"
    images.unlink(missing_ok=True)
    shutil.move(images.with_name("moved"), images)
    assert scanned(project)["a.jpg"].health is Health.UNREAD
    assert scanning.folder_list(project)[0].problem == ""


LOCKED = """
import json, os, sys, tempfile
from pathlib import Path
from app.domain.query import ImageQuery
from app.domain.templates import EMPTY
from app.services import browsing, projects, scanning
if os.geteuid() == 0:
    os.seteuid(65534)  # nothing is locked for root
with tempfile.TemporaryDirectory() as home:
    images = Path(home) / "images"
    for name in ("shut", "blind", "open"):
        (images / name).mkdir(parents=True)
        (images / name / "a.jpg").write_bytes(b"image")
    project = projects.create(Path(home) / "project", EMPTY, [images])
    for wanted in ({}, {"shut": 0, "blind": 0o444}, {"shut": 0o755, "blind": 0o755}):
        for name, mode in wanted.items():
            (images / name).chmod(mode)
        for _ in scanning.scan(project):
            pass
        found = browsing.items(project, list(browsing.order(project, ImageQuery())))
        [folder] = scanning.folder_list(project)
        print(json.dumps([folder.problem.replace(str(images), "images"), {i.name: i.problem for i in found}]))
    project.close()
"""


def test_a_locked_subfolder_is_named_and_its_images_are_not_called_gone() -> None:
    child = subprocess.run([sys.executable, "-c", LOCKED], check=True, capture_output=True, text=True)
    before, locked, after = map(json.loads, child.stdout.splitlines())
    assert before == after == ["", {"blind/a.jpg": "", "open/a.jpg": "", "shut/a.jpg": ""}]
    problem, images = locked
    assert problem == ("images: 2 folders in it cannot be read: blind, shut. What is labelled there is kept.")
    assert images["open/a.jpg"] == ""
    assert images["shut/a.jpg"] == images["blind/a.jpg"] == "The folder cannot be read: Permission denied."


def test_a_directory_that_vanishes_during_the_walk_is_noted(images: Path) -> None:
    put(images, "a/one.jpg", "b/two.jpg", "c/three.jpg")
    walk = Walk(images)
    found = iter(walk)
    assert next(found).relative_path == "a/one.jpg"
    shutil.rmtree(images / "b")
    assert [f.relative_path for f in found] == ["c/three.jpg"]
    assert [directory for directory, _ in walk.unreadable] == ["b"]


def test_a_subfolder_that_was_taken_away_is_no_problem_of_the_folder(project: Project, images: Path) -> None:
    put(images, *(f"a/{n:03}.jpg" for n in range(150)), "b/two.jpg")
    steps = scanning.scan(project)
    next(steps)
    shutil.rmtree(images / "b")
    list(steps)
    assert scanning.folder_list(project)[0].problem == ""


def test_a_cancelled_scan_keeps_what_it_wrote_and_marks_nothing_as_gone(
    project: Project, images: Path
) -> None:
    put(images, *(f"{n:04}.jpg" for n in range(250)))
    scanned(project)
    steps = scanning.scan(project)
    next(steps)
    steps.close()
    assert all(item.health is Health.UNREAD for item in listed(project))


def test_the_first_batch_comes_before_the_walk_is_over(project: Project, images: Path) -> None:
    put(images, *(f"{n % 7}/{n:04}.jpg" for n in range(400)))
    first = next(steps := iter(scanning.scan(project)))
    assert 0 < first.progress.done < 400
    assert first.changes.library
    assert browsing.counts(project).images == first.progress.done
    for last in steps:
        assert last.progress.done <= 400
    assert browsing.counts(project).images == 400


def test_scanning_writes_nothing_to_the_image_folder(project: Project, images: Path) -> None:
    put(images, "a/one.jpg", "two.jpg")
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in [images, *images.rglob("*")]}
    scanned(project)
    assert {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in [images, *images.rglob("*")]} == before


def test_an_empty_folder_is_no_failure(project: Project) -> None:
    assert scanned(project) == {}
    assert browsing.counts(project) == LibraryCounts(0, 0, 0, 1)


def test_what_is_no_folder_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="not a folder"):
        scanning.add_folder(project, tmp_path / "nowhere")


def test_a_folder_added_twice_is_one(project: Project, images: Path) -> None:
    put(images, "a.jpg")
    first, _ = scanning.add_folder(project, images)
    second, _ = scanning.add_folder(project, images)
    assert first == second
    assert list(scanned(project)) == ["a.jpg"]
