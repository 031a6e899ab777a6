"""A new model over a library already seen: suggestions from stored features, no image read again."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from app.domain.templates import Template
from app.services import projects
from app.services.assembling import assemble, open_active
from app.services.projects import Project
from app.services.ranking import Ranker
from app.services.suggesting import KEEP, Suggester
from app.services.templates import templates
from app.store.file_names import DATABASE
from mtss.predictor import OnnxPredictor
from tests.benchmarks import catalogue
from tests.benchmarks.report import Row

IMAGES = 50_000
_PAGE = 1_000

_ITEMS = """
INSERT INTO item (id, folder_id, path, directory_id, name, size, mtime_ns, health, content_hash)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
SELECT i, 1, printf('%07d.jpg', i), 1, printf('%07d.jpg', i), 1, 1, 'good', printf('%064d', i) FROM n"""


def measure(images: int = IMAGES) -> list[Row]:
    """The second time, when every row replaces an older one; beside it, the arithmetic alone."""
    with catalogue.scratch() as folder:
        template: Template = next(t for t in templates() if t.key == "garments")
        projects.create(folder / "project", template, [folder / "images"]).close()
        _fill(folder / "project", images)
        project = projects.open_project(folder / "project")
        try:
            suggester = Suggester(project)
            ranker = assemble(project, open_active(project))
            _keep_features(project, ranker.predictor, images)
            floor = _arithmetic(ranker, images)
            first = _computed(suggester, images)
            with project.workspace.derived.writing() as connection:
                connection.exec_driver_sql("UPDATE label SET text = 'older' WHERE text LIKE '% · %'")
            again = _computed(suggester, images)
        finally:
            project.close()
    peer = "embedding and ranking alone"
    return [
        Row(f"suggestions from stored features, {images:,} images", first, "images/s", floor, peer),
        Row("… replacing those of another model", again, "images/s", floor, peer),
    ]


def _fill(home: Path, images: int) -> None:
    with closing(sqlite3.connect(home / DATABASE)) as stored:
        stored.execute("INSERT INTO directory (id, folder_id, path, name) VALUES (1, 1, '', '')")
        stored.execute(_ITEMS, (images,))
        stored.commit()


def _keep_features(project: Project, predictor: OnnxPredictor, images: int) -> None:
    rng = np.random.default_rng(0)
    for start in range(1, images + 1, _PAGE):
        vectors = rng.normal(size=(_PAGE, predictor.feature_dim)).astype(np.float16)
        rows = [(f"{start + n:064}", vector.tobytes()) for n, vector in enumerate(vectors)]
        project.derived.put_features(predictor.backbone_id, rows)


def _arithmetic(ranker: Ranker, images: int) -> float:
    features = np.zeros((_PAGE, ranker.predictor.feature_dim), np.float16)
    began = time.perf_counter()
    for _ in range(0, images, _PAGE):
        ranker.columns(features, KEEP)
    return images / (time.perf_counter() - began)


def _computed(suggester: Suggester, images: int) -> float:
    began = time.perf_counter()
    done = [step.progress.done for step in suggester.compute()][-1]
    if done != images:
        raise RuntimeError(f"suggested for {done} of {images} images")
    return images / (time.perf_counter() - began)
