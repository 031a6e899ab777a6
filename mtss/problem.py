"""The world's failures, told in words: bad files, missing labels, refused models."""

from __future__ import annotations


class Problem(ValueError):
    """Something outside this program is not as it must be; the message is one sentence for the user."""
