"""Opening a folder of 100,000 nested images: the first thumbnails, the whole scan, the window meanwhile."""

import time

from PySide6.QtCore import QEvent, QObject, QTimer

from app.ui.application import Application
from app.ui.browse.page import BrowsePage
from tests.benchmarks import catalogue
from tests.benchmarks.pace import slowness
from tests.benchmarks.report import Row, at_most
from tests.benchmarks.window import Heartbeat, application, wait_until

IMAGES = 100_000
# Measured once on the same two cores and the same number of files; both show nothing and freeze meanwhile.
LABELME_FIRST, ANYLABELING_FIRST = 6.4, 5.3
LANNOTEX_SCAN = 10.4
FIRST_BUDGET, STALL_BUDGET = 1.0, 50.0


class _Screen(QObject):
    """Stamps when the first and when all tiles of the grid were painted with their picture."""

    def __init__(self, page: BrowsePage) -> None:
        super().__init__()
        self._page = page
        self.first = self.full = 0.0
        page.images.grid.viewport().installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self.full:
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        painted, tiles = self._page.images.pictures_on_screen()
        now = time.perf_counter()
        self.first = self.first or (now if painted else 0.0)
        if painted and painted == tiles:
            self.full = self.full or now


def measure(images: int = IMAGES) -> list[Row]:
    """One opening of a folder never seen before, the project made on the way."""
    with catalogue.scratch() as folder:
        nested = catalogue.linked(folder, images)
        before = slowness()
        with application(folder / "home") as running:
            first, full, scan, stalls = _open(running, nested)
        slow = (before + slowness()) / 2
    thousand = f"{images // 1000},000 nested files"
    return [
        at_most(f"{thousand}: first thumbnail", first, "s", FIRST_BUDGET, slow),
        Row("… AnyLabeling 0.4, its first image", ANYLABELING_FIRST, "s"),
        Row("… labelme 6.3, its first image", LABELME_FIRST, "s"),
        at_most("… a whole screen of thumbnails", full, "s", FIRST_BUDGET, slow),
        Row(
            "… whole scan",
            scan,
            "s",
            LANNOTEX_SCAN,
            "LannoTex 0.4",
            LANNOTEX_SCAN,
            LANNOTEX_SCAN * max(1.0, slow),
        ),
        at_most("… longest stall of the window", stalls[1], "ms", STALL_BUDGET, slow),
        Row("… longest stall while its pages are made", stalls[0], "ms"),
    ]


def _open(running: Application, nested: object) -> tuple[float, float, float, tuple[float, float]]:
    """Seconds to first thumbnail, full screen and end of scan; longest stalls before and while scanning."""
    ended: list[float] = []
    heart = Heartbeat()
    heart.restart()
    began = time.perf_counter()
    running.open_folder(nested, "garments")
    wait_until(lambda: running.workplace is not None, "the project")
    making = heart.restart()
    running.workplace.session.activity.connect(
        lambda key, activity: ended.append(time.perf_counter()) if key == "scan" and not activity else None
    )
    screen = _Screen(running.window.findChild(BrowsePage))
    wait_until(lambda: bool(ended and screen.full), "all thumbnails of the first screen and the scan's end")
    stall = heart.stop()
    return screen.first - began, screen.full - began, ended[0] - began, (making, stall)
