"""The library's directories, named as the user sees them: "shirts/summer"."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import Connection

from app.domain.paths import shown


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory that holds images. ``under`` begins with its image folder's own name."""

    id: int
    under: str
    below_root: str


def directories(connection: Connection) -> list[Directory]:
    """All directories in display order; image folders of equal name are told apart by a number."""
    roots = _root_names(connection)
    rows = connection.exec_driver_sql("SELECT id, folder_id, name FROM directory ORDER BY folder_id, path")
    return [
        Directory(
            row.id, f"{roots[row.folder_id]}/{row.name}" if row.name else roots[row.folder_id], row.name
        )
        for row in rows
    ]


def below(connection: Connection, under: str) -> list[int]:
    """Ids of the directory that is called so and of all within it.

    ``under`` is either a full name ("shirts/summer") or one below any image folder ("summer").
    """
    return [d.id for d in directories(connection) if _is_in(d.under, under) or _is_in(d.below_root, under)]


def _is_in(name: str, under: str) -> bool:
    return name == under or name.startswith(under + "/")


def _root_names(connection: Connection) -> dict[int, str]:
    seen: Counter[str] = Counter()
    names: dict[int, str] = {}
    for row in connection.exec_driver_sql("SELECT id, path FROM folder ORDER BY id"):
        path = os.fsdecode(row.path)
        name = shown(PurePosixPath(path).name or path)
        seen[name] += 1
        names[row.id] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return names
