"""What a job's folder says about it: stages, losses, time left, how it ended."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from app.domain.jobs import CurvePoint, Job, JobState
from app.services.job_folder import JobFolder, Outcome

_LOST = "The training process ended without a word: it was killed, the power was cut, or memory ran out."
_NO_SPACE = re.compile(r"No space left on device|Errno 28|ENOSPC|Disk quota exceeded|disk is full")
_NO_MEMORY = re.compile(
    r"MemoryError|out of memory|Cannot allocate memory|DefaultCPUAllocator|bad_alloc"
    r"|Memory allocation still failed|failed to map segment",  # OpenBLAS, the dynamic loader
    re.I,
)
_KEPT = "The model in use stays as it was."
_STATES = {
    "succeeded": JobState.SUCCEEDED,
    "failed": JobState.FAILED,
    "cancelled": JobState.CANCELLED,
}


def look_at(job: Job, folder: JobFolder) -> Job:
    """The job as its folder shows it now. The lock is read before the outcome: the child writes its outcome
    while it still holds the lock, so "not alive and no outcome" cannot be a child that is just ending."""
    alive = folder.is_alive()
    outcome = folder.outcome()
    seen = _with_events(job, folder.events())
    if outcome is not None:
        return _ended(seen, outcome, folder)
    if alive:
        waiting = not seen.words
        words = "Starting" if waiting else "Stopping" if folder.is_asked_to_stop() else seen.words
        return replace(seen, state=JobState.WAITING if waiting else JobState.RUNNING, words=words)
    if folder.is_asked_to_stop():
        return replace(seen, state=JobState.CANCELLED, seconds_left=None, reason="Cancelled.")
    return replace(seen, state=JobState.LOST, seconds_left=None, reason=f"{_why(folder) or _LOST} {_KEPT}")


def _ended(job: Job, outcome: Outcome, folder: JobFolder) -> Job:
    state = _STATES[outcome.state]
    reason = outcome.reason
    if state is JobState.FAILED:
        reason = f"{_why(folder, reason) or _sentence(reason)} {_KEPT}"
    progress = 1.0 if state is JobState.SUCCEEDED else job.progress
    return replace(job, state=state, progress=progress, seconds_left=None, reason=reason)


def _sentence(words: str) -> str:
    """The command line's words begin small and end without a full stop."""
    text = words.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".") if text else ""


def _why(folder: JobFolder, reason: str = "") -> str:
    """The plain reason behind a traceback or a bare message, where it is one of the usual ones."""
    text = reason + "\n" + folder.log_tail()
    if _NO_SPACE.search(text):
        return "The disk is full. Free some space and train again."
    if _NO_MEMORY.search(text):
        return "Memory ran out. Close other programs, or choose the CPU in the settings, and train again."
    return ""


def _with_events(job: Job, events: Sequence[Mapping[str, object]]) -> Job:
    if not events:
        return job
    last = events[-1]
    devices = [str(e["device"]) for e in events if e.get("device")]
    return replace(
        job,
        progress=_number(last.get("progress")) or 0.0,
        words=_words(last),
        device=devices[-1] if devices else job.device,
        seconds_left=_number(last.get("eta_s")),
        curve=tuple(p for e in events if (p := _point(e)) is not None),
    )


def _point(event: Mapping[str, object]) -> CurvePoint | None:
    losses = event.get("losses")
    if event.get("kind") != "epoch" or not isinstance(losses, Mapping):
        return None
    loss = _number(cast("Mapping[str, object]", losses).get("loss"))
    if loss is None:
        return None
    return CurvePoint(_stage(event), int(_number(event.get("epoch")) or 0), loss, _number(event.get("score")))


def _words(event: Mapping[str, object]) -> str:
    """What is being done, e.g. "Teacher 4 of 6, fabric · epoch 11 of 20"."""
    words, epoch, epochs = _stage(event) or "Running", event.get("epoch"), event.get("epochs")
    if epoch is None:
        return words
    return f"{words} · epoch {epoch} of {epochs}" if epochs else f"{words} · epoch {epoch}"


def _stage(event: Mapping[str, object]) -> str:
    stage = str(event.get("stage") or "")
    return stage[:1].upper() + stage[1:]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
