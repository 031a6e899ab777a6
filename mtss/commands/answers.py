"""From files to suggestions in constant memory: every worker decodes a small batch and runs the network."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from mtss.images import ImageProblem, load_model_input
from mtss.predictor import BATCH, OnnxPredictor, Prediction

AHEAD = 3  # batches a worker: none waits for the one whose turn it is to be told

Answer = dict[str, Any]


def answers(
    predictor: OnnxPredictor, paths: Iterable[Path], top: int, workers: int
) -> Generator[Answer, None, None]:
    """One answer a path, in order: suggestions per type, or an error in words."""
    queue = iter(paths)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="predict")
    try:
        pending: deque[Future[list[Answer]]] = deque()
        while part := list(islice(queue, BATCH)):
            pending.append(pool.submit(_answer, predictor, part, top))
            if len(pending) > AHEAD * workers:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _answer(predictor: OnnxPredictor, paths: list[Path], top: int) -> list[Answer]:
    loaded = [_load(path, predictor.input_size) for path in paths]
    pixels = [item for item in loaded if isinstance(item, np.ndarray)]
    prediction = predictor.predict(np.stack(pixels)) if pixels else None
    found: list[Answer] = []
    at = 0
    for path, item in zip(paths, loaded, strict=True):
        if isinstance(item, str) or prediction is None:
            found.append({"image": str(path), "error": item})
        else:
            found.append({"image": str(path), "suggestions": suggestions(prediction, at, top)})
            at += 1
    return found


def _load(path: Path, size: tuple[int, int]) -> np.ndarray | str:
    """The pixels, or why there are none."""
    try:
        return load_model_input(path, size)
    except ImageProblem as problem:
        return str(problem)


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
