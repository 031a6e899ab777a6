"""Small pictures by content key in one SQLite file, written in batches and capped.

A file for each picture takes 0.65 ms of system time, which is a fifth of what suggesting for it takes.
"""

import contextlib
import threading
import time
from pathlib import Path

from app.domain.errors import ProjectDamaged, ProjectError
from app.store import thumbnail_rows
from app.store.database import Database
from app.store.rows import now

FILE = "thumbnails.sqlite"

_PUTS = 64  # in one transaction
_SECONDS = 0.4  # that a picture waits for others, while more of them come
_TOUCHES = 512  # reads whose time is written together


class ThumbnailFile:
    """Opened when first used, from any thread. What is not written yet is served from memory.

    No method raises for a full or broken disk: a picture that was not kept is made again. A damaged file is
    left alone until the next opening, which makes it anew.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.limit = 4_000_000_000
        """How many bytes of pictures are kept."""
        self._gate = threading.Lock()  # over the next five; never held while the disk works
        self._waiting: dict[str, tuple[int, bytes]] = {}
        self._writing: dict[str, tuple[int, bytes]] = {}
        self._touched: dict[str, int] = {}
        self._stamp = 0
        self._began = 0.0
        self._flushing = threading.Lock()  # taken before the others
        self._opening = threading.Lock()  # over the last three
        self._database: Database | None = None
        self._total = 0
        self._over = False

    def get(self, key: str) -> bytes | None:
        """The picture, or None. Its turn to be dropped moves to the end."""
        with self._gate:
            held = self._waiting.get(key) or self._writing.get(key)
        found = held[1] if held else self._stored(key)
        if found is None:
            return None
        with self._gate:
            self._touched[key] = self._next_stamp()
            is_due = len(self._touched) >= _TOUCHES
        if is_due:
            self._flush_unless_under_way()
        return found

    def put(self, key: str, jpeg: bytes) -> None:
        """Keep a picture, in place of an older one of that key."""
        with self._gate:
            if not self._waiting:
                self._began = time.monotonic()
            self._waiting[key] = (self._next_stamp(), jpeg)
            is_due = len(self._waiting) >= _PUTS or time.monotonic() - self._began > _SECONDS
        if is_due:
            self._flush_unless_under_way()

    def flush(self) -> None:
        """Write what waits, and drop what was not looked at for longest beyond the limit."""
        with self._flushing:
            self._flush()

    def close(self) -> None:
        """Write what waits and close the file. It takes and gives nothing afterwards."""
        with self._flushing:
            self._flush()
            with self._opening:
                self._over = True
                if self._database is not None:
                    self._database.close()

    def _next_stamp(self) -> int:
        self._stamp = max(now(), self._stamp + 1)  # no two alike, whatever the clock does
        return self._stamp

    def _flush_unless_under_way(self) -> None:
        if self._flushing.acquire(blocking=False):
            try:
                self._flush()
            finally:
                self._flushing.release()

    def _flush(self) -> None:
        with self._gate:
            self._writing, self._waiting = self._waiting, {}
            touched, self._touched = self._touched, {}
        try:
            if self._writing or touched or self._database is not None:
                self._write(touched)
        except ProjectError as error:
            self._note(error)
        finally:
            with self._gate:
                self._writing = {}

    def _write(self, touched: dict[str, int]) -> None:
        database = self._open()
        if database is None:
            return
        if self._writing or touched:
            self._total += thumbnail_rows.write(database, self._writing, touched)
        while (excess := self._total - self.limit) > 0:
            self._total -= thumbnail_rows.drop(database, excess)

    def _stored(self, key: str) -> bytes | None:
        try:
            database = self._open()
            return None if database is None else thumbnail_rows.picture(database, key)
        except ProjectError as error:
            self._note(error)
            return None

    def _note(self, error: ProjectError) -> None:
        if isinstance(error, ProjectDamaged):
            self._over = True
            with contextlib.suppress(OSError):
                self.path.with_name(self.path.name + ".damaged").touch()

    def _open(self) -> Database | None:
        with self._opening:
            if self._database is None and not self._over:
                try:
                    self._database, self._total = thumbnail_rows.opened(self.path)
                except (ProjectError, OSError):
                    self._over = True  # the disk takes nothing: until the project is opened again
            return None if self._over else self._database
