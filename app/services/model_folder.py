"""Keeping a model in the project: its folder is copied under ``models/`` complete or not at all."""

import filecmp
import shutil
from collections.abc import Iterable
from pathlib import Path

from app.domain.errors import DiskFull
from app.services.process_lock import waiting_lock

MODEL = "model.onnx"
_COMPANIONS = ("card.json", "labels.json", "dictionary.json", "calibration.json")


def keep(file: Path, folder: Path, more: Iterable[Path] = ()) -> Path:
    """Copy a model, its readable companions and ``more`` into ``folder``; the file as kept there.

    A folder that holds this model already is left alone: somebody may have it open. Raises DiskFull.
    """
    try:
        with waiting_lock(folder.parent / "keeping.lock"):
            if not _holds(folder, file):
                _copy([file, *(file.with_name(name) for name in _COMPANIONS), *more], folder)
    except OSError as error:
        raise DiskFull(f"The new model could not be kept ({error.strerror}); nothing changed.") from error
    return folder / MODEL


def _holds(folder: Path, file: Path) -> bool:
    kept = folder / MODEL
    return kept.exists() and filecmp.cmp(kept, file, shallow=False)


def _copy(files: Iterable[Path], folder: Path) -> None:
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        for number, file in enumerate(files):
            if number == 0 or file.exists():
                shutil.copyfile(file, partial / (MODEL if number == 0 else file.name))
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
