"""A training job's folder: the only thing that the application and the training child share.

::

    manifest.jsonl, labels.json   the frozen snapshot          log.txt        everything the child printed
    features.npz                  what need not be decoded     events.jsonl   appended by the child
    config.json                   what was asked for           outcome.json   written last, by replace
    alive.lock                    held while the child lives   cancel         asks the child to stop
    learned.json                  what was said of each image  model/         where the child exports to
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.domain.ids import JobId
from app.services.process_lock import is_held

if TYPE_CHECKING:
    from app.services.projects import Project

_LOG_TAIL_BYTES = 64_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the child says it ended. ``metrics`` as ``mtss evaluate --json`` prints them."""

    state: str
    reason: str
    model: Path | None
    metrics: dict[str, object]


@dataclass(frozen=True, slots=True)
class JobFolder:
    """The paths and the reading of one job folder; nothing here writes what the child owns."""

    path: Path

    @property
    def manifest(self) -> Path:
        return self.path / "manifest.jsonl"

    @property
    def features(self) -> Path:
        return self.path / "features.npz"

    @property
    def learned(self) -> Path:
        return self.path / "learned.json"

    @property
    def config(self) -> Path:
        return self.path / "config.json"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def lock(self) -> Path:
        return self.path / "alive.lock"

    @property
    def model(self) -> Path:
        return self.path / "model"

    def is_alive(self) -> bool:
        """Whether the child still runs: its lock ends with it, however it ends."""
        return is_held(self.lock)

    def ask_to_stop(self) -> None:
        """Leave the word that the child looks for between two steps."""
        (self.path / "cancel").touch()

    def is_asked_to_stop(self) -> bool:
        """Whether somebody asked this job to stop."""
        return (self.path / "cancel").exists()

    def outcome(self) -> Outcome | None:
        """How the child ended, or None while it has not said so."""
        try:
            entry = json.loads((self.path / "outcome.json").read_bytes())
        except FileNotFoundError:
            return None
        model = entry.get("model")
        return Outcome(
            state=str(entry["state"]),
            reason=str(entry.get("reason") or ""),
            model=Path(model) if model else None,
            metrics=dict(entry.get("metrics") or {}),
        )

    def events(self) -> list[dict[str, object]]:
        """All whole lines of events so far; a line still being written is left for the next look."""
        try:
            content = (self.path / "events.jsonl").read_bytes()
        except FileNotFoundError:
            return []
        whole, _, _ = content.rpartition(b"\n")
        return [cast("dict[str, object]", json.loads(line)) for line in whole.splitlines() if line.strip()]

    def settings(self) -> dict[str, object]:
        """What the job was asked to do; empty when the folder is gone."""
        try:
            return cast("dict[str, object]", json.loads(self.config.read_bytes()))
        except FileNotFoundError:
            return {}

    def log_tail(self) -> str:
        """The last lines that the child printed."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, log.seek(0, 2) - _LOG_TAIL_BYTES))
                return log.read().decode("utf-8", errors="replace")
        except FileNotFoundError:
            return ""


def folder_of(project: Project, job: JobId) -> JobFolder:
    """A job's folder inside the project."""
    return JobFolder(project.folder / "jobs" / job)
