"""A command line that refuses as the commands do: one plain line, and where to read more."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

BAD_INPUT = 2


class Parser(argparse.ArgumentParser):
    """argparse's, without the page of usage before the reason. Its subparsers are of this class too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register("type", int, whole_number)
        self.register("type", float, number)

    def parse_known_args(self, *args: Any, **kwargs: Any) -> Any:
        """A command refuses what it does not know itself, so that the hint is of its own help."""
        found, unknown = super().parse_known_args(*args, **kwargs)
        if unknown:
            self.error(f"not understood: {' '.join(unknown)}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Raises SystemExit with status 2."""
        name, colon, reason = message.removeprefix("argument ").partition(": ")
        words = f"{name} {reason}" if reason.startswith("must be ") else name + colon + reason
        line = " ".join(f"{self.prog}: {words} (more: {self.prog} --help)".split())
        self.exit(BAD_INPUT, line.encode("utf-8", "backslashreplace").decode() + "\n")


def whole_number(text: str) -> int:
    """As argparse's int, refused in plain words."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, not '{text}'") from None


def number(text: str) -> float:
    """As argparse's float, refused in plain words."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number, not '{text}'") from None
