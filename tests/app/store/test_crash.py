"""What was acknowledged survives SIGKILL and a full disk."""

import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from app.domain.decision import NONE, NOT_APPLICABLE, Change
from app.domain.errors import DiskFull
from app.domain.item import FoundImage
from app.store import decisions, undo
from app.store.file_names import DATABASE
from app.store.scans import FolderScan
from app.store.workspace import Workspace

WRITER = """
import sys
from pathlib import Path
from app.domain.decision import NONE, Change
from app.store import decisions
from app.store.workspace import Workspace
workspace = Workspace.open(Path(sys.argv[1]))
for number in range(1, 100_000):
    step, _ = decisions.decide(workspace, [Change(1 + number % 12, 1, NONE)], f"Decision {number}", "tester")
    print(step, flush=True)
"""


@pytest.mark.parametrize("seed", range(4))
def test_everything_acknowledged_is_there_after_sigkill(stocked, seed: int) -> None:
    folder = stocked.workspace.folder
    stocked.workspace.close()
    wanted = random.Random(seed).randint(1, 60)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(wanted)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in writer.stdout.read().splitlines(keepends=True) if "\n" in line]
    assert writer.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(folder / DATABASE)) as independent:
        stored = {row[0] for row in independent.execute("SELECT step_id FROM decision")}
        assert independent.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert stored >= set(acknowledged)
    assert len(stored) <= len(acknowledged) + 1
    again = Workspace.open(folder)
    assert undo.undoable(again)[0] == f"Decision {max(stored)}"
    again.close()


def test_a_full_disk_is_told_and_nothing_before_is_lost(stocked) -> None:
    workspace, (first, second), kind = stocked.workspace, stocked.items[:2], stocked.types[0]
    decisions.decide(workspace, [Change(first, kind, NONE)], "None", "tester")
    _allow_growth(workspace, 0)
    with pytest.raises(DiskFull, match="everything before it is"):
        FolderScan(workspace, 1).take([FoundImage(f"more/{'x' * 200}{n}.jpg", 1, 1) for n in range(500)])
    assert decisions.current(workspace, [first, second])[first][kind].decision == NONE
    _allow_growth(workspace, 1_000_000)
    decisions.decide(workspace, [Change(second, kind, NOT_APPLICABLE)], "N/A", "tester")
    assert decisions.current(workspace, [second])[second][kind].decision == NOT_APPLICABLE


def _allow_growth(workspace: Workspace, pages: int) -> None:
    """Let the database grow by so many pages: SQLite then fails as it does on a full disk."""
    with workspace.writing() as connection:
        now = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={now + pages}")


def test_a_file_size_limit_is_told_and_nothing_before_is_lost(stocked) -> None:
    """The operating system refuses growth in another process; what was acknowledged there is on disk."""
    folder = stocked.workspace.folder
    stocked.workspace.close()
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
    told = subprocess.run(
        [sys.executable, "-c", limited + WRITER, str(folder)], capture_output=True, text=True, check=False
    )
    acknowledged = {int(line) for line in told.stdout.split()}
    assert acknowledged
    assert "app.domain.errors" in told.stderr.splitlines()[-1]
    assert "everything before it is" in told.stderr
    with closing(sqlite3.connect(folder / DATABASE)) as independent:
        assert {row[0] for row in independent.execute("SELECT step_id FROM decision")} >= acknowledged


def test_a_person_waits_for_one_bulk_transaction_at_most(stocked) -> None:
    """Whoever asked first writes first, even while a bulk writer takes one turn after another."""
    workspace, turns = stocked.workspace, []
    inside, go_on = threading.Event(), threading.Event()

    def bulk() -> None:
        for turn in range(3):
            with workspace.writing():
                turns.append(f"bulk {turn}")
                inside.set()
                go_on.wait(30)

    def person() -> None:
        decisions.decide(workspace, [Change(stocked.items[0], stocked.types[0], NONE)], "None", "tester")
        turns.append("person")

    writers = [threading.Thread(target=bulk), threading.Thread(target=person)]
    writers[0].start()
    inside.wait(30)
    writers[1].start()
    while workspace.waiting_writers < 1:
        threading.Event().wait(0.001)
    go_on.set()
    for writer in writers:
        writer.join(30)
    assert turns == ["bulk 0", "person", "bulk 1", "bulk 2"]
