"""A prepared data set on disk: the folder appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mtss.manifest import LABELS, Manifest
from mtss.problem import Problem

MANIFEST = "manifest.jsonl"
TRUTH = "truth.jsonl"  # beside it, where labels hide it


def check_free(out: Path) -> None:
    """Raises Problem where `out` is a file, or holds a manifest or a label space already."""
    if out.exists() and not out.is_dir():
        raise Problem(f"{out} is a file: name a new or empty folder")
    for name in (MANIFEST, LABELS):
        if (out / name).exists():
            raise Problem(f"{out} already holds {name}; take another folder, or --overwrite")


@contextmanager
def whole_folder(out: Path, over: Collection[str] = ()) -> Generator[Path, None, None]:
    """A folder to fill; it becomes `out` when the block ends well.

    `out` must be new or empty, or a catalogue of the types `over` and nothing else, which it then replaces.
    Raises Problem where it is not, OSError. Nothing half-filled ever stays.
    """
    out = out.resolve()
    _check_room(out, over)
    with _beside(out) as folder:
        yield folder
        _check_room(out, over)
        _swap(folder, out)


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


def _check_room(out: Path, over: Collection[str]) -> None:
    """Raises Problem where something else than a catalogue that may go is in the way: photographs, say."""
    if out.exists() and not out.is_dir():
        raise Problem(f"{out} is a file: name a new or empty folder")
    if not out.is_dir() or not any(out.iterdir()):
        return
    if not over or not (out / MANIFEST).is_file():
        raise Problem(f"{out} already holds files: name a new or empty folder")
    manifest = Manifest.read(out / MANIFEST)
    if set(manifest.space.names) != set(over):
        raise Problem(f"{out} holds a catalogue of another kind: name a new or empty folder")
    own = {sample.image for sample in manifest.samples} | {LABELS, MANIFEST, TRUTH}
    for path in sorted(out.rglob("*")):
        inner = path.relative_to(out)
        if not path.is_dir() and inner.as_posix() not in own:
            raise Problem(f"{out} holds more than a catalogue, {inner} say: name a new or empty folder")


def _swap(folder: Path, out: Path) -> None:
    """The folder becomes `out`; what was there is gone once it has."""
    if not out.exists():
        folder.replace(out)
        return
    with _beside(folder) as before, ExitStack() as undo:
        out.replace(before)
        undo.callback(before.replace, out)
        folder.replace(out)
        undo.pop_all()


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
