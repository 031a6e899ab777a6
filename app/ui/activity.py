"""What runs in the background right now, for the status bar."""

from dataclasses import dataclass

from app.domain.progress import Progress


@dataclass(frozen=True, slots=True)
class Activity:
    """One running piece of work: ``words`` name it, ``detail`` says on which device and how fast."""

    words: str
    detail: str
    progress: Progress


def left(seconds: float | None) -> str:
    """A duration the way a person says it, e.g. "2 min left"; empty while unknown."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{max(1, round(seconds))} s left"
    if seconds < 5400:
        return f"{round(seconds / 60)} min left"
    return f"{seconds / 3600:.1f} h left"
