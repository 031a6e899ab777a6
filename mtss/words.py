"""Counts and lists as a person writes them."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 8  # names that a line can take


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 image", "2 images"; `many` where the noun takes more than an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """With commas; of many names the first few."""
    return ", ".join(names[:MOST]) + (", …" if len(names) > MOST else "")
