"""A prepared data set on disk: the folder appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from mtss.manifest import Manifest
from mtss.problem import Problem

LABELS, MANIFEST = "labels.json", "manifest.jsonl"


@contextmanager
def whole_folder(out: Path) -> Generator[Path, None, None]:
    """A folder to fill; it becomes `out`, which must be new or empty, when the block ends well.

    Raises Problem when `out` is a file or holds files, OSError. Nothing half-filled ever stays.
    """
    out = out.resolve()
    if out.exists() and not out.is_dir():
        raise Problem(f"{out} is a file: name a new or empty folder")
    if out.is_dir() and any(out.iterdir()):
        raise Problem(f"{out} already holds files: name a new or empty folder")
    with _beside(out) as folder:
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


@contextmanager
def _beside(out: Path) -> Generator[Path, None, None]:
    """A new folder on the same disk as `out`, gone again when the block ends."""
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    folder.mkdir()
    try:
        yield folder
    finally:
        if folder.exists():
            shutil.rmtree(folder)
