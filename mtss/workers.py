"""Worker processes that end with whoever started them, even where that was killed."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import connection


def workers(count: int) -> ProcessPoolExecutor:
    """A pool of `count` processes; spawned, not forked: the caller may have threads."""
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _end_with_parent)


def _end_with_parent() -> None:
    """Without it a busy worker goes on to the end of its work, an hour of it perhaps, for nobody."""
    threading.Thread(target=_watch, name="watch-parent", daemon=True).start()


def _watch() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)
