"""The number of cores that a process may use, also when it is tied to fewer than the machine has."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from mtss.cores import usable_cores

TIED = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
ASK = "from mtss.cores import usable_cores; print(usable_cores())"


def test_at_least_one_and_no_more_than_the_machine_has() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system ties no process to cores")
def test_a_process_tied_to_one_core_counts_one(environment: dict[str, str]) -> None:
    command = [sys.executable, "-c", TIED + ASK]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_a_system_that_knows_no_affinity_counts_the_machines_cores(environment: dict[str, str]) -> None:
    without = (
        "import os; [delattr(os, n) for n in ('sched_getaffinity', 'process_cpu_count') if hasattr(os, n)]\n"
    )
    command = [sys.executable, "-c", without + ASK]
    if sys.version_info >= (3, 13):
        pytest.skip("this Python counts a process's cores itself")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) == os.cpu_count()
