"""What training needs beside the application, read from the package's own metadata: one fact, one place."""

import importlib.metadata
import re

_MARKER = re.compile(r"""extra\s*==\s*["'](?P<extra>[^"']+)["']""")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def of_extra(extra: str, distribution: str = "lapel") -> tuple[str, ...]:
    """The requirements of one extra, e.g. ``("torch<2.15,>=2.14", …)``, without their markers."""
    return tuple(
        text.partition(";")[0].strip()
        for text in importlib.metadata.requires(distribution) or ()
        if (marker := _MARKER.search(text)) and marker["extra"] == extra
    )


def core(distribution: str = "lapel") -> tuple[str, ...]:
    """The requirements that hold without any extra."""
    return tuple(t for t in importlib.metadata.requires(distribution) or () if ";" not in t)


def for_training() -> tuple[str, ...]:
    """Everything the child needs: the extra ``train``, and what the method imports of the core's."""
    light = ("filelock", "numpy", "onnxruntime", "pillow", "platformdirs", "tqdm")
    return (*of_extra("train"), *(r for r in core() if name_of(r).lower() in light))


def name_of(requirement: str) -> str:
    """The distribution's name within a requirement: ``torch`` of ``torch<2.15,>=2.14``."""
    match = _NAME.match(requirement)
    if match is None:
        raise ValueError(f"“{requirement}” names no package.")
    return match.group()


def are_installed(requirements: tuple[str, ...]) -> bool:
    """Whether this interpreter has every one of them (without importing any)."""
    present = {d.name.lower().replace("_", "-") for d in importlib.metadata.distributions() if d.name}
    return all(name_of(r).lower().replace("_", "-") in present for r in requirements)
