"""What stands on disk, read by SQLite alone: none of Lapel's own code has a say."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

PERSONS_IMAGES = """
    SELECT count(DISTINCT c.item_id) FROM current c JOIN decision d ON d.id = c.decision_id
    WHERE d.origin = 'person' AND c.state <> 'unseen'"""


@dataclass(frozen=True)
class StoredModel:
    """A row of the registry."""

    name: str
    path: Path
    file_hash: str
    active: bool
    metrics: dict[str, float]
    baseline: dict[str, float]


def images_labelled_by_a_person(project: Path) -> int:
    """How many images carry a decision that a person made and that still stands."""
    [(count,)] = _rows(project / "project.sqlite", PERSONS_IMAGES)
    return count


def health(project: Path) -> dict[str, str]:
    """Health by shown name, of every item."""
    return dict(_rows(project / "project.sqlite", "SELECT name, health FROM item"))


def models(project: Path) -> list[StoredModel]:
    """The registry, the oldest first."""
    query = "SELECT name, CAST(path AS TEXT), file_hash, active, metrics, baseline FROM model ORDER BY id"
    return [
        StoredModel(
            n, Path(p) if Path(p).is_absolute() else project / p, h, bool(a), json.loads(m), json.loads(b)
        )
        for n, p, h, a, m, b in _rows(project / "project.sqlite", query)
    ]


def suggesting_versions(project: Path) -> dict[str, int]:
    """How many suggestions each version of model and dictionary stands behind."""
    query = "SELECT l.text, count(*) FROM prediction p JOIN label l ON l.id = p.version_id GROUP BY 1"
    return dict(_rows(project / "cache" / "derived.sqlite", query))


def jobs(project: Path) -> list[str]:
    """The state of every job."""
    return [state for (state,) in _rows(project / "project.sqlite", "SELECT state FROM job ORDER BY started")]


def _rows(file: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()
