"""From files to suggestions: decoding on threads, inference in small batches, memory constant."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from mtss.images import ImageProblem, load_model_input
from mtss.predictor import BATCH, OnnxPredictor, Prediction

Loaded = tuple[Path, np.ndarray | str]  # the pixels, or why there are none


def answers(
    predictor: OnnxPredictor, paths: Iterator[Path], top: int, threads: int
) -> Iterator[dict[str, Any]]:
    """One answer a path, in order: suggestions per type, or an error in words."""
    with ThreadPoolExecutor(threads) as pool:
        pending: deque[list[Future[Loaded]]] = deque()
        while part := list(islice(paths, BATCH)):
            pending.append([pool.submit(_load, path, predictor.input_size) for path in part])
            if len(pending) > 3:
                yield from _answer(predictor, [f.result() for f in pending.popleft()], top)
        while pending:
            yield from _answer(predictor, [f.result() for f in pending.popleft()], top)


def _load(path: Path, size: tuple[int, int]) -> Loaded:
    try:
        return path, load_model_input(path, size)
    except ImageProblem as problem:
        return path, str(problem)


def _answer(predictor: OnnxPredictor, loaded: list[Loaded], top: int) -> Iterator[dict[str, Any]]:
    pixels = [item for _, item in loaded if isinstance(item, np.ndarray)]
    prediction = predictor.predict(np.stack(pixels)) if pixels else None
    at = 0
    for path, item in loaded:
        if isinstance(item, str) or prediction is None:
            yield {"image": str(path), "error": item}
        else:
            yield {"image": str(path), "suggestions": suggestions(prediction, at, top)}
            at += 1


def suggestions(prediction: Prediction, row: int, top: int) -> dict[str, list[dict[str, Any]]]:
    """The best classes of one image for every type."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, ranking in prediction.ranked.items():
        columns = range(min(top, ranking.indices.shape[1]))
        found[name] = [
            {
                "class": ranking.classes[int(ranking.indices[row, c])],
                "similarity": round(float(ranking.similarity[row, c]), 4),
                "confidence": round(float(ranking.confidence[row, c]), 4),
            }
            for c in columns
        ]
    return found
