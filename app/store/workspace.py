"""The one door to a project's databases."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock
from sqlalchemy import Connection

from app.domain.errors import ProjectError, ProjectMissing, ProjectUnwritable
from app.store import backups, lock, migrations
from app.store.database import Database
from app.store.derived import Derived
from app.store.file_names import DATABASE
from app.store.thumbnails import FILE, ThumbnailFile


class Workspace:
    """A project's folder, held by this process until closed.

    Reads come from any thread; writes wait for their turn. Queries live in the modules beside this one
    and take the workspace as first argument.
    """

    def __init__(self, folder: Path, held: BaseFileLock, database: Database, derived: Derived) -> None:
        self.folder = folder
        self.derived = derived
        self.thumbnails = ThumbnailFile(folder / "cache" / "thumbnails" / FILE)
        self._held = held
        self._database = database

    @classmethod
    def create(cls, folder: Path) -> "Workspace":
        """Make a new project in ``folder`` (created when absent). Raises ProjectError."""
        _make(folder)
        if (folder / DATABASE).exists():
            raise ProjectUnwritable(
                f"There is a project in {folder} already. Open it, or choose another folder."
            )
        return cls._hold(folder, new=True)

    @classmethod
    def open(cls, folder: Path) -> "Workspace":
        """Open the project in ``folder``, bringing an older one up to date after a backup."""
        if not (folder / DATABASE).is_file():
            raise ProjectMissing(f"There is no Lapel project in {folder}.")
        return cls._hold(folder, new=False)

    @classmethod
    def _hold(cls, folder: Path, *, new: bool) -> "Workspace":
        held = lock.take(folder)
        try:
            for name in ("models", "jobs", "cache", "backups"):
                _make(folder / name)
            path = folder / DATABASE
            if new:
                _create(path)
            else:
                _update(path, folder)
            derived = Derived.open(folder / "cache" / "derived.sqlite")
        except ProjectError:
            held.release()
            raise
        return cls(folder, held, Database(path, "FULL", attached=derived.path), derived)

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """One transaction on human truth, on disk when the block is left. For app.store only."""
        with self._database.writing() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """One consistent view, with the cache joined as ``derived``. For app.store only."""
        with self._database.reading() as connection:
            yield connection

    @property
    def waiting_writers(self) -> int:
        """How many writes wait for their turn."""
        return self._database.waiting_writers

    def close(self) -> None:
        """Close the databases and let go of the project."""
        self.thumbnails.close()
        self._database.close()
        self.derived.close()
        self._held.release()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectUnwritable(
            f"The folder {folder} cannot be made ({error.strerror}). Choose another place for the project."
        ) from error


def _create(path: Path) -> None:
    database = Database(path, "FULL")
    try:
        migrations.migrate(database, 0)
    finally:
        database.close()


def _update(path: Path, folder: Path) -> None:
    database = Database(path, "FULL")
    try:
        version = migrations.check(database, folder)
        if version < migrations.NEWEST:
            backups.write(path, folder / "backups", f"before-version-{migrations.NEWEST}")
            migrations.migrate(database, version)
    finally:
        database.close()
