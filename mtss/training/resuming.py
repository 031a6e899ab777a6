"""Where a stage left off, so that a run which was stopped or killed goes on as if it had not been."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from mtss.sample import Sample
from mtss.training.checkpoint import CheckpointProblem, read_tensors, write_tensors
from mtss.training.provenance import versions

PROGRESS = ".progress.pt"  # how checkpoints' names end
OWNER = "run.txt"  # beside the checkpoints, until the run has come to its end
SECONDS = 10.0  # between two checkpoints: what a kill costs at most


class ResumeProblem(CheckpointProblem):
    """A checkpoint that this run cannot go on from; the message is meant for the user."""


def fingerprint(settings: object, samples: Sequence[Sample], *features: np.ndarray | None) -> str:
    """Same settings, same labels, same features: sha256 in hexadecimal."""
    digest = hashlib.sha256(repr(settings).encode())
    for sample in samples:
        digest.update(repr(sample).encode("utf-8", "surrogatepass"))
    for rows in features:
        if rows is not None:
            digest.update(repr(rows.shape).encode() + np.ascontiguousarray(rows).tobytes())
    return digest.hexdigest()


@dataclass
class Keeper:
    """One stage's checkpoint: `state` is whatever the loop needs, in tensors and plain values."""

    path: Path
    of: str  # the fingerprint
    resume: bool = True
    seconds: float = SECONDS
    by: dict[str, str] = field(default_factory=versions)  # the same to the bit is what others do not promise
    _saved: float = field(default_factory=time.monotonic)

    @property
    def is_due(self) -> bool:
        """Whether so much time has passed that it is worth writing one."""
        return time.monotonic() - self._saved >= self.seconds

    def load(self) -> dict[str, Any] | None:
        """What was kept, or None where there is nothing to go on from. Raises CheckpointProblem."""
        if not self.resume or not self.path.exists():
            return None
        content = read_tensors(self.path, "of", "state", by={})
        if content["by"] != self.by:
            theirs = [
                f"{name} {there}" for name, there in content["by"].items() if self.by.get(name) != there
            ]
            raise ResumeProblem(
                f"{self.path.parent}: the run there was made by another version "
                f"({', '.join(theirs) or 'an older one'}); start anew with --overwrite"
            )
        if content["of"] != self.of:
            raise ResumeProblem(
                f"{self.path.parent}: the run there had other images, labels or settings; "
                "start anew with --overwrite"
            )
        return content["state"]

    def save(self, state: dict[str, Any]) -> None:
        """Written beside and replaced: a kill in the middle leaves the one before. Raises OSError."""
        self._saved = time.monotonic()  # where there is no room, not every step tries again
        write_tensors(self.path, {"by": self.by, "of": self.of, "state": state})


@dataclass(frozen=True)
class Checkpoints:
    """Where the stages of a run keep theirs, how often, and whether what is there is gone on from.

    `of`: whose run it is, so that no other takes over one of its stages.
    """

    folder: Path
    resume: bool = False
    seconds: float = SECONDS
    of: str = "train"

    def keeper(self, stage: str, of: str) -> Keeper:
        """That of one stage; `of` is what it must have been made from."""
        return Keeper(self.folder / f"{stage}{PROGRESS}", of, self.resume, self.seconds)

    def within(self, name: str) -> Checkpoints:
        """For stages of the same names that come later in the same run."""
        return replace(self, folder=self.folder / name)

    @contextmanager
    def running(self) -> Generator[None, None, None]:
        """All stages of the run. Where it comes to its end, nothing is left to go on from.

        One that begins anew has nothing to go on from either, in no stage.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.resume:
            self._clear()
        (self.folder / OWNER).write_text(self.of, encoding="utf-8")
        yield
        self._clear()

    def _clear(self) -> None:
        for path in list(self.folder.rglob(f"*{PROGRESS}")):
            path.unlink()
            if path.parent != self.folder and not any(path.parent.iterdir()):
                path.parent.rmdir()
        (self.folder / OWNER).unlink(missing_ok=True)
