"""A prepared data set on disk: the folder appears whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from mtss.locking import alone_for_now
from mtss.manifest import LABELS, Manifest
from mtss.problem import Problem

MANIFEST = "manifest.jsonl"
TRUTH = "truth.jsonl"  # beside it, where labels hide it


def check_empty(out: Path) -> None:
    """Raises Problem where `out` is a file or holds files: whole catalogues are never replaced."""
    _check_folder(out)
    if out.is_dir() and any(out.iterdir()):
        raise Problem(f"{out} already holds files: name a new or empty folder")


def check_free(out: Path) -> None:
    """Raises Problem where `out` is a file, or holds a manifest or a label space already."""
    _check_folder(out)
    for name in (MANIFEST, LABELS):
        if (out / name).exists():
            raise Problem(f"{out} already holds {name}; take another folder, or --overwrite")


@contextmanager
def whole_folder(out: Path) -> Generator[Path, None, None]:
    """A folder to fill; it becomes `out`, which must be new or empty, when the block ends well.

    Raises Problem when `out` is a file or holds files, OSError. Nothing half-filled ever stays.
    """
    out = out.resolve()
    check_empty(out)
    with _beside(out) as folder:
        check_empty(out)  # another process may have filled it since
        yield folder
        folder.replace(out)


def write_manifest(manifest: Manifest, out: Path) -> Path:
    """manifest.jsonl and labels.json into `out`; an earlier pair is replaced once both are written.

    Returns the manifest's path. Raises Problem, OSError.
    """
    if not out.is_dir() or not any(out.iterdir()):
        with whole_folder(out) as folder:
            manifest.write(folder / MANIFEST)
        return out / MANIFEST
    with _beside(out.resolve()) as folder:
        manifest.write(folder / MANIFEST)
        for name in (LABELS, MANIFEST):  # readers look for the manifest first: it comes last
            (folder / name).replace(out / name)
    return out / MANIFEST


def _check_folder(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise Problem(f"{out} is a file: name a new or empty folder")


@contextmanager
def _beside(out: Path) -> Generator[Path, None, None]:
    """A new folder on the same disk as `out`, gone again when the block ends.

    What a kill left there goes first. Raises Problem where another process is writing `out`.
    """
    beside = out.with_name(f".{out.name}.tmp")
    with alone_for_now(beside, f"{out}: another process is writing it now"):
        folder = beside / "new"
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
