"""Copies of a project's decisions, kept in rotation."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from app.store import backups
from app.store.file_names import DATABASE
from app.store.workspace import Workspace

EVERY = timedelta(minutes=30)  # of work
_NEWEST = 10
_DAYS = 14


class _Holder(Protocol):
    @property
    def workspace(self) -> Workspace: ...


def back_up(project: _Holder) -> Path:
    """Copy project.sqlite now, whoever writes meanwhile; drop copies that the rotation no longer keeps."""
    folder = project.workspace.folder
    made = backups.write(folder / DATABASE, folder / "backups")
    for path in _superfluous(backups.found(folder / "backups")):
        path.unlink(missing_ok=True)
    return made


def back_up_when_due(project: _Holder) -> Path | None:
    """Copy when the newest copy is older than ``EVERY``: called on opening and every half hour of work.

    Copies from the future, made before the clock was set back, keep none from being made.
    """
    now = datetime.now(UTC)
    if any(now - EVERY < taken(path) <= now for path in list_backups(project)):
        return None
    return back_up(project)


def list_backups(project: _Holder) -> list[Path]:
    """All copies, the newest first."""
    return backups.found(project.workspace.folder / "backups")


def taken(path: Path) -> datetime:
    """When a copy was made. Raises ValueError for a name that is no copy's."""
    match = backups.MOMENT.match(path.name)
    if match is None:
        raise ValueError(path.name)
    return datetime.strptime(match.group(1), "%Y%m%dT%H%M%S-%f").replace(tzinfo=UTC)


def _superfluous(found: list[Path]) -> list[Path]:
    """All but the newest ten, the newest of each of the last fourteen days, and those before an update."""
    kept = {*found[:_NEWEST]}
    oldest = datetime.now(UTC).date() - timedelta(days=_DAYS)
    days: set[object] = set()
    for path in found:
        day = taken(path).date()
        if (day not in days and day >= oldest) or "before-version" in path.name:
            kept.add(path)
        days.add(day)
    return [path for path in found if path not in kept]
