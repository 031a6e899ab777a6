"""Writing files so that a crash or a full disk leaves the old one whole."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from app.domain.errors import ExportFailed


@contextmanager
def replacing(target: Path) -> Generator[TextIO]:
    """A text file that takes the place of ``target`` once the block ends well, and vanishes otherwise.

    Raises ExportFailed in words when the disk does not take it.
    """
    unfinished = target.with_name(target.name + ".part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError as error:
        raise ExportFailed(
            f"{target} could not be written ({error.strerror}). Nothing was left there half-written. Choose "
            "another place, or free some space."
        ) from error
    finally:
        if unfinished.exists():
            unfinished.unlink()
