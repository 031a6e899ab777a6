"""A walk over a folder's images that no odd file, loop or locked directory can stop."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.item import FoundImage

SUFFIXES = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".bmp",
        ".dib",
        ".tif",
        ".tiff",
        ".gif",
        ".avif",
        ".ppm",
        ".pgm",
        ".pnm",
        ".tga",
        ".jp2",
    ]
)


@dataclass(slots=True)
class Walk:
    """Yields images directory by directory, in the order of their names.

    ``unreadable`` collects (relative directory, words) of those that could not be listed. A directory met
    twice, through a link, is entered once. Hidden entries and Lapel's own projects are passed over.
    """

    root: Path
    unreadable: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _entered: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])

    def __iter__(self) -> Iterator[FoundImage]:
        waiting = [""]
        while waiting:
            relative = waiting.pop()
            directories: list[str] = []
            yield from self._images(relative, directories)
            waiting += reversed(directories)

    def _images(self, relative: str, directories: list[str]) -> Iterator[FoundImage]:
        for entry in self._entries(relative):
            if entry.name.startswith("."):
                continue
            path = f"{relative}/{entry.name}" if relative else entry.name
            try:
                if entry.is_dir():
                    directories.append(path)
                elif _has_suffix(entry.name) and entry.is_file():
                    status = entry.stat()
                    yield FoundImage(path, status.st_size, status.st_mtime_ns)
            except OSError:
                continue  # it vanished, or its link leads in a circle, between listing and looking

    def _entries(self, relative: str) -> Sequence[os.DirEntry[str]]:
        place = self.root / relative
        try:
            status = place.stat()
            if (status.st_dev, status.st_ino) in self._entered:
                return ()
            self._entered.add((status.st_dev, status.st_ino))
            with os.scandir(place) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            self.unreadable.append((relative, f"The folder cannot be read: {error.strerror}."))
            return ()
        return () if relative and any(e.name == "project.sqlite" for e in entries) else entries


def _has_suffix(name: str) -> bool:
    return name[name.rfind(".") :].lower() in SUFFIXES
