"""The rows of cache/thumbnails/thumbnails.sqlite: opened or made anew, written in batches, dropped by age."""

import json
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app.domain.errors import ProjectDamaged
from app.store.database import Database, driver
from app.store.derived import remove

VERSION = 1  # a file of any other version is thrown away
DROPS = 500  # rows in one transaction

_STATEMENTS = (
    """CREATE TABLE thumbnail (
        key TEXT PRIMARY KEY,
        used INTEGER NOT NULL,                 -- microseconds since 1970
        bytes INTEGER NOT NULL,
        jpeg BLOB NOT NULL)""",
    "CREATE INDEX thumbnail_by_use ON thumbnail (used, bytes)",
    f"PRAGMA user_version={VERSION}",
)


def opened(path: Path) -> tuple[Database, int]:
    """The file, made anew when it cannot be used, and how many bytes of pictures it holds.

    Raises ProjectError and OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.with_name(path.name + ".damaged").exists():
        database = Database(path, "NORMAL")
        total = _total(database)
        if total is not None:
            return database, total
        database.close()
    remove(path)
    database = Database(path, "NORMAL")
    with database.writing() as connection:
        for statement in _STATEMENTS:
            connection.exec_driver_sql(statement)
    return database, 0


def picture(database: Database, key: str) -> bytes | None:
    """The picture stored under ``key``. Raises ProjectError."""
    with database.reading() as connection:
        found = driver(connection).execute("SELECT jpeg FROM thumbnail WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None


def write(database: Database, pictures: Mapping[str, tuple[int, bytes]], touched: Mapping[str, int]) -> int:
    """Store pictures, given as (when used, JPEG), and when others were used; bytes more than before.

    Raises ProjectError, and then nothing was written.
    """
    rows = [(key, used, len(jpeg), jpeg) for key, (used, jpeg) in pictures.items()]
    with database.writing() as connection:
        raw = driver(connection)
        (replaced,) = raw.execute(
            "SELECT coalesce(sum(bytes), 0) FROM thumbnail WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(pictures)),),
        ).fetchone()
        raw.executemany("INSERT OR REPLACE INTO thumbnail (key, used, bytes, jpeg) VALUES (?, ?, ?, ?)", rows)
        raw.executemany(
            "UPDATE thumbnail SET used = max(used, ?) WHERE key = ?",
            [(used, key) for key, used in touched.items()],
        )
    return sum(size for _, _, size, _ in rows) - int(replaced)


def drop(database: Database, excess: int) -> int:
    """Drop up to DROPS pictures, the longest unused first, until ``excess`` bytes are gone; bytes gone."""
    with database.writing() as connection:
        raw = driver(connection)
        oldest = raw.execute("SELECT rowid, bytes FROM thumbnail ORDER BY used LIMIT ?", (DROPS,)).fetchall()
        gone, rows = 0, list[tuple[int]]()
        for row, size in oldest:
            if gone >= excess:
                break
            gone += size
            rows.append((row,))
        raw.executemany("DELETE FROM thumbnail WHERE rowid = ?", rows)
    return gone


def _total(database: Database) -> int | None:
    try:
        with database.reading() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            connection.exec_driver_sql("SELECT max(rowid) FROM thumbnail").scalar_one()
            total = connection.exec_driver_sql("SELECT coalesce(sum(bytes), 0) FROM thumbnail").scalar_one()
    except (ProjectDamaged, OperationalError):
        return None
    return int(total) if version == VERSION else None
