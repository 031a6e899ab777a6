"""Where the shipped files lie: in a checkout, in an installed wheel, or in a frozen build."""

import sys
from pathlib import Path


def locate(*parts: str) -> Path:
    """The path of a resource, e.g. ``locate("icons", "check.svg")``. It need not exist."""
    return _root().joinpath(*parts)


def _root() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    if isinstance(frozen, str):
        return Path(frozen) / "resources"
    package = Path(__file__).resolve().parents[1]
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"
