"""JSON of the world: one object a file, fields that are what they should be, or a reason with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from mtss.problem import Problem

Where = str  # file and place in it, for people


class Fields(dict[str, object]):
    """The fields of one object. Every method raises Problem that begins with `where`."""

    def identity(self, where: Where, *names: str) -> str:
        """The first of these fields that is there, a whole number or text, as text."""
        return _identity(where, self._first(where, names), names[0])

    def identities(self, where: Where, *names: str) -> list[str]:
        """As `identity`, for a list of them."""
        value = self._first(where, names)
        if not isinstance(value, list):
            raise Problem(f'{where}: "{names[0]}" must be a list')
        return [_identity(where, entry, names[0]) for entry in cast("list[object]", value)]

    def _first(self, where: Where, names: tuple[str, ...]) -> object:
        for name in names:
            if name in self:
                return self[name]
        raise Problem(f'{where}: "{names[0]}" is missing')


def _identity(where: Where, value: object, name: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip():
        raise Problem(f'{where}: "{name}" must be a number or text')
    return str(value).strip()


def parse_json(raw: bytes, path: Path) -> object:
    """The content of a file, read from `path`. Raises Problem with file and line."""
    if not raw.strip():
        raise Problem(f"{path}:1: the file is empty")
    try:
        return cast("object", json.loads(raw.decode("utf-8-sig")))
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise Problem(f"{path}:{line}: not UTF-8 (byte {problem.start})") from problem
    except json.JSONDecodeError as problem:
        raise Problem(f"{path}:{problem.lineno}: not JSON ({problem.msg})") from problem
    except (ValueError, RecursionError) as problem:  # a number of thousands of digits; brackets in brackets
        raise Problem(f"{path}: JSON that cannot be read ({problem})") from problem


def read_object(path: Path) -> Fields:
    """A file that holds one object. Raises Problem with file and line, OSError."""
    content = parse_json(path.read_bytes(), path)
    if not isinstance(content, dict):
        raise Problem(f"{path}:1: the file should hold one JSON object")
    return Fields(cast("dict[str, object]", content))
