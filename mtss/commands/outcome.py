"""outcome.json: how a run ended, told even where the disk is full by then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESERVED = 65_536  # bytes: the measures of forty types


class OutcomeFile:
    """Room for outcome.json is taken when the run begins; the end is written into that room.

    The outcome of an earlier run is forgotten first. Raises OSError when not even this much is free.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "outcome.json"
        self._room = folder / "outcome.json.tmp"
        self._path.unlink(missing_ok=True)
        taken = False
        try:
            self._room.write_bytes(b" " * RESERVED)
            taken = True
        finally:
            if not taken:
                self._room.unlink(missing_ok=True)

    def give_back(self) -> None:
        """The room, where a run was refused before it began."""
        self._room.unlink(missing_ok=True)

    def write(self, outcome: dict[str, Any]) -> None:
        with self._room.open("r+b") as file:
            file.write((json.dumps(outcome) + "\n").encode())
            file.truncate()
        self._room.replace(self._path)
