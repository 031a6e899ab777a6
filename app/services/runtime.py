"""Where training can run: this interpreter when it has torch, else an environment of Lapel's own.

The application's process never imports torch: it only asks whether it could be found.
"""

import hashlib
import importlib.util
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mtss
from app.services import requirements
from app.services.child import is_frozen
from app.services.places import data_folder

SIZE_WORDS = "about 3 GB to download and 6 GB on disk"

_MODULES = ("torch", "torchvision", "onnx", "onnxscript")
_NOTE = "runtime.json"


@dataclass(frozen=True, slots=True)
class Runtime:
    """An interpreter that can train, and the folder with the ``mtss`` package to put on its path.

    ``own`` says that Lapel installed it and may remove it.
    """

    python: Path
    source: Path
    own: bool


def home() -> Path:
    """Where Lapel installs the runtime: among the user's data."""
    return data_folder() / "runtime"


def find(home: Path) -> Runtime | None:
    """The interpreter to train with, or None: then it can be installed into ``home``."""
    if not is_frozen() and _this_one_can():
        return Runtime(Path(sys.executable), method_folder(), own=False)
    return find_installed(home)


def find_installed(home: Path) -> Runtime | None:
    """The environment that was installed into ``home``, when complete and made for this version."""
    try:
        note = json.loads((home / _NOTE).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    python = Path(str(note["python"]))
    if note["requirements"] != list(requirements.for_training()) or not python.exists():
        return None
    return Runtime(python, private_method(home), own=True)


def note_installed(home: Path, python: Path, wanted: tuple[str, ...]) -> None:
    """Write, as the very last step, that the environment in ``home`` is complete."""
    partial = home / (_NOTE + ".partial")
    partial.write_text(json.dumps({"python": str(python), "requirements": list(wanted)}), encoding="utf-8")
    partial.replace(home / _NOTE)


def method_folder() -> Path:
    """The folder that holds the ``mtss`` package this process runs."""
    return Path(str(mtss.__file__)).parent.parent


def private_method(home: Path) -> Path:
    """A folder in ``home`` that holds a copy of today's ``mtss`` package and nothing else.

    Its name is a digest of the source, so a newer Lapel makes a new one and a running job keeps its own.
    Our own site-packages stay off the other interpreter's path. Raises OSError when it cannot be written.
    """
    package = method_folder() / "mtss"
    sources = sorted(package.rglob("*.py"))
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in sources)).hexdigest()[:16]
    wanted = home / "source" / digest
    if not wanted.exists():
        wanted.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=wanted.parent) as partial:
            copy = Path(partial) / digest
            shutil.copytree(package, copy / "mtss", ignore=shutil.ignore_patterns("__pycache__"))
            copy.rename(wanted)
    return wanted


def _this_one_can() -> bool:
    return all(importlib.util.find_spec(name) for name in _MODULES) and requirements.are_installed(
        requirements.for_training()
    )
