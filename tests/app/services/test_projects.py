"""Projects, settings, backups, thumbnails and resources."""

import io
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path, PosixPath

import pytest
import sqlalchemy.exc
from PIL import Image

from app.domain.decision import NONE, Change
from app.domain.errors import ProjectBusy, ProjectMissing, ProjectUnwritable
from app.domain.ids import ItemId
from app.domain.item import ReadImage
from app.domain.query import ImageQuery
from app.domain.templates import DEEPFASHION, EMPTY
from app.services import annotating, backup, browsing, homes, projects, resources, scanning
from app.services.projects import Project
from app.services.settings import AppSettings
from app.services.templates import templates
from app.services.thumbnails import Thumbnails
from app.store import folders, items
from app.store.file_names import DATABASE
from mtss.content import content_hash


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (600, 400), (number * 80, 10, 10)).save(folder / f"{number}.jpg")
    return folder


def test_a_folder_is_opened_as_the_same_project_again(images: Path, own_home: Path) -> None:
    made = projects.open_or_create(images, EMPTY.key)
    assert made.name == "images"
    assert made.folder.is_relative_to(own_home)
    assert not (images / DATABASE).exists()
    assert made.schema().types == ()
    made.close()
    again = projects.open_or_create(images, DEEPFASHION.key)
    assert again.folder == made.folder
    assert again.schema().types == ()
    again.close()


def test_folders_of_one_name_have_projects_of_their_own(tmp_path: Path) -> None:
    assert homes.home_for(tmp_path / "a" / "shirts") != homes.home_for(tmp_path / "b" / "shirts")
    odd = homes.home_for(Path(os.fsdecode(b"/x/caf\xe9\n/")))
    odd.name.encode("ascii")


def test_templates_come_with_their_types(tmp_path: Path) -> None:
    for number, template in enumerate(templates()):
        made = projects.create(tmp_path / str(number), template)
        assert [(t.name, tuple(c.name for c in t.classes)) for t in made.schema().types] == [
            (t.name, t.classes) for t in template.types
        ]
        made.close()


def test_the_demo_refers_to_the_shipped_images_and_keeps_decisions_at_home(own_home: Path) -> None:
    demo = projects.open_demo()
    for _ in scanning.scan(demo):
        pass
    assert demo.settings.demo
    assert demo.folder.is_relative_to(own_home)
    first = browsing.items(demo, list(browsing.order(demo, ImageQuery()))[:1])[0]
    assert Path(first.path).is_relative_to(resources.locate("demo"))
    assert demo.schema().types
    demo.close()
    again = projects.open_demo()
    assert browsing.counts(again).images > 100
    again.close()


def test_recent_projects_come_newest_first_with_missing_ones_marked(tmp_path: Path) -> None:
    settings = AppSettings.load()
    made = projects.create(tmp_path / "one", EMPTY, name="One")
    made.close()
    settings.remember(tmp_path / "gone", "Gone")
    settings.remember(made.folder, "One")
    settings.remember(tmp_path / "gone", "Gone")
    found = homes.recent(AppSettings.load())
    assert [(r.name, r.missing) for r in found] == [("Gone", True), ("One", False)]
    assert datetime.now(UTC) - found[0].opened < timedelta(minutes=5)


def test_settings_come_back_as_they_were_saved() -> None:
    settings = AppSettings.load()
    assert settings.annotator
    settings.annotator, settings.theme, settings.cache_limit_mb = "Böb", "dark", 77
    settings.save()
    assert AppSettings.load() == settings


@pytest.mark.parametrize(
    "stored", ["", "[]", "{", '{"theme": "pink", "annotator": 3, "recent": [1, {"folder": "x"}], "new": 1}']
)
def test_settings_that_make_no_sense_keep_their_defaults(stored: str) -> None:
    AppSettings.path().parent.mkdir(parents=True)
    AppSettings.path().write_text(stored)
    assert AppSettings.load() == AppSettings()


def test_a_damaged_settings_file_is_kept_beside_and_said_once() -> None:
    kept = AppSettings.path().with_name("settings.json.damaged")
    AppSettings.path().parent.mkdir(parents=True)
    AppSettings.path().write_text('{"annotator": "Bo", "recent": [{"fol')
    settings = AppSettings.load()
    assert str(kept) in settings.problem
    settings.save()
    assert kept.read_text() == '{"annotator": "Bo", "recent": [{"fol'
    assert "problem" not in AppSettings.path().read_text()
    assert AppSettings.load().problem == ""


def test_no_project_is_made_about_a_folder_that_is_not_there(tmp_path: Path, own_home: Path) -> None:
    (tmp_path / "file.jpg").touch()
    with pytest.raises(ProjectMissing, match="/nope/none does not exist"):
        projects.open_or_create(Path("/nope/none"), "garments")
    with pytest.raises(ProjectMissing, match="is not a folder"):
        projects.open_or_create(tmp_path / "file.jpg", "garments")
    assert list(own_home.rglob("*.sqlite")) == []


