"""The Label page under real key presses, while suggestions for the rest are computed in the background."""

from tests.benchmarks import catalogue
from tests.benchmarks.pace import slowness
from tests.benchmarks.report import Row, at_most, percentile
from tests.benchmarks.typist import Typist
from tests.benchmarks.window import application, wait_until

IMAGES = 4_000  # more than are suggested for while the keys are pressed
SCREEN, DISK, NEXT, UNREAD = 30.0, 100.0, 50.0, 400.0  # milliseconds


def measure(images: int = IMAGES) -> list[Row]:
    """Percentiles of a hundred keystrokes, each waited for on screen and on disk."""
    with catalogue.scratch() as folder:
        photographs = catalogue.distinct(folder / "photographs", images)
        before = slowness()
        with application(folder / "home") as running:
            running.open_folder(photographs, "garments")
            wait_until(lambda: running.workplace is not None, "the project")
            times = Typist(running, running.workplace).run()
        slow = (before + slowness()) / 2
    return [
        at_most("keystroke to screen, p95", percentile(times.screen, 95), "ms", SCREEN, slow),
        Row("… p50", percentile(times.screen, 50), "ms"),
        at_most("keystroke to acknowledgement on disk, p99", percentile(times.disk, 99), "ms", DISK, slow),
        Row("… p50", percentile(times.disk, 50), "ms"),
        at_most("next image and its suggestions, p95", percentile(times.next, 95), "ms", NEXT, slow),
        at_most("an image never read, p95", percentile(times.cold, 95), "ms", UNREAD, slow),
    ]
