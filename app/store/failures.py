"""SQLite's failures of the world, said in words; our own mistakes pass through untouched."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from app.domain.errors import DiskFull, ProjectBusy, ProjectDamaged, ProjectError, ProjectUnwritable

_PRIMARY = 0xFF  # SQLite's extended codes carry the primary code in their lowest byte


@contextmanager
def in_words(folder: Path) -> Generator[None]:
    """Turn a disk's failure inside the block into a ProjectError that names ``folder``."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error) and (told := _told(error.orig, folder)):
            raise told from error
        raise
    except sqlite3.Error as error:
        if told := _told(error, folder):
            raise told from error
        raise


def _told(error: sqlite3.Error, folder: Path) -> ProjectError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    match code & _PRIMARY:
        case sqlite3.SQLITE_FULL:
            return DiskFull(
                f"No space is left for the project in {folder}. This change was not saved; everything before "
                "it is. Free some space and repeat it."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return ProjectUnwritable(
                f"The folder {folder} cannot be written to. Nothing was changed. Check its permissions, or "
                "copy the project to another place and open it there."
            )
        case sqlite3.SQLITE_IOERR:
            return ProjectUnwritable(
                f"The disk with {folder} did not take the change ({error}). It was not saved; everything "
                "before it is. Check the disk and its free space, then repeat it."
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return ProjectDamaged(
                f"The database in {folder} is damaged and was left as it is. Copies from earlier lie in "
                f"{folder / 'backups'}; the newest one can be restored."
            )
        case sqlite3.SQLITE_BUSY:
            return ProjectBusy(f"Another program holds the database in {folder}. Close it and try again.")
        case _:
            return None
