"""Every import contract goes red when its rule is broken, also by an import inside a function."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
VIOLATIONS = {
    "Layers of the application: ui → services → store → domain": (
        "app/domain/ids.py",
        "import app.store.items",
    ),
    "The user interface reaches the store only through services": ("app/ui/bus.py", "import app.store.items"),
    "Only app.ui imports Qt": ("app/services/viewing.py", "import PySide6.QtCore"),
    "Only app.store imports SQLAlchemy": ("app/services/backup.py", "import sqlalchemy"),
    "The application never imports torch, nor anything that does": ("app/ui/activity.py", "import torch"),
    "Only services import the method, and only its light half": ("app/store/rows.py", "import mtss.labels"),
    "The method knows nothing of the application": ("mtss/metrics.py", "import app.domain.ids"),
    "The method's light half never imports its heavy half": ("mtss/labels.py", "import mtss.training.loop"),
    "The domain is plain Python": ("app/domain/query.py", "import numpy"),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """KEPT or BROKEN by contract, of a copy of the code in which every rule is broken once."""
    copy = tmp_path_factory.mktemp("contracts")
    for name in ("app", "mtss"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for path, statement in VIOLATIONS.values():
        with (copy / path).open("a", encoding="utf-8") as file:
            file.write(f"\n\ndef _planted() -> None:\n    {statement}\n")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 1, done.stdout + done.stderr
    return dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))


def test_every_contract_has_a_violation_to_prove_it() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert {contract["name"] for contract in configured} == set(VIOLATIONS)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_it_goes_red(verdicts: dict[str, str], contract: str) -> None:
    assert verdicts[contract] == "BROKEN"
