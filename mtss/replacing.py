"""Files that are there whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write beside, then replace: a reader sees the old file or the new one, never half of one."""
    replace_files({path: content})


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """As `replace_file` for several: none is replaced before all are written, and nothing half-written stays.

    They are replaced in the order given, so the one that readers look for first stands last.
    """
    beside = {path: path.with_name(path.name + ".tmp") for path in contents}
    try:
        for path, content in contents.items():
            beside[path].write_bytes(content)
        for path, temporary in beside.items():
            temporary.replace(path)
    finally:
        for temporary in beside.values():
            temporary.unlink(missing_ok=True)
