"""A walk over a folder's images that no odd file, loop or locked directory can stop."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
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

VANISHED = "The folder is no longer there."

Place = tuple[int, int]  # device and inode: one directory, whatever it is called


@dataclass(slots=True)
class Walk:
    """Yields images directory by directory, in the order of their names, what lies behind links last.

    ``unreadable`` collects (relative directory, words) of those that could not be listed. Hidden entries and
    Lapel's own projects are passed over. A link to a directory is followed where it leads outside: never to
    what the folder holds itself, nor upwards. So no link, new or old, changes where any other image is found.
    """

    root: Path
    unreadable: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _own: set[Place] = field(default_factory=set[Place])

    def __iter__(self) -> Iterator[FoundImage]:
        self._own = _above(self.root)
        links: deque[str] = deque()
        yield from self._tree("", self._own, links)
        for link in links:
            yield from self._outside(link)

    def _outside(self, link: str) -> Iterator[FoundImage]:
        """What a link leads to, and further links there; a directory met twice on the way is entered once."""
        entered: set[Place] = set()
        waiting = deque([link])
        while waiting:
            yield from self._tree(waiting.popleft(), entered, waiting)

    def _tree(self, top: str, entered: set[Place], links: deque[str]) -> Iterator[FoundImage]:
        """A directory and those below it; links to others are put off into ``links``."""
        waiting = [top]
        while waiting:
            relative = waiting.pop()
            directories: list[str] = []
            for entry in self._entries(relative, entered):
                path = f"{relative}/{entry.name}" if relative else entry.name
                try:
                    if entry.is_dir():
                        (links if entry.is_symlink() else directories).append(path)
                    elif _has_suffix(entry.name) and entry.is_file():
                        status = entry.stat()
                        yield FoundImage(path, status.st_size, status.st_mtime_ns)
                except PermissionError as error:  # it can be listed, but nothing in it be looked at
                    self._note(relative, error)
                except OSError:
                    continue  # it vanished, or its link leads in a circle, between listing and looking
            waiting += reversed(directories)

    def _entries(self, relative: str, entered: set[Place]) -> Sequence[os.DirEntry[str]]:
        path = self.root / relative
        try:
            place = _place(path)
            if place in self._own or place in entered:
                return ()
            entered.add(place)
            with os.scandir(path) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            self._note(relative, error)
            return ()
        if relative and any(e.name == "project.sqlite" for e in entries):
            return ()
        return [e for e in entries if not e.name.startswith(".")]

    def _note(self, relative: str, error: OSError) -> None:
        gone = relative and isinstance(error, FileNotFoundError)
        noted = relative, VANISHED if gone else f"The folder cannot be read: {error.strerror}."
        if noted not in self.unreadable[-1:]:
            self.unreadable.append(noted)


def _place(path: Path) -> Place:
    status = path.stat()
    return status.st_dev, status.st_ino


def _above(root: Path) -> set[Place]:
    """The directories that the folder lies in, as it is called and as it really is."""
    found: set[Place] = set()
    for path in (*root.absolute().parents, *Path(os.path.realpath(root)).parents):
        with suppress(OSError):
            found.add(_place(path))
    return found


def _has_suffix(name: str) -> bool:
    return name[name.rfind(".") :].lower() in SUFFIXES
