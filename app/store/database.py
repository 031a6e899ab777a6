"""One SQLite file: a fair single writer with BEGIN IMMEDIATE beside any number of readers (WAL)."""

import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from app.store.failures import in_words
from app.store.turns import Turns

Synchronous = Literal["FULL", "NORMAL"]

BATCH = 2_000  # rows in one bulk transaction: what a person's commit may have to wait behind

_READERS = 24
_BUSY_SECONDS = 30.0
_WRITER_CACHE_KIB = 32_000  # bulk rows touch random index pages; SQLite's own 2 MB would thrash
_CHECKPOINT_PAGES = 8_000  # 32 MB of log, so that a hot page is written home once and not in every batch


class Database:
    """A database file with its write turns. ``attached`` is joined to readers under the name ``derived``."""

    def __init__(self, path: Path, synchronous: Synchronous, attached: Path | None = None) -> None:
        self.path = path
        self._turns = Turns()
        self._writer = _engine(lambda: _writer(path, synchronous), "BEGIN IMMEDIATE", size=1)
        self._readers = _engine(lambda: _reader(path, attached), "BEGIN", size=_READERS)

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """One write transaction: committed at the end, rolled back on any error. Raises ProjectError."""
        with self._turns.mine(), in_words(self.path.parent), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """One consistent view for reading, from any thread. Raises ProjectError."""
        with in_words(self.path.parent), self._readers.begin() as connection:
            yield connection

    @property
    def waiting_writers(self) -> int:
        """How many writes wait for their turn."""
        return self._turns.waiting

    def close(self) -> None:
        """Close every connection. Reads and writes must be over."""
        self._readers.dispose()
        with self._turns.mine():
            self._writer.dispose()


def _engine(connect: Callable[[], sqlite3.Connection], begin: str, size: int) -> Engine:
    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=size, max_overflow=0, pool_timeout=60
    )

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", on_begin)
    return engine


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _writer(path: Path, synchronous: Synchronous) -> sqlite3.Connection:
    connection = _connect(path)
    connection.execute("PRAGMA journal_mode=WAL").fetchone()
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size=-{_WRITER_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def _reader(path: Path, attached: Path | None) -> sqlite3.Connection:
    connection = _connect(path)
    if attached is not None:
        connection.execute("ATTACH ? AS derived", (os.fsencode(attached),))
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def driver(connection: Connection) -> sqlite3.Connection:
    """The raw connection below, for bulk rows: three times as fast as going through Core."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
