"""What a training needs only while it runs is dropped once it is over: most of its folder's bytes."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from app.domain.jobs import Job, JobState
from app.services.job_folder import JobFolder


def prune(folder: JobFolder, job: Job) -> None:
    """Drop what nobody reads again; manifest, log, events, outcome and the model's card stay.

    A model that is not registered yet stays too, with what it was taught: it is still to be judged. What
    cannot be deleted now is tried again with the next look.
    """
    if not job.state.is_over:
        return  # over is what has written its outcome, or is dead: it opens nothing any more
    with suppress(OSError):
        for path in [p for p in _spent(folder, job) if p.exists()]:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _spent(folder: JobFolder, job: Job) -> Iterator[Path]:
    yield folder.features
    wanted = job.state is JobState.SUCCEEDED and job.model is None
    if wanted:
        yield folder.model / "checkpoints"
        yield folder.model / "features.npz"
    else:
        yield folder.learned
        yield from (p for p in folder.model.glob("*") if p.suffix != ".json")
