"""Scan of 100,000 nested files, with a person deciding meanwhile: ``python tests/benchmarks/library.py``.

Prints what was measured beside its budget; the exit status is 1 when a budget is missed.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.domain.decision import NONE, Change
from app.domain.ids import ItemId
from app.domain.query import ImageQuery
from app.domain.templates import DEEPFASHION
from app.services import annotating, browsing, projects, scanning
from app.services.projects import Project


@dataclass(frozen=True)
class Measured:
    """One figure in milliseconds, and the most that is allowed."""

    what: str
    ms: float
    budget_ms: float


def nested_files(root: Path, count: int) -> None:
    """Make ``count`` tiny files, 200 to a directory, three levels deep."""
    for number in range(count):
        folder = (
            root / f"season{number // 20_000}" / f"shelf{number // 2_000 % 10}" / f"box{number // 200 % 10}"
        )
        if number % 200 == 0:
            folder.mkdir(parents=True, exist_ok=True)
        (folder / f"product-{number:06}.jpg").touch()


class Person(threading.Thread):
    """Decides one image after another until told to stop, and remembers how long each took."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._over = threading.Event()
        self.waits: list[float] = []

    def run(self) -> None:
        kind = self._project.schema().types[0].id
        while not self._over.wait(0.01):  # a hundred keystrokes a second
            began = time.perf_counter()
            annotating.decide(self._project, [Change(ItemId(1), kind, NONE)], "None", "bench")
            self.waits.append(time.perf_counter() - began)

    def stop(self) -> None:
        """End the last decision, and then the thread."""
        self._over.set()
        self.join()


def measure(count: int) -> Iterator[Measured]:
    """Scan a fresh library, scan it again, and read its order."""
    with tempfile.TemporaryDirectory() as home:
        images = Path(home) / "images"
        nested_files(images, count)
        project = projects.create(Path(home) / "project", DEEPFASHION, [images])
        began = time.perf_counter()
        steps = scanning.scan(project)
        next(steps)
        yield Measured("first images of a scan", (time.perf_counter() - began) * 1e3, 300)
        person = Person(project)
        person.start()
        for _ in steps:
            pass
        yield Measured(f"scan of {count} nested files", (time.perf_counter() - began) * 1e3, count / 20)
        person.stop()
        last = statistics.quantiles(person.waits, n=100)[98]
        yield Measured(f"decision on disk during the scan, p99 of {len(person.waits)}", last * 1e3, 100)
        began = time.perf_counter()
        for _ in scanning.scan(project):
            pass
        yield Measured("scan of the same files again", (time.perf_counter() - began) * 1e3, count / 20)
        began = time.perf_counter()
        assert len(browsing.order(project, ImageQuery())) == count
        yield Measured("order of all", (time.perf_counter() - began) * 1e3, max(100, count * 0.0003))
        project.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    missed = 0
    for found in measure(parser.parse_args().files):
        missed += found.ms > found.budget_ms
        mark = "missed" if found.ms > found.budget_ms else "ok"
        sys.stdout.write(f"{found.what}: {found.ms:.0f} ms (at most {found.budget_ms:.0f}): {mark}\n")
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
