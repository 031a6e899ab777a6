"""One Lapel a project: a lock of the operating system, which a killed process cannot leave behind."""

from pathlib import Path

from filelock import FileLock, Timeout

from app.domain.errors import ProjectBusy, ProjectUnwritable


def take(folder: Path) -> FileLock:
    """Hold the project of this folder. Raises ProjectBusy, or ProjectUnwritable."""
    # Not a thread's own: a project is opened on one thread and may be let go on another.
    lock = FileLock(folder / "project.lock", blocking=False, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise ProjectBusy(
            f"The project in {folder} is open in another Lapel. Close it there, then open it here."
        ) from error
    except OSError as error:
        raise ProjectUnwritable(
            f"The folder {folder} cannot be written to ({error.strerror}). Nothing was changed. Check its "
            "permissions, or copy the project to another place and open it there."
        ) from error
    return lock
