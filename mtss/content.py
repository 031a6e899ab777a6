"""What an image is, apart from its name: the hash of its bytes, and the box inside it."""

from __future__ import annotations

import hashlib
from pathlib import Path

Box = tuple[float, float, float, float]  # x, y, width, height in pixels of the oriented image


def content_hash(path: Path) -> str:
    """SHA-256 of the file's bytes, hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_key(digest: str, box: Box | None = None) -> str:
    """The name under which features are stored: the hash, and the box of an item inside an image."""
    if box is None:
        return digest
    return digest + ":" + ",".join(f"{value:g}" for value in box)
