"""The two vendors' packages, from the npm registry by npm itself."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from mtss.problem import Problem

VERSION = "16.0.0"  # measured reports name it
VENDORS = ("google", "twitter")


def fetch(folder: Path) -> Mapping[str, Path]:
    """{vendor: its .tgz in `folder`}; what is there already is taken as it is. Raises Problem, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {vendor: folder / f"emoji-datasource-{vendor}-{VERSION}.tgz" for vendor in VENDORS}
    missing = [f"emoji-datasource-{vendor}@{VERSION}" for vendor, path in files.items() if not path.is_file()]
    if not missing:
        return files
    npm = shutil.which("npm")
    if npm is None:
        raise Problem(f"npm is not installed; put {', '.join(p.name for p in files.values())} into {folder}")
    done = subprocess.run([npm, "pack", *missing], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode or not all(path.is_file() for path in files.values()):
        last = done.stderr.strip().splitlines()[-1:] or ["it gave no reason"]
        raise Problem(f"npm could not fetch {' and '.join(missing)}: {last[0]}")
    return files
