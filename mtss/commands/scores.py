"""What a finished training scored, in a line for a person; the rest is told by `mtss evaluate`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SPLITS = {"test": "test", "val": "validation"}  # the first that was not learned from judges


def words_of(metrics: Mapping[str, Any]) -> str | None:
    """Of a run's measures (outcome.json's "metrics"); None where no image could judge."""
    for split, name in SPLITS.items():
        if (found := metrics.get(split)) and found["types"]:
            return f"F1@1 on {name} images: {', '.join(_by_type(found))}"
    score = metrics.get("validation_f1@1")
    return f"F1@1 on validation images: {score:.1%}" if isinstance(score, float) else None


def _by_type(found: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{name} {m['f1@1']:.1%}" for name, m in found["types"].items())
    if len(found["types"]) > 1:
        yield f"all {found['all']['f1@1']:.1%}"
