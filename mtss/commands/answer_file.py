"""Answers in a file, a line each, which a later run can go on with."""

from __future__ import annotations

import json
from array import array
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from mtss.problem import Problem

IMAGE, ANSWERS = b'{"image": "', (b'suggestions": {', b'error": "')  # what every answer begins with


class AnswerFile:
    """Appends one JSON object an image, with the model's version.

    Of images that have a line already eight bytes each are kept in mind, so that a folder may be of any
    size. Those that could not be read are asked about again: a second line answers where they now can be.
    Raises Problem for a file that is there without `resume`, or that another model wrote.
    """

    def __init__(self, path: Path, model: str, *, resume: bool) -> None:
        self._model = model
        if path.is_dir():
            raise Problem(f"{path} is a folder: --out is the file for the answers")
        if path.exists() and not resume:
            raise Problem(f"{path} is there already: --resume goes on with it, another --out begins anew")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b")
        try:
            known, failed = self._read(path)
            self._known, self._failed = (np.sort(np.array(found, np.uint64)) for found in (known, failed))
        except BaseException:
            self._file.close()
            raise

    def __len__(self) -> int:
        """Answers of the runs before."""
        return len(self._known)

    def __contains__(self, path: Path) -> bool:
        return _holds(self._known, str(path))

    def write(self, answer: dict[str, Any]) -> None:
        """Add a line, which a reader sees at once; that an image still cannot be read is not said again.

        Raises OSError.
        """
        if "error" in answer and _holds(self._failed, answer["image"]):
            return
        self._file.write((json.dumps({**answer, "model": self._model}) + "\n").encode())
        self._file.flush()

    def __enter__(self) -> AnswerFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _read(self, path: Path) -> tuple[array[int], array[int]]:
        """Who has an answer there, and who an error; a last line that a kill cut off is taken away."""
        known, failed = array("Q"), array("Q")
        self._file.seek(0)
        end = 0
        for number, line in enumerate(self._file, start=1):
            whole = line.endswith(b"\n")
            if not whole and _is_cut_off(line):
                break
            image, model, answered = _parsed(line, f"{path}:{number}")
            if model != self._model:
                raise Problem(f"{path} was written by model {model}, not {self._model}: choose another --out")
            if whole:  # or else it lacks its end alone: answered once more
                (known if answered else failed).append(_digest(image))
                end += len(line)
        self._file.truncate(end)
        return known, failed


def _parsed(line: bytes, where: str) -> tuple[str, str, bool]:
    """Image, model, and whether it is an answer. Raises Problem."""
    try:
        entry = json.loads(line)
        return str(entry["image"]), str(entry["model"]), "error" not in entry
    except (ValueError, KeyError, TypeError) as problem:
        raise Problem(f"{where}: not an answer of mtss predict --out") from problem


def _is_cut_off(line: bytes) -> bool:
    """Whether it is the beginning of an answer, and not all of one."""
    if _is_json(line) or not _begins(line, IMAGE):
        return False
    _, found, rest = line.partition(b'", "')  # within a name each quote has its backslash
    return not found or any(_begins(rest, words) for words in ANSWERS)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _begins(line: bytes, words: bytes) -> bool:
    """Whether it begins with the words, as far as it goes."""
    return line.startswith(words) or words.startswith(line)


def _holds(digests: np.ndarray, image: str) -> bool:
    """Whether sorted digests have an image's."""
    found = np.uint64(_digest(image))
    at = int(np.searchsorted(digests, found))
    return at < len(digests) and bool(digests[at] == found)


def _digest(image: str) -> int:
    return int.from_bytes(blake2b(image.encode("utf-8", "surrogateescape"), digest_size=8).digest(), "big")