def test_a_project_opens_while_its_folder_is_away(images: Path) -> None:
    made = projects.open_or_create(images, "garments")
    made.close()
    images.rename(images.with_name("elsewhere"))
    again = projects.open_or_create(images, "garments")
    assert again.folder == made.folder
    again.close()


def test_a_backup_holds_what_was_decided_and_opens_as_a_project(images: Path, tmp_path: Path) -> None:
    project = scanned(images)
    kind, item = project.schema().types[0], ItemId(1)
    annotating.decide(project, [Change(item, kind.id, NONE)], "None", "ann")
    made = backup.back_up(project)
    annotating.undo(project, "ann")
    project.close()
    (tmp_path / "restored").mkdir()
    made.rename(tmp_path / "restored" / DATABASE)
    restored = projects.open_project(tmp_path / "restored")
    assert browsing.decisions(restored, [item])[item][kind.id].decision == NONE
    restored.close()


def scanned(images: Path) -> Project:
    made = projects.open_or_create(images, DEEPFASHION.key)
    for _ in scanning.scan(made):
        pass
    return made


def test_a_backup_is_due_when_the_newest_is_old(images: Path) -> None:
    project = scanned(images)
    assert backup.back_up_when_due(project) is not None
    assert backup.back_up_when_due(project) is None
    _aged(backup.list_backups(project)[0], timedelta(hours=1))
    assert backup.back_up_when_due(project) is not None
    project.close()


def test_a_copy_from_the_future_keeps_no_backup_from_being_made(images: Path) -> None:
    project = scanned(images)
    (project.folder / "backups" / "project-20990101T000000-000000Z.sqlite").touch()
    assert backup.back_up_when_due(project) is not None
    assert backup.back_up_when_due(project) is None, "one was made just now"
    project.close()


def test_somebody_elses_file_among_the_backups_keeps_nobody_out(images: Path) -> None:
    project = scanned(images)
    backup.back_up(project)
    (project.folder / "backups" / "project-mine.sqlite").write_text("a natural name for a copy")
    assert len(backup.list_backups(project)) == 1
    assert backup.back_up_when_due(project) is None
    project.close()
    projects.open_project(project.folder).close()


def test_somebody_elses_file_among_the_backups_is_never_deleted(images: Path) -> None:
    project = scanned(images)
    folder = project.folder / "backups"
    foreign = [folder / "project-mine.sqlite", folder / "project-20200101.sqlite", folder / "notes.txt"]
    for path in foreign:
        path.write_text("mine")
    for age in range(30):
        (folder / _name(datetime.now(UTC) - timedelta(days=40, minutes=5 * age))).touch()
    backup.back_up(project)
    kept = backup.list_backups(project)
    assert len(kept) < 31, "the rotation went through"
    assert all(path.read_text() == "mine" for path in foreign)
    project.close()


