"""The main job without a screen, then a picture of each page (``make demo``)."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from app.services import demo

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Exit status of the first part that fails, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, required=True, help="emptied first; catalogue, project and pictures"
    )
    parser.add_argument("--images", type=int, default=1_200, help="garments to draw")
    parser.add_argument("--labelled", type=int, default=600, help="at most so many of them are corrected")
    options = parser.parse_args()
    out: Path = options.out.absolute()
    shutil.rmtree(out, ignore_errors=True)
    size = ["--images", str(options.images), "--labelled", str(options.labelled)]
    status = demo.main(["--keep", str(out), *size])
    if status:
        return status
    pictures = out / "screenshots"
    script = [sys.executable, str(ROOT / "packaging" / "screenshots.py"), "--out", str(pictures)]
    done = subprocess.run([*script, "--project", str(out / "project"), "--scales", "1"], check=False)
    print(f"A picture of each page lies in {pictures}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
