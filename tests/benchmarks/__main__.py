"""``python -m tests.benchmarks [NAMES…] [--quick]``: the speed budgets, each against a floor of the same run.

Each benchmark runs in a process of its own, on two cores. Exits 1 when a budget is missed or one fails.
"""

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from app.services.cores import one_thread_a_product
from tests.benchmarks import report
from tests.benchmarks.report import Row

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # some load onnxruntime before mtss, which sets it

NAMES = (
    "starting",
    "suggesting",
    "resuggesting",
    "reviewing",
    "labelling",
    "predicting",
    "learning",
    "tuning",
    "opening",
    "training",
)
"""In this order: for half a minute after many files were deleted, ext4 is slow to make new ones."""
CORES = 2
LONGEST = 1_200  # seconds that one benchmark may take


def main() -> int:
    """Run those named, or all, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="leave training out")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    if options.into is not None:
        _alone(options.names[0], options.into)
        return 0
    names = options.names or [n for n in NAMES if not (options.quick and n == "training")]
    return _all(names)


def _alone(name: str, into: Path) -> None:
    """One benchmark, in this process."""
    one_thread_a_product()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    report.write(importlib.import_module(f"tests.benchmarks.{name}").measure(), into)


def _all(names: list[str]) -> int:
    rows: list[Row] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            found = Path(folder) / f"{name}.json"
            began = time.monotonic()
            command = [sys.executable, "-m", "tests.benchmarks", name, "--into", str(found)]
            status = subprocess.run(command, check=False, timeout=LONGEST).returncode
            _say(f"{name}: {time.monotonic() - began:.0f} s{'' if found.exists() else ', FAILED'}")
            if found.exists():
                rows += report.read(found)
            if status or not found.exists():
                failed.append(name)
    load = os.getloadavg()[0]
    _say(f"\n{datetime.now().astimezone():%Y-%m-%d %H:%M}, {CORES} cores, load {load:.1f}\n")
    for line in report.table(rows):
        _say(line)
    missed = [row.what for row in rows if not row.is_kept]
    if missed or failed:
        _say("\n" + "\n".join([*(f"MISSED: {w}" for w in missed), *(f"FAILED: {n}" for n in failed)]))
    return 1 if missed or failed else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
