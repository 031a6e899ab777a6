"""Worker processes that end with whoever started them, even where that was killed."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Collection, Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import connection


@contextmanager
def workers(count: int) -> Generator[ProcessPoolExecutor, None, None]:
    """A pool of `count` processes; spawned, not forked: the caller may have threads.

    An exception ends them where they are: nobody waits for an hour of work that nobody wants.
    """
    others = {child.pid for child in multiprocessing.active_children()}
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _end_with_parent)
    with ExitStack() as stack:
        stack.callback(pool.shutdown, cancel_futures=True)
        with ExitStack() as on_failure:
            on_failure.callback(_end_all_but, others)
            yield pool
            on_failure.pop_all()


def _end_all_but(others: Collection[int | None]) -> None:
    for child in multiprocessing.active_children():
        if child.pid not in others:
            child.terminate()


def _end_with_parent() -> None:
    """Without it a busy worker goes on to the end of its work, an hour of it perhaps, for nobody."""
    threading.Thread(target=_watch, name="watch-parent", daemon=True).start()


def _watch() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)
