"""How far long work has come: the value that generators of work yield."""

from dataclasses import dataclass, field

from app.domain.changes import ChangeSet


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` units (total None while unknown), with what is being done in plain words."""

    done: int
    total: int | None
    words: str
    rate: float | None = None

    @property
    def fraction(self) -> float | None:
        """``done / total`` in [0, 1], or None while the total is unknown."""
        return None if not self.total else min(1.0, self.done / self.total)

    @property
    def seconds_left(self) -> float | None:
        """Estimated seconds to the end, or None while rate or total is unknown."""
        if self.total is None or not self.rate:
            return None
        return max(0.0, (self.total - self.done) / self.rate)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of long work: how far it is, and what the step changed."""

    progress: Progress
    changes: ChangeSet = field(default_factory=ChangeSet)
