"""A worker does not outlive whoever started it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mtss.workers import workers

PROGRAM = """
from mtss.workers import workers

def busy():
    print("busy", flush=True)
    while True:
        pass

if __name__ == "__main__":
    with workers(1) as pool:
        pool.submit(busy).result()
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_busy_worker_ends_with_a_killed_parent(tmp_path: Path, how: signal.Signals) -> None:
    """The worker holds its parent's output, which comes to an end when both have."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    parent = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "busy\n"
    parent.send_signal(how)
    rest, _ = parent.communicate(timeout=60)
    assert (rest, parent.returncode) == ("", -how)


def test_an_exception_ends_busy_workers(tmp_path: Path) -> None:
    """Else it would wait for them for ever."""
    program = tmp_path / "program.py"
    program.write_text(
        PROGRAM.replace("pool.submit(busy).result()", "pool.submit(busy); raise SystemExit(7)")
    )
    assert subprocess.run([sys.executable, str(program)], check=False, timeout=60).returncode == 7


def test_they_work() -> None:
    with workers(2) as pool:
        assert list(pool.map(abs, [-1, 2, -3])) == [1, 2, 3]
