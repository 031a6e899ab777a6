"""Answers in a file, a line each, which a later run can go on with."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from mtss.problem import Problem


class AnswerFile:
    """Appends one JSON object an image, with the model's version.

    Of images that have an answer already eight bytes each are kept in mind, so that a folder may be of any
    size. Raises Problem for a file that is there without `resume`, or that another model wrote.
    """

    def __init__(self, path: Path, model: str, *, resume: bool) -> None:
        self._model = model
        if path.exists() and not resume:
            raise Problem(f"{path} is there already: --resume goes on with it, another --out begins anew")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b")
        try:
            self._known = np.sort(np.array(self._read(path), np.uint64))
        except BaseException:
            self._file.close()
            raise

    def __len__(self) -> int:
        """Answers of the runs before."""
        return len(self._known)

    def __contains__(self, path: Path) -> bool:
        found = np.uint64(_digest(str(path)))
        at = int(np.searchsorted(self._known, found))
        return at < len(self._known) and bool(self._known[at] == found)

    def write(self, answer: dict[str, Any]) -> None:
        """Add a line, which a reader sees at once. Raises OSError."""
        self._file.write((json.dumps({**answer, "model": self._model}) + "\n").encode())
        self._file.flush()

    def __enter__(self) -> AnswerFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _read(self, path: Path) -> array[int]:
        """What is there; a last line that a kill cut off is taken away."""
        known = array("Q")
        self._file.seek(0)
        end = 0
        for number, line in _lines(self._file):
            try:
                entry = json.loads(line)
                image, model = str(entry["image"]), str(entry["model"])
            except (ValueError, KeyError, TypeError) as problem:
                raise Problem(f"{path}:{number}: not an answer of mtss predict --out") from problem
            if model != self._model:
                raise Problem(f"{path} was written by model {model}, not {self._model}: choose another --out")
            known.append(_digest(image))
            end += len(line)
        self._file.truncate(end)
        return known


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(file, start=1):
        if line.endswith(b"\n"):
            yield number, line


def _digest(image: str) -> int:
    return int.from_bytes(blake2b(image.encode("utf-8", "surrogateescape"), digest_size=8).digest(), "big")
