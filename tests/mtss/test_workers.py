"""A worker does not outlive whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mtss.workers import workers

PROGRAM = """
import os, time
from mtss.workers import workers

def busy(path):
    with open(path, "w") as file:
        file.write(str(os.getpid()))
    while True:
        time.sleep(0.01)

if __name__ == "__main__":
    import sys
    with workers(1) as pool:
        pool.submit(busy, sys.argv[1]).result()
"""


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(said: Path) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if said.exists() and (text := said.read_text()):
            return int(text)
        time.sleep(0.02)
    raise AssertionError("no worker began")


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes through /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_busy_worker_ends_with_a_killed_parent(tmp_path: Path, how: signal.Signals) -> None:
    program, said = tmp_path / "program.py", tmp_path / "worker"
    program.write_text(PROGRAM)
    parent = subprocess.Popen([sys.executable, str(program), str(said)])
    worker = wait_until(said)
    assert is_alive(worker)
    os.kill(parent.pid, how)
    parent.wait()
    deadline = time.monotonic() + 30
    while is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(worker)


def test_they_work() -> None:
    with workers(2) as pool:
        assert list(pool.map(abs, [-1, 2, -3])) == [1, 2, 3]
