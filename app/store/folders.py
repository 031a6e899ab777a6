"""Image folders that the project refers to."""

import os
from pathlib import Path

from app.domain.changes import ChangeSet
from app.domain.ids import FolderId
from app.domain.item import Folder
from app.store.workspace import Workspace

_LIBRARY = ChangeSet(library=True)


def add(workspace: Workspace, path: Path) -> FolderId:
    """Refer to a folder; one that is known already keeps its id."""
    with workspace.writing() as connection:
        connection.exec_driver_sql("INSERT OR IGNORE INTO folder (path) VALUES (?)", (os.fsencode(path),))
        row = connection.exec_driver_sql("SELECT id FROM folder WHERE path = ?", (os.fsencode(path),))
        return FolderId(row.scalar_one())


def folders(workspace: Workspace, types: int) -> list[Folder]:
    """All folders with their counts; labelled = images on which all ``types`` are decided."""
    with workspace.reading() as connection:
        counted = connection.exec_driver_sql(
            "SELECT d.folder_id, count(*), sum(i.decided >= ?) FROM item i JOIN directory d "
            "ON d.id = i.directory_id GROUP BY d.folder_id",
            (max(types, 1),),
        )
        counts = {row[0]: (row[1], row[2]) for row in counted}
        rows = connection.exec_driver_sql("SELECT id, path, problem FROM folder ORDER BY id")
        return [
            Folder(FolderId(r.id), os.fsdecode(r.path), *counts.get(r.id, (0, 0)), problem=r.problem)
            for r in rows
        ]


def paths(workspace: Workspace) -> dict[FolderId, str]:
    """The absolute path of each folder."""
    with workspace.reading() as connection:
        rows = connection.exec_driver_sql("SELECT id, path FROM folder ORDER BY id")
        return {FolderId(r.id): os.fsdecode(r.path) for r in rows}


def set_problem(workspace: Workspace, folder: FolderId, words: str) -> ChangeSet:
    """Say why a folder cannot be read, or that it can (empty words)."""
    with workspace.writing() as connection:
        connection.exec_driver_sql("UPDATE folder SET problem = ? WHERE id = ?", (words, folder))
    return _LIBRARY


def move(workspace: Workspace, folder: FolderId, path: Path) -> ChangeSet:
    """Look for a folder's images in another place from now on; everything known of them stays."""
    with workspace.writing() as connection:
        connection.exec_driver_sql("UPDATE folder SET path = ? WHERE id = ?", (os.fsencode(path), folder))
    return _LIBRARY
