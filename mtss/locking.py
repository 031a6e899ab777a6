"""One process at a time in a folder."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from mtss.problem import Problem

LOCK = "lock"  # the file; free as soon as its process is over, however it ended


@contextmanager
def alone_in(folder: Path, otherwise: str) -> Generator[None, None, None]:
    """Hold the folder's lock. Raises Problem, which says `otherwise`, where another process holds it."""
    lock = filelock.FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise Problem(otherwise) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def alone_for_now(folder: Path, otherwise: str) -> Generator[None, None, None]:
    """As `alone_in`, in a folder made if need be; the lock goes afterwards, and the folder if empty."""
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder, otherwise):
        try:
            yield
        finally:
            (folder / LOCK).unlink(missing_ok=True)
            with suppress(OSError):  # it holds what the process left there
                folder.rmdir()


@contextmanager
def in_turn(path: Path) -> Generator[None, None, None]:
    """Hold the lock `path`, a file of its own; wait as long as another process holds it."""
    with filelock.FileLock(path):
        yield
