"""Copies of project.sqlite by SQLite's backup interface: consistent even while someone writes."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from app.store.failures import in_words

PATTERN = "project-*.sqlite"
MOMENT = re.compile(r"project-(\d{8}T\d{6}-\d{6})Z")
"""The names that copies have; any other file in the folder is somebody else's."""


def write(database: Path, folder: Path, note: str = "") -> Path:
    """Copy ``database`` into ``folder``, named by the moment in UTC. Leaves no half copy."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S-%fZ")
    target = folder / f"project-{moment}{'-' + note if note else ''}.sqlite"
    unfinished = target.with_suffix(".part")
    try:
        with in_words(folder), closing(_open(database)) as source, closing(_open(unfinished)) as copy:
            source.backup(copy, pages=2_000)
            copy.execute("PRAGMA journal_mode=DELETE").fetchone()
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def found(folder: Path) -> list[Path]:
    """The copies in ``folder``, the newest first."""
    return sorted((p for p in folder.glob(PATTERN) if MOMENT.match(p.name)), reverse=True)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=30, isolation_level=None)
