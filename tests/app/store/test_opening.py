"""Opening a project: who may, what is refused, and in which words."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.decision import NONE, Change
from app.domain.errors import (
    ProjectBusy,
    ProjectDamaged,
    ProjectMissing,
    ProjectTooNew,
    ProjectUnwritable,
)
from app.store import decisions, migrations
from app.store.file_names import DATABASE
from app.store.workspace import Workspace

TRY_TO_OPEN = """
import sys
from pathlib import Path
from app.domain.errors import ProjectError
from app.store.workspace import Workspace
try:
    Workspace.open(Path(sys.argv[1])).close()
except ProjectError as error:
    print(type(error).__name__, error)
else:
    print("opened")
"""


def open_elsewhere(folder: Path) -> str:
    """What another process is told when it opens the project."""
    command = [sys.executable, "-c", TRY_TO_OPEN, str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_second_process_is_refused_until_the_first_lets_go(stocked) -> None:
    folder = stocked.workspace.folder
    told = open_elsewhere(folder)
    assert told.startswith("ProjectBusy")
    assert "open in another Lapel" in told
    stocked.workspace.close()
    assert open_elsewhere(folder) == "opened\n"


def test_a_second_opening_in_the_same_process_is_refused(stocked) -> None:
    with pytest.raises(ProjectBusy, match="open in another Lapel"):
        Workspace.open(stocked.workspace.folder)


def test_a_refused_opening_leaves_no_lock_behind(stocked) -> None:
    folder = stocked.workspace.folder
    stocked.workspace.close()
    _set_version(folder, 99)
    with pytest.raises(ProjectTooNew):
        Workspace.open(folder)
    _set_version(folder, migrations.NEWEST)
    Workspace.open(folder).close()


def test_a_newer_project_is_refused_untouched_with_a_word_about_backups(stocked) -> None:
    folder = stocked.workspace.folder
    stocked.workspace.close()
    _set_version(folder, migrations.NEWEST + 1)
    before = (folder / DATABASE).read_bytes()
    with pytest.raises(ProjectTooNew, match="newer Lapel") as told:
        Workspace.open(folder)
    assert str(folder / "backups") in str(told.value)
    assert (folder / DATABASE).read_bytes() == before


def test_a_folder_without_a_project_is_called_that(tmp_path: Path) -> None:
    with pytest.raises(ProjectMissing, match="no Lapel project"):
        Workspace.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a database" * 500])
def test_garbage_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / DATABASE).write_bytes(content)
    with pytest.raises(ProjectDamaged, match="backups"):
        Workspace.open(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as other:
        other.execute("CREATE TABLE theirs (id)")
        other.execute("PRAGMA user_version=1")
    with pytest.raises(ProjectDamaged, match="not a Lapel project"):
        Workspace.open(tmp_path)


def test_a_project_is_never_made_over_another(stocked) -> None:
    folder = stocked.workspace.folder
    stocked.workspace.close()
    with pytest.raises(ProjectUnwritable, match="already"):
        Workspace.create(folder)


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ProjectUnwritable, match="cannot be made"):
        Workspace.create(tmp_path / "taken")


AS_A_STRANGER = """
import os, sys
from pathlib import Path
Workspace.create(Path(sys.argv[1] + "-warm")).close()  # everything is imported while that is still allowed
if os.geteuid() == 0:
    os.seteuid(65534)
"""


def test_a_read_only_folder_is_refused_in_words_and_left_as_it_is(make_stock) -> None:
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        made = make_stock(Path(home) / "project", 1)
        made.workspace.close()
        places = [made.workspace.folder, *made.workspace.folder.rglob("*")]
        before = {p: p.read_bytes() for p in places if p.is_file()}
        for place in places:
            place.chmod(0o555 if place.is_dir() else 0o444)
        script = TRY_TO_OPEN.replace("\ntry:", AS_A_STRANGER + "try:", 1)
        told = subprocess.run(
            [sys.executable, "-c", script, str(made.workspace.folder)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for place in places:
            place.chmod(0o755)
        assert told.startswith("ProjectUnwritable")
        assert "cannot be written to" in told
        assert {p: p.read_bytes() for p in places if p.is_file()} == before


def test_folder_names_of_any_bytes_work(tmp_path: Path, make_stock: Callable[..., object]) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9 \xf0\x9f\x91\x97\nnew ' line")
    made = make_stock(folder, 2)
    decisions.decide(made.workspace, [Change(made.items[0], made.types[0], NONE)], "None", "tester")
    made.workspace.close()
    again = Workspace.open(folder)
    assert list(decisions.current(again, made.items)) == [made.items[0]]
    again.close()


@pytest.mark.parametrize("version", range(1, migrations.NEWEST + 1))
def test_a_project_of_every_past_version_opens_with_all_it_holds(tmp_path: Path, version: int) -> None:
    kept = Path(__file__).parents[2] / "data" / "projects" / f"v{version}.sqlite"
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(kept, folder / DATABASE)
    workspace = Workspace.open(folder)
    with workspace.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == migrations.NEWEST
    found = decisions.current(workspace, [1, 2, 3])
    values = {(i, t): (str(r.decision.state), r.decision.classes) for i in found for t, r in found[i].items()}
    assert values == {
        (1, 1): ("labelled", (1,)),
        (1, 2): ("labelled", (5, 4)),
        (2, 1): ("unseen", ()),
        (3, 1): ("na", ()),
    }
    assert [r.annotator for r in decisions.history(workspace, 2)] == ["bob", "ann"]
    workspace.close()


def _set_version(folder: Path, version: int) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute(f"PRAGMA user_version={version}")
        database.execute("PRAGMA journal_mode=DELETE")
