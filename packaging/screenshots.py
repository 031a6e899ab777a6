"""A picture of every page, in both themes, at 1280×800 and at scale 2, of a project that has been worked on.

    python packaging/screenshots.py --out DIR [--project DIR] [--themes dark,light] [--scales 1,2]

Without ``--project`` the demo catalogue is opened, most of it labelled from its manifest, and a version is
trained on that, which takes some minutes. Needs no display.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("welcome", "browse", "label", "review", "models", "settings")


def main() -> int:
    """Prepare a project unless one is given, then take every picture in a process of its own."""
    options = _parser().parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "LAPEL_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        project = options.project
        if project is None:
            project = Path(home) / "data" / "projects" / "demo"
            subprocess.run(
                [sys.executable, str(ROOT / "packaging" / "worked_project.py")], env=environment, check=True
            )
        for theme in options.themes.split(","):
            for scale in options.scales.split(","):
                _take(options.out, project, theme, scale, environment)
    return 0


def _take(out: Path, project: Path, theme: str, scale: str, environment: dict[str, str]) -> None:
    command = [
        sys.executable,
        str(ROOT / "packaging" / "screenshot_pages.py"),
        str(project),
        theme,
        scale,
        str(out),
    ]
    subprocess.run(command, env={**environment, "QT_SCALE_FACTOR": scale}, check=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--project", type=Path)
    parser.add_argument("--themes", default="dark,light")
    parser.add_argument("--scales", default="1,2")
    return parser


if __name__ == "__main__":
    sys.exit(main())
