"""Background training as a value that can describe itself."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.ids import JobId, ModelId


class JobState(StrEnum):
    """Where a job stands. LOST: its process is gone and left no outcome (killed, power cut, no memory)."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self not in (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of a training curve: part of the run, epoch, training loss, validation score."""

    part: str
    epoch: int
    training: float
    validation: float | None


@dataclass(frozen=True, slots=True)
class Job:
    """A training job as read from its folder. ``progress`` in [0, 1]; ``words`` say what it is doing."""

    id: JobId
    state: JobState
    started: datetime
    progress: float = 0.0
    words: str = ""
    device: str = ""
    seconds_left: float | None = None
    reason: str = ""
    labels: int = 0
    model: ModelId | None = None
    curve: tuple[CurvePoint, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A registered model: what trained it, how it did on held-out images, and where its file lies.

    ``metrics`` maps a type's name to F1@1 on the held-out split; ``images`` to the images behind it.
    ``demo`` marks the shipped student, which knows drawn garments only.
    """

    id: ModelId
    name: str
    path: str
    file_hash: str
    created: datetime
    active: bool
    demo: bool
    labels: int
    metrics: dict[str, float]
    baseline: dict[str, float]
    images: dict[str, int]
    backbone: str
    problem: str = ""

    @property
    def is_foreign(self) -> bool:
        """Whether it was made elsewhere, shipped or from a file: calibrated on other people's images."""
        return self.demo or not self.labels
