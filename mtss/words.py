"""Counts and lists as a person writes them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

MOST = 8  # names that a line can take


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 image", "2 images"; `many` where the noun takes more than an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def nearest(name: str, names: Sequence[str]) -> str:
    """The few of many names that are most like one, most alike first."""
    return listed(get_close_matches(name, names, MOST + 1, cutoff=0))


def listed(names: Sequence[str]) -> str:
    """With commas; of many names the first few."""
    return ", ".join(names[:MOST]) + (", …" if len(names) > MOST else "")