def test_a_folder_that_holds_something_is_not_made_a_project(tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("one")
    with pytest.raises(ProjectUnwritable, match="is not empty"):
        projects.create(folder, EMPTY)
    assert [p.name for p in tmp_path.rglob("*")] == ["thesis", "chapter.txt"]


def test_a_project_that_cannot_be_opened_is_not_kept_locked(images: Path) -> None:
    project = scanned(images)
    project.close()
    with closing(sqlite3.connect(project.folder / DATABASE)) as broken:
        broken.execute("ALTER TABLE setting RENAME TO elsewhere")
    with pytest.raises(sqlalchemy.exc.OperationalError, match="no such table"):
        projects.open_project(project.folder)
    with closing(sqlite3.connect(project.folder / DATABASE)) as mended:
        mended.execute("ALTER TABLE elsewhere RENAME TO setting")
    projects.open_project(project.folder).close()


def test_an_interrupted_creation_leaves_no_half_project(
    images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(folders, "add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            projects.open_or_create(images, "garments")
    project = projects.open_or_create(images, "garments")
    assert list(folders.paths(project.workspace).values()) == [str(images)]
    project.close()


def test_what_a_killed_creation_left_is_swept_by_the_next(images: Path) -> None:
    home = homes.home_for(images)
    old = home.with_name(f"{home.name}.0123abcd.unfinished")
    fresh = home.with_name(f"{home.name}.4567abcd.unfinished")
    another = home.with_name("other-1a2b3c4d.0123abcd.unfinished")
    for left in (old, fresh, another):
        left.mkdir(parents=True)
        (left / DATABASE).touch()
    for left in (old, another):
        os.utime(left, (0, 0))
    projects.open_or_create(images, "garments").close()
    assert [p.exists() for p in (home, old, fresh, another)] == [True, False, True, True]


class Late(PosixPath):
    """An image folder whose project another Lapel makes while this one is about to."""

    meanwhile: Callable[[], object] | None = None

    def absolute(self) -> Path:
        half_made = any(Path(os.environ["LAPEL_HOME"]).rglob("*.unfinished"))
        if half_made and self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        return Path(self).absolute()


@pytest.mark.parametrize("still_open", [True, False])
def test_two_that_make_one_project_at_once_do_not_disturb_each_other(
    images: Path, own_home: Path, still_open: bool
) -> None:
    first: list[Project] = []

    def be_quicker() -> None:
        first.append(projects.open_or_create(images, DEEPFASHION.key))
        if not still_open:
            first[0].close()

    late = Late(images)
    late.meanwhile = be_quicker
    if still_open:
        with pytest.raises(ProjectBusy, match="open in another Lapel"):
            projects.open_or_create(late, EMPTY.key)
    else:
        first.append(projects.open_or_create(late, EMPTY.key))
    made = first[-1]
    assert [t.name for t in made.schema().types] == [t.name for t in DEEPFASHION.types]
    assert list(folders.paths(made.workspace).values()) == [str(images)]
    made.close()
    assert list((own_home / "data" / "projects").iterdir()) == [made.folder]


def test_a_folder_made_full_meanwhile_is_not_made_a_project(images: Path, own_home: Path) -> None:
    folder = own_home / "thesis"
    late = Late(images)
    late.meanwhile = lambda: (folder.mkdir(), (folder / "chapter.txt").touch())
    with pytest.raises(ProjectUnwritable, match="is not empty"):
        projects.create(folder, EMPTY, [late])
    assert [p.name for p in own_home.rglob("*")] == ["thesis", "chapter.txt"]


def test_a_file_is_not_made_a_project(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ProjectUnwritable, match="Not a directory"):
        projects.create(tmp_path / "file", EMPTY)


def test_the_rotation_keeps_ten_the_last_days_and_those_before_an_update(images: Path) -> None:
    project = scanned(images)
    folder, now = project.folder / "backups", datetime.now(UTC)
    ages = [timedelta(minutes=5 * n) for n in range(1, 30)] + [timedelta(days=n) for n in range(1, 40)]
    for age in ages:
        (folder / _name(now - age)).touch()
    before_update = folder / _name(now - timedelta(days=90)).replace("Z.", "Z-before-version-2.")
    before_update.touch()
    backup.back_up(project)
    kept = backup.list_backups(project)
    assert kept[:10] == sorted(kept, reverse=True)[:10]
    days = {backup.taken(p).date() for p in kept if p != before_update}
    assert {(now - timedelta(days=n)).date() for n in range(15)} >= days
    assert len(days) >= 14
    assert len(kept) <= 10 + 15 + 1
    assert before_update in kept
    project.close()


def _name(moment: datetime) -> str:
    return f"project-{moment:%Y%m%dT%H%M%S-%f}Z.sqlite"


def _aged(path: Path, by: timedelta) -> None:
    path.rename(path.with_name(_name(backup.taken(path) - by)))


def test_thumbnails_are_kept_by_content_and_made_when_missing(images: Path) -> None:
    project = scanned(images)
    ids = [ItemId(i) for i in browsing.order(project, ImageQuery())]
    thumbnails = Thumbnails(project)
    assert thumbnails.get(browsing.items(project, ids)[0]) is None
    read = [ReadImage(i, content_hash(images / f"{n}.jpg"), 600, 400) for n, i in enumerate(ids)]
    items.record_read(project.workspace, read)
    first, second, _ = browsing.items(project, ids)
    made = thumbnails.read(first)
    assert made is not None
    assert Image.open(io.BytesIO(made)).size == (256, 171)
    assert thumbnails.get(first) == made
    assert thumbnails.get(second) is None
    Path(second.path).write_bytes(b"broken")
    assert thumbnails.read(second) is None
    project.close()
    again = projects.open_project(project.folder)
    assert Thumbnails(again).get(first) == made, "closing writes what waited"
    again.close()


def test_thumbnails_not_looked_at_for_longest_are_dropped_first(images: Path) -> None:
    project = scanned(images)
    ids = [ItemId(i) for i in browsing.order(project, ImageQuery())]
    items.record_read(project.workspace, [ReadImage(i, f"{n}" * 64, 6, 4) for n, i in enumerate(ids)])
    found = browsing.items(project, ids)
    thumbnails = Thumbnails(project, limit_mb=1)
    for item in found[:2]:
        thumbnails.put(item.content_hash, bytes(450_000))
    thumbnails.shrink()
    assert thumbnails.get(found[0]) is not None  # looked at just now
    thumbnails.put(found[2].content_hash, bytes(450_000))
    thumbnails.shrink()
    assert [thumbnails.get(item) is not None for item in found] == [True, False, True]
    project.close()


def test_a_smaller_limit_takes_hold_at_once(images: Path) -> None:
    project = scanned(images)
    thumbnails = Thumbnails(project, limit_mb=10)
    ids = [ItemId(i) for i in browsing.order(project, ImageQuery())]
    items.record_read(project.workspace, [ReadImage(i, f"{n}" * 64, 6, 4) for n, i in enumerate(ids)])
    found = browsing.items(project, ids)
    for item in found:
        thumbnails.put(item.content_hash, bytes(450_000))
    assert all(thumbnails.get(item) is not None for item in found)
    thumbnails.limit_to(1)
    assert sum(thumbnails.get(item) is not None for item in found) < len(found)
    project.close()


def test_resources_are_found_in_this_checkout() -> None:
    labels = json.loads(resources.locate("demo", "labels.json").read_text())
    assert labels["types"]
