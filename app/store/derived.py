"""cache/derived.sqlite: everything that can be computed again. Damaged or old, it is simply made anew."""

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from app.domain.errors import ProjectDamaged, ProjectUnwritable
from app.store.database import BATCH, Database, driver
from app.store.rows import pieces

VERSION = 3  # a file of any other version is thrown away

_STATEMENTS = (
    "CREATE TABLE label (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",  # backbones, model versions
    """CREATE TABLE feature (
        backbone_id INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        vector BLOB NOT NULL,                  -- float16
        UNIQUE (backbone_id, content_hash))""",
    """CREATE TABLE prediction (
        item_id INTEGER NOT NULL,
        type_id INTEGER NOT NULL,
        version_id INTEGER NOT NULL,
        best INTEGER NOT NULL,                 -- class id, or -1 none, -2 not applicable
        confidence REAL NOT NULL,
        margin REAL NOT NULL,
        waiting INTEGER NOT NULL,              -- 1 while nobody has decided
        ranked BLOB NOT NULL,                  -- see packing.py
        PRIMARY KEY (item_id, type_id)) WITHOUT ROWID""",
    # "waiting" ends both, so that they suffice alone: else SQLite looks up every row for it (20 times slower)
    "CREATE INDEX queue_of_type ON prediction (type_id, confidence, item_id, waiting) WHERE waiting = 1",
    "CREATE INDEX queue_of_all ON prediction (confidence, item_id, type_id, waiting) WHERE waiting = 1",
    "CREATE INDEX prediction_by_best ON prediction (type_id, best, confidence, item_id)",
    "CREATE TABLE predicted (item_id INTEGER PRIMARY KEY, version_id INTEGER NOT NULL)",
    "CREATE TABLE queue_length (type_id INTEGER PRIMARY KEY, waiting INTEGER NOT NULL)",
    "CREATE TABLE value (key TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID",
    f"PRAGMA user_version={VERSION}",
)


class Derived:
    """Features by (content hash, backbone) and, through ``predictions.py``, suggestions by (item, type)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path) -> "Derived":
        """Open the file at ``path``, or make a new one when there is none that can be used."""
        if path.exists() and not _usable(path):
            remove(path)
        database = Database(path, "NORMAL")
        if not _has_tables(database):
            with database.writing() as connection:
                for statement in _STATEMENTS:
                    connection.exec_driver_sql(statement)
        return cls(database)

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self._database.path

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """One bulk write transaction, of at most ``BATCH`` rows. For app.store only."""
        with _rebuilt_when_damaged(self.path), self._database.writing() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """One view for reading. For app.store only."""
        with _rebuilt_when_damaged(self.path), self._database.reading() as connection:
            yield connection

    def put_features(self, backbone: str, rows: Sequence[tuple[str, bytes]]) -> None:
        """Keep float16 vectors, given as (content hash, bytes). An older one of the same key is replaced."""
        for piece in pieces(rows, BATCH):
            with self.writing() as connection:
                key = label_id(connection, backbone)
                driver(connection).executemany(
                    "INSERT OR REPLACE INTO feature (backbone_id, content_hash, vector) VALUES (?, ?, ?)",
                    [(key, content_hash, vector) for content_hash, vector in piece],
                )

    def features(self, backbone: str, hashes: Sequence[str]) -> dict[str, bytes]:
        """The vectors that are there, by content hash."""
        with self.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT content_hash, vector FROM feature WHERE backbone_id = (SELECT id FROM label "
                "WHERE text = ?) AND content_hash IN (SELECT value FROM json_each(?))",
                (backbone, json.dumps(list(hashes))),
            )
            return {row[0]: row[1] for row in rows}

    def missing_features(self, backbone: str, hashes: Sequence[str]) -> set[str]:
        """Which of the content hashes have no vector of that backbone."""
        with self.reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT value FROM json_each(?) EXCEPT SELECT content_hash FROM feature "
                "WHERE backbone_id = (SELECT id FROM label WHERE text = ?)",
                (json.dumps(list(hashes)), backbone),
            )
            return {row[0] for row in rows}

    def put_value(self, key: str, value: bytes) -> None:
        """Keep any small computed thing under a key."""
        with self.writing() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO value (key, bytes) VALUES (?, ?)", (key, value)
            )

    def value(self, key: str) -> bytes | None:
        """What was kept under the key, or None."""
        with self.reading() as connection:
            return connection.exec_driver_sql("SELECT bytes FROM value WHERE key = ?", (key,)).scalar()

    def close(self) -> None:
        """Close every connection."""
        self._database.close()


def label_id(connection: Connection, text: str) -> int:
    """The number that stands for a backbone or a model version, made when new. Needs a write transaction."""
    connection.exec_driver_sql("INSERT OR IGNORE INTO label (text) VALUES (?)", (text,))
    return int(connection.exec_driver_sql("SELECT id FROM label WHERE text = ?", (text,)).scalar_one())


def remove(path: Path) -> None:
    """Delete a derived file with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", ".damaged"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _usable(path: Path) -> bool:
    if path.with_name(path.name + ".damaged").exists():
        return False
    database = Database(path, "NORMAL")
    try:
        with database.reading() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            connection.exec_driver_sql("SELECT count(*) FROM queue_length").scalar_one()
            connection.exec_driver_sql("SELECT max(item_id) FROM prediction").scalar_one()
    except (ProjectDamaged, OperationalError):
        return False
    finally:
        database.close()
    return version == VERSION


def _has_tables(database: Database) -> bool:
    with database.reading() as connection:
        return connection.exec_driver_sql("PRAGMA user_version").scalar_one() == VERSION


@contextmanager
def _rebuilt_when_damaged(path: Path) -> Generator[None]:
    try:
        yield
    except ProjectDamaged as error:
        path.with_name(path.name + ".damaged").touch()
        raise ProjectUnwritable(
            "The cache of suggestions is damaged. No decision is affected. Close the project and open it "
            "again: the cache is then made anew."
        ) from error
