"""The manifest: the JSON Lines file of labelled images that training and evaluation read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from mtss.content import Box, content_hash
from mtss.labels import LabelSpace
from mtss.problem import Problem
from mtss.replacing import replace_files
from mtss.sample import Sample, SampleProblem, sample_from_json, sample_to_json

__all__ = ["Box", "Manifest", "ManifestProblem", "Sample", "change_since_labelled"]

LABELS = "labels.json"
EXPECTED = (
    'one JSON object a line is, for every image {"image": "a.jpg", "labels": {…}}, and labels.json beside'
)


class ManifestProblem(Problem):
    """A manifest that cannot be read; the message names file and line."""


@dataclass(frozen=True)
class Manifest:
    """Samples, the folder that relative image paths start from, and the label space beside them."""

    samples: tuple[Sample, ...]
    root: Path
    space: LabelSpace

    def __init__(self, samples: Sequence[Sample], root: Path, space: LabelSpace) -> None:
        object.__setattr__(self, "samples", tuple(samples))
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "space", space)

    @staticmethod
    def read(path: Path, root: Path | None = None, space: LabelSpace | None = None) -> Manifest:
        """Read a manifest and the `labels.json` beside it.

        `root`: where relative paths start (default: the manifest's folder).
        Raises ManifestProblem ("file:line: reason"), LabelProblem, or OSError.
        """
        if path.is_dir():
            raise ManifestProblem(f"{path} is a folder: name the manifest in it (manifest.jsonl)")
        if not path.is_file():
            raise ManifestProblem(f"{path}: there is no such manifest")
        _check_kind(path)
        if space is None:
            beside = path.parent / LABELS
            if not beside.is_file():
                raise ManifestProblem(f"{beside}: the label space of {path.name} is missing")
            space = LabelSpace.read(beside)
        with path.open("rb") as lines:
            samples = tuple(_read_lines(path, lines, space))
        return Manifest(samples, root or path.parent, space)

    def write(self, path: Path) -> None:
        """Write the manifest and `labels.json` beside it, both or neither (paths are kept as they stand)."""
        lines = "".join(json.dumps(sample_to_json(s)) + "\n" for s in self.samples)
        replace_files({path.parent / LABELS: self.space.to_bytes(), path: lines.encode("ascii")})

    def resolve(self, sample: Sample) -> Path:
        """The image's path; names that are not UTF-8 come back as surrogate escapes, as `os` gives them."""
        return self.root / sample.image


def change_since_labelled(path: Path, sample: Sample) -> str | None:
    """Why the file is no longer what was labelled, in words, or None when it is the same.

    Equal size and modification time are taken as equality; otherwise the hash decides where there is one.
    """
    try:
        status = path.stat()
    except OSError as problem:
        return f"cannot be read: {problem.strerror}"
    if sample.size is not None and status.st_size != sample.size:
        return "changed since it was labelled"
    if sample.size is not None and sample.mtime is not None and status.st_mtime == sample.mtime:
        return None
    if sample.hash is not None and content_hash(path) != sample.hash:
        return "changed since it was labelled"
    return None


def _check_kind(path: Path) -> None:
    """Refuse what is something else, by its first line: a label space, COCO's one object, a list, a table."""
    if path.name == LABELS:
        raise ManifestProblem(f"{path} is the label space: name the manifest beside it (manifest.jsonl)")
    with path.open("rb") as lines:
        first = next((line for line in lines if line.strip()), b'{"image": ""}')
    try:
        entry = json.loads(first)
    except (ValueError, RecursionError):
        if path.suffix == ".jsonl":
            return  # reading its lines names the fault
        entry = None
    if not isinstance(entry, dict) or "image" not in entry:
        raise ManifestProblem(f"{path} is no manifest: {EXPECTED}")


def _read_lines(path: Path, lines: Iterable[bytes], space: LabelSpace) -> Iterable[Sample]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            sample = sample_from_json(json.loads(line))
            check_labels(sample, space)
        except (ValueError, RecursionError) as problem:
            _fail(path, number, problem)
        yield sample


def _fail(path: Path, number: int, problem: ValueError | RecursionError) -> NoReturn:
    reason = str(problem)
    if isinstance(problem, json.JSONDecodeError):
        reason = f"not JSON ({problem.msg})"
    elif isinstance(problem, UnicodeDecodeError):
        reason = "not UTF-8"
    elif isinstance(problem, RecursionError):
        reason = "nested too deeply"
    raise ManifestProblem(f"{path}:{number}: {reason}") from problem


def check_labels(sample: Sample, space: LabelSpace) -> None:
    """Refuse what the label space does not hold, two classes where one is allowed, and contradictions."""
    for name in (*sample.not_applicable, *sample.partial):
        _ = space[name]
    for labels in (sample.labels, sample.negative):
        for name, classes in labels.items():
            attribute = space[name]
            for label in classes:
                attribute.index(label)
    for name, classes in sample.labels.items():
        if space[name].selection == "single" and len(classes) > 1:
            raise SampleProblem(f"type '{name}' takes one class, not {len(classes)}")
        if both := set(classes) & set(sample.negative.get(name, ())):
            raise SampleProblem(f"type '{name}' has '{min(both)}' as a label and as a negative at once")
        if name in sample.not_applicable and classes:
            raise SampleProblem(f"type '{name}' is labelled and not applicable at once")
