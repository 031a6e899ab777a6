"""The review queue of a library with 1,000,000 images and 4,000,000 suggestions, read page after page."""

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from app.domain.ids import ItemId, TypeId
from app.domain.review import QueueKey
from app.domain.schema import Selection
from app.domain.templates import Template, TypeTemplate
from app.services import projects, reviewing
from app.services.projects import Project
from app.store.file_names import DATABASE
from tests.benchmarks import catalogue
from tests.benchmarks.pace import slowness
from tests.benchmarks.report import Row, at_most, percentile

IMAGES, TYPES, CLASSES = 1_000_000, 4, 20
PAGES, SIZE = 100, 50
DEPTHS = (0.0, 0.3, 0.6, 0.9)
BUDGET = 2.0  # milliseconds

_ITEMS = """
INSERT INTO item (id, folder_id, path, directory_id, name, size, mtime_ns)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
SELECT i, 1, printf('%07d.jpg', i), 1, printf('%07d.jpg', i), 1, 1 FROM n"""
_PREDICTIONS = """
INSERT INTO prediction (item_id, type_id, version_id, best, confidence, margin, waiting, ranked)
SELECT i.id, t.id, 1, t.first + abs(random()) % ?1, abs(random() % 1000000007) / 1000000007.0, .1, 1, ?2
FROM p.item i JOIN (SELECT type_id AS id, min(id) AS first FROM p.attribute_class GROUP BY 1) t
ORDER BY i.id, t.id"""

_INDEXES = """
SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'prediction'"""
_LENGTHS = "INSERT OR REPLACE INTO queue_length SELECT type_id, count(*) FROM prediction GROUP BY 1"


def measure(images: int = IMAGES) -> list[Row]:
    """Each page with the count of what remains, as the Review page asks for it, from four depths on."""
    with catalogue.scratch() as folder:
        _fill(folder / "project", images)
        before = slowness()
        project = projects.open_project(folder / "project")
        try:
            types = (None, *(t.id for t in project.schema().types[:1]))
            taken = [t for kind in types for depth in DEPTHS for t in _pages(project, kind, depth)]
        finally:
            project.close()
        slow = (before + slowness()) / 2
    return [
        at_most(
            f"review queue, next page of {images:,} × {TYPES}, p95", percentile(taken, 95), "ms", BUDGET, slow
        ),
        Row("… p50", percentile(taken, 50), "ms"),
    ]


def _pages(project: Project, kind: TypeId | None, depth: float) -> list[float]:
    """Milliseconds of each of many pages in a row, from a confidence on."""
    place = kind or project.schema().types[0].id
    key: QueueKey | None = QueueKey(depth, ItemId(random.Random(0).randrange(1, IMAGES)), place)
    taken: list[float] = []
    for _ in range(PAGES):
        began = time.perf_counter()
        page = reviewing.page(project, kind, key, SIZE)
        taken.append((time.perf_counter() - began) * 1000)
        if len(page.entries) != SIZE or page.remaining < SIZE:
            raise RuntimeError("the queue ended early")
        key = page.entries[-1]
    return taken


def _fill(home: Path, images: int) -> None:
    """Rows as the application would have written them, by SQL alone: a minute instead of hours."""
    kinds = tuple(
        TypeTemplate(f"type {n}", Selection.SINGLE, tuple(f"class {c}" for c in range(CLASSES)))
        for n in range(TYPES)
    )
    projects.create(home, Template("bench", "", "", kinds), [home / "images"]).close()
    with closing(sqlite3.connect(home / DATABASE)) as stored:
        stored.execute("INSERT INTO directory (id, folder_id, path, name) VALUES (1, 1, '', '')")
        stored.execute(_ITEMS, (images,))
        stored.commit()
    with closing(sqlite3.connect(home / "cache" / "derived.sqlite")) as derived:
        derived.execute("PRAGMA synchronous=OFF")
        derived.execute("ATTACH ? AS p", (str(home / DATABASE),))
        indexes = derived.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            derived.execute(f"DROP INDEX {name}")
        derived.execute("INSERT INTO label VALUES (1, 'version')")
        derived.execute(_PREDICTIONS, (CLASSES, bytes(41)))
        derived.execute("INSERT INTO predicted SELECT id, 1 FROM p.item")
        derived.execute(
            "INSERT OR REPLACE INTO queue_length SELECT type_id, count(*) FROM prediction GROUP BY 1"
        )
        for _, statement in indexes:
            derived.execute(statement)
        derived.commit()
