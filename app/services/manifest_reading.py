"""A manifest line by line, so that a file of any size fits in memory; every problem names file and line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from app.domain.errors import ImportFailed
from mtss.sample import Sample, sample_from_json

_BATCH = 300  # lines; with six types below 2,000 rows a transaction


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was read: its number, what it says, and everything that stood in it."""

    number: int
    sample: Sample
    entries: dict[str, object]


def lines(manifest: Path) -> Iterator[Line]:
    """All lines that hold something. Raises ImportFailed."""
    try:
        with manifest.open("rb") as file:
            for number, text in enumerate(file, 1):
                if text.strip():
                    yield _line(manifest, number, text)
    except OSError as error:
        raise ImportFailed(f"{manifest} cannot be read: {error.strerror}.") from error


def batches(manifest: Path) -> Iterator[list[Line]]:
    """The lines in batches. Raises ImportFailed."""
    batch: list[Line] = []
    for line in lines(manifest):
        batch.append(line)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def failed(manifest: Path, number: int, words: str) -> ImportFailed:
    """The error that names the line."""
    return ImportFailed(f"{manifest}:{number}: {words.rstrip('.')}. Nothing was imported.")


def _line(manifest: Path, number: int, text: bytes) -> Line:
    try:
        entries = json.loads(text)
        return Line(number, sample_from_json(entries), cast("dict[str, object]", entries))
    except json.JSONDecodeError as error:
        raise failed(manifest, number, f"this is not JSON ({error.msg})") from error
    except ValueError as error:
        raise failed(manifest, number, str(error)) from error
