"""An operating-system lock that a child process is born holding, so that "is it alive" has one answer.

The file is locked here and the open file is handed to the child: the lock belongs to the open file, so it
lasts exactly as long as the child, with no moment in between, and no process number is ever trusted.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class LockHeld(Exception):
    """Somebody else holds the lock."""


@contextmanager
def inheritable_lock(path: Path) -> Generator[int]:
    """Lock ``path`` and yield the file descriptor to pass on (``pass_fds``). Raises LockHeld.

    Our own copy is closed on leaving; the lock stays while any child keeps the passed one.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockHeld(str(path)) from error
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def waiting_lock(path: Path) -> Generator[None]:
    """Hold ``path`` for the block, after whoever holds it now, be it a thread of ours or another process."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock at ``path``; a path that does not exist is held by nobody."""
    if not path.exists():
        return False
    try:
        with inheritable_lock(path):
            return False
    except LockHeld:
        return True
