"""Every thread of the application starts here: free ones, one serial writer, one aside, and long tasks.

Work runs off the window's thread; its result, or the exception that ended it, is delivered on it. A result
that is no longer wanted is dropped by whoever asked (keep what you asked for and compare).
"""

import os
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from app.domain.progress import Step
from app.services.courtesy import Courtesy

SWITCH_SECONDS = 0.0005
"""How long a busy thread may keep the interpreter while the window's thread waits (Python's default: 5 ms).

Qt gives the interpreter up at every call, so that one keystroke waits for it many times over.
"""
NICENESS = 5  # at 10, a busy machine lets a thread starve that holds the interpreter the window waits for

T = TypeVar("T")
Failed = Callable[[BaseException], None]


def _call(function: Callable[[Any], object], value: object) -> None:
    """Hand over an answer, unless whoever asked was deleted meanwhile (a page of a closed project)."""
    inner = function.func if isinstance(function, partial) else function
    receiver = getattr(inner, "__self__", None)
    if not isinstance(receiver, QObject) or isValid(receiver):
        function(value)


def _step_back() -> None:
    """Let the window and people's decisions go before long work, in this thread and those it starts."""
    if sys.platform == "linux":  # elsewhere a priority is a whole process's
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


class _Courier(QObject):
    """Carries a call to the thread it was made on."""

    call = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.call.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @Slot(object, object)
    def _deliver(self, function: Callable[[Any], None], value: object) -> None:
        _call(function, value)


class Task:
    """A long piece of work under way."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._ended = threading.Event()

    def cancel(self) -> None:
        """Ask the work to end at its next step; its ``finished`` callback still comes."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether it was asked to end."""
        return self._cancelled.is_set()

    def end(self) -> None:
        """Called by the thread that did the work, when it touches nothing any more."""
        self._ended.set()

    def wait(self) -> None:
        """Block until the work has ended: for background threads."""
        self._ended.wait()


class Background(QObject):
    """Made once by the application and handed down.

    ``unexpected`` carries exceptions that nobody asked to handle. ``waiting`` carries how many writes are
    not on disk yet, whenever that number changes.
    """

    unexpected = Signal(object)
    waiting = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        sys.setswitchinterval(SWITCH_SECONDS)
        self.courtesy = Courtesy()
        self._courier = _Courier()
        self._free = ThreadPoolExecutor(4, "free")
        self._aside = ThreadPoolExecutor(1, "aside", _step_back)
        self._writer = ThreadPoolExecutor(1, "writer")
        self._long = ThreadPoolExecutor(8, "long", _step_back)
        self._tasks: set[Task] = set()
        self._writes = 0
        self._closed = False

    def read(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed | None = None) -> None:
        """Run ``work`` on the free pool and hand its value to ``done`` on the window's thread."""
        self._submit(self._free, work, done, failed or self._tell)

    def aside(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed | None = None) -> None:
        """As ``read``, for what nobody is looking for: it lets whoever is at the keys go first."""

        def when_quiet() -> T:
            self.courtesy.give_way()
            return work()

        self._submit(self._aside, when_quiet, done, failed or self._tell)

    def finish_aside(self) -> None:
        """Block until what was put aside before has been done: for background threads."""
        with suppress(RuntimeError):  # the application is closing, and waits for it by itself
            self._aside.submit(lambda: None).result()

    def write(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed | None = None) -> None:
        """Run ``work`` after every write asked for before it, one at a time."""

        def acknowledged(value: T) -> None:
            self._count_write(-1)
            _call(done, value)

        def refused(error: BaseException) -> None:
            self._count_write(-1)
            _call(failed or self._tell, error)

        self._count_write(+1)
        self._submit(self._writer, work, acknowledged, refused)

    def start(
        self,
        steps: Callable[[], Iterator[Step]],
        stepped: Callable[[Step], None],
        finished: Callable[[bool], None],
        failed: Failed | None = None,
    ) -> Task:
        """Run a generator of steps on a thread of its own.

        ``finished(cancelled)`` comes last, unless an exception ended the work: then ``failed`` does.
        """
        task = Task()
        self._tasks.add(task)

        def over(cancelled: bool) -> None:
            self._tasks.discard(task)
            _call(finished, cancelled)

        def broke(error: BaseException) -> None:
            self._tasks.discard(task)
            _call(failed or self._tell, error)

        self._submit(self._long, lambda: self._walk(task, steps, stepped), over, broke)
        return task

    def close(self) -> None:
        """End long tasks, then wait until everything asked for was done: no decision is lost.

        What is asked for afterwards is dropped: the window that would show it is gone.
        """
        self._closed = True
        for task in self._tasks:
            task.cancel()
        self._writer.shutdown()
        self._long.shutdown()
        self._aside.shutdown(cancel_futures=True)
        self._free.shutdown(cancel_futures=True)

    def _walk(self, task: Task, steps: Callable[[], Iterator[Step]], stepped: Callable[[Step], None]) -> bool:
        try:
            work = steps()
            try:
                for step in work:
                    if task.is_cancelled:
                        break
                    self._courier.call.emit(stepped, step)
            finally:
                if isinstance(work, Generator):
                    work.close()
        finally:
            task.end()
        return task.is_cancelled

    def _submit(
        self, pool: ThreadPoolExecutor, work: Callable[[], T], done: Callable[[T], None], failed: Failed
    ) -> None:
        def deliver(future: Future[T]) -> None:
            if future.cancelled():
                return
            error = future.exception()
            if error is None:
                self._courier.call.emit(done, future.result())
            else:
                self._courier.call.emit(failed, error)

        if not self._closed:
            pool.submit(work).add_done_callback(deliver)

    def _count_write(self, by: int) -> None:
        self._writes += by
        self.waiting.emit(self._writes)

    def _tell(self, error: BaseException) -> None:
        self.unexpected.emit(error)
