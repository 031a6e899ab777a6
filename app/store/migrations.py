"""From any past version of project.sqlite to today's: one small step in one transaction each."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from app.domain.errors import ProjectDamaged, ProjectTooNew
from app.store import version1
from app.store.database import Database

APPLICATION_ID = 0x4C41504C  # "LAPL": tells a Lapel project from any other SQLite file

Migration = Callable[[Connection], None]


def _to_1(connection: Connection) -> None:
    for statement in version1.STATEMENTS:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")


def _to_2(connection: Connection) -> None:
    """A class that only past decisions name can be put out of sight."""
    connection.exec_driver_sql("ALTER TABLE attribute_class ADD COLUMN removed INTEGER NOT NULL DEFAULT 0")


MIGRATIONS: tuple[Migration, ...] = (_to_1, _to_2)
NEWEST = len(MIGRATIONS)


def version_of(database: Database) -> int:
    """The schema version that the file carries; 0 for an empty file."""
    with database.reading() as connection:
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def check(database: Database, folder: Path) -> int:
    """The version of an existing project's file. Raises ProjectTooNew or ProjectDamaged."""
    with database.reading() as connection:
        owner = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    version = version_of(database)
    if owner != APPLICATION_ID or version < 1:
        raise ProjectDamaged(
            f"{folder / 'project.sqlite'} is not a Lapel project. It was left as it is. If it was one, "
            f"copies from earlier lie in {folder / 'backups'}."
        )
    if version > NEWEST:
        raise ProjectTooNew(
            f"This project was written by a newer Lapel (version {version}; this one reads up to {NEWEST}). "
            "It was left as it is. Update Lapel, or restore a copy from before the update. Copies lie in "
            f"{folder / 'backups'}."
        )
    return version


def migrate(database: Database, version: int) -> None:
    """Bring the file from ``version`` to the newest, step by step."""
    for number, step in enumerate(MIGRATIONS[version:], version + 1):
        with database.writing() as connection:
            step(connection)
            connection.exec_driver_sql(f"PRAGMA user_version={number}")
