"""Jobs as their folders show them, with real processes behind the lock."""

import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from app.domain.ids import JobId
from app.domain.jobs import Job, JobState
from app.services.child import detach
from app.services.job_folder import JobFolder
from app.services.job_state import look_at
from app.services.process_lock import LockHeld, inheritable_lock, is_held

# Says hello through a named pipe and waits for a word on another: the test waits for events, never for time.
_CHILD = (
    "import os, sys; open(sys.argv[1], 'w').write(f'{os.getpid()} {os.getsid(0)} {os.nice(0)}');"
    "open(sys.argv[2]).read()"
)


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    return JobFolder(tmp_path)


def _job() -> Job:
    return Job(JobId("j"), JobState.WAITING, datetime.now(UTC))


def _start(folder: JobFolder) -> tuple[psutil.Process, str]:
    for name in ("hello", "goodbye"):
        os.mkfifo(folder.path / name)
    command = [sys.executable, "-c", _CHILD, str(folder.path / "hello"), str(folder.path / "goodbye")]
    with inheritable_lock(folder.lock) as lock:
        detach(command, log=folder.log, lock=lock, source=folder.path)
    said = (folder.path / "hello").read_text()
    return psutil.Process(int(said.split()[0])), said


def test_a_detached_child_holds_the_lock_until_it_ends(folder: JobFolder) -> None:
    child, said = _start(folder)
    _, session, niceness = map(int, said.split())
    assert session != os.getsid(0), "it has a session of its own"
    assert niceness >= 10
    assert child.ppid() != os.getpid()
    assert look_at(_job(), folder).state is JobState.WAITING
    with pytest.raises(LockHeld), inheritable_lock(folder.lock):
        pass
    (folder.path / "goodbye").write_text("now")
    child.wait(30)
    assert not is_held(folder.lock)


def test_a_killed_child_is_lost_and_the_words_say_what_stays(folder: JobFolder) -> None:
    child, _ = _start(folder)
    child.send_signal(signal.SIGKILL)
    child.wait(30)
    seen = look_at(_job(), folder)
    assert seen.state is JobState.LOST
    assert "killed" in seen.reason
    assert "model in use stays" in seen.reason


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("RuntimeError: DefaultCPUAllocator: can't allocate memory", "Memory ran out"),
    ],
)
def test_the_log_explains_a_failure(folder: JobFolder, printed: str, words: str) -> None:
    folder.log.write_text(f"Traceback …\n{printed}\n")
    folder.lock.touch()
    outcome = {"state": "failed", "reason": "see the log", "model": None, "metrics": {}}
    (folder.path / "outcome.json").write_text(json.dumps(outcome))
    seen = look_at(_job(), folder)
    assert seen.state is JobState.FAILED
    assert words in seen.reason


def test_events_become_progress_and_a_curve_and_a_torn_line_waits(folder: JobFolder) -> None:
    epoch = {"kind": "epoch", "stage": "student", "progress": 0.5, "eta_s": 12.5, "epoch": 3, "epochs": 20}
    lines = [
        {"kind": "device", "stage": "", "progress": 0.0, "device": "cpu"},
        epoch | {"losses": {"loss": 0.4}, "score": 0.8},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines) + '{"kind": "epo'
    (folder.path / "events.jsonl").write_text(text)
    with inheritable_lock(folder.lock):
        seen = look_at(_job(), folder)
    assert (seen.state, seen.progress, seen.device) == (JobState.RUNNING, 0.5, "cpu")
    assert seen.words == "Student · epoch 3 of 20"
    assert seen.seconds_left == 12.5
    assert [(p.part, p.epoch, p.training, p.validation) for p in seen.curve] == [("Student", 3, 0.4, 0.8)]


def test_a_job_asked_to_stop_that_is_gone_was_cancelled(folder: JobFolder) -> None:
    folder.ask_to_stop()
    assert look_at(_job(), folder).state is JobState.CANCELLED
