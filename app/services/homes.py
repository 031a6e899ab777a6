"""Where projects live and which ones are known: what the first window asks, so it opens no database."""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.services.places import data_folder
from app.services.settings import AppSettings
from app.store.file_names import DATABASE


@dataclass(frozen=True, slots=True)
class RecentProject:
    """A project opened before; ``missing`` when its folder is not there now."""

    folder: Path
    name: str
    opened: datetime
    missing: bool


def is_project(folder: Path) -> bool:
    """Whether the folder is a project's own."""
    return (folder / DATABASE).is_file()


def home_for(image_folder: Path) -> Path:
    """Where the project about an image folder lives: among the user's data, never in the image folder."""
    path = image_folder.absolute()
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    plain = "".join(c if c.isalnum() or c in "-_." else "_" for c in path.name)[:40]
    return data_folder() / "projects" / f"{plain or 'images'}-{digest}"


def recent(settings: AppSettings) -> list[RecentProject]:
    """Projects opened before, the newest first."""
    return [
        RecentProject(
            Path(r.folder), r.name, datetime.fromisoformat(r.opened), not is_project(Path(r.folder))
        )
        for r in settings.recent
    ]
