"""A file system of a known size, for tests of what happens when it is full."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(at: Path, kilobytes: int) -> Generator[Path]:
    """Mount a memory file system of that size at the folder `at`; skips where this account may not mount."""
    at.mkdir(parents=True)
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("there is no mount on this system")
    command = [mount, "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(at)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=True)


def leave_free(disk: Path, kilobytes: int) -> None:
    """Fill the disk but for so much."""
    with (disk / "filler").open("wb") as filler:
        for _ in range(shutil.disk_usage(disk).free // 1024 - kilobytes):
            filler.write(bytes(1024))
