"""What the training runtime gets must be what the method imports: its environment holds nothing else."""

import ast
import importlib.metadata
import re
import sys
from functools import cache
from pathlib import Path

import mtss
from app.services import requirements

# Reports compare with other methods; they are made in a developer's environment (the extra "dev").
DEVELOPERS = ("experiments",)
# What `mtss tune` alone imports, which the application never calls: an extra of its own.
OF_EXTRAS = {"training/searching.py": "search"}


def test_everything_that_training_imports_is_installed_with_the_runtime() -> None:
    owners = importlib.metadata.packages_distributions()
    lacking = {
        f"{file}: {module}"
        for file, module in _imports()
        if not {_plain(d) for d in owners.get(module, ())} & _provided(OF_EXTRAS.get(file, ""))
    }
    assert not lacking


def test_the_runtime_has_no_window_and_no_database() -> None:
    wanted = {_plain(requirements.name_of(r)) for r in requirements.for_training()}
    assert "torch" in wanted
    assert not {"pyside6-essentials", "sqlalchemy"} & wanted


@cache
def _provided(extra: str) -> set[str]:
    """What the runtime installs, and one extra beside it."""
    wanted = (*requirements.for_training(), *requirements.of_extra(extra))
    return _closure({_plain(requirements.name_of(r)) for r in wanted})


def _imports() -> set[tuple[str, str]]:
    root = Path(str(mtss.__file__)).parent
    found: set[tuple[str, str]] = set()
    for path in root.rglob("*.py"):
        place = path.relative_to(root)
        if place.parts[0] in DEVELOPERS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            found |= {(str(place), name.partition(".")[0]) for name in names}
    own = {"mtss", *sys.stdlib_module_names}
    return {(file, module) for file, module in found if module not in own}


def _closure(names: set[str]) -> set[str]:
    """These distributions and all that they need, extras left out."""
    seen: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        needed = [r for r in importlib.metadata.requires(name) or () if "extra ==" not in r]
        present = {_plain(requirements.name_of(r)) for r in needed if _is_present(requirements.name_of(r))}
        waiting |= present - seen
    return seen


def _is_present(name: str) -> bool:
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
