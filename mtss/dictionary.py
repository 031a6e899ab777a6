"""The dictionary λ of one attribute type: a label embedding per class, ranked by cosine similarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

# An existing row weighs as much as this many examples when examples are added to its class.
PRIOR_EXAMPLES = 5.0


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to length 1 (the paper's ‖v‖₂ means v/|v|); zero rows stay zero. [.., D] → [.., D]."""
    norm = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(norm, 1e-12)


@dataclass(frozen=True)
class Dictionary:
    """Classes and their label embeddings, float32 [N, D]; row n is d_n. Raises ValueError on wrong shapes."""

    classes: tuple[str, ...]
    vectors: np.ndarray

    def __init__(self, classes: Sequence[str], vectors: np.ndarray) -> None:
        rows = np.asarray(vectors, np.float32)
        if rows.ndim != 2 or len(rows) != len(classes):
            raise ValueError(f"{len(classes)} classes need vectors [{len(classes)}, D], not {rows.shape}")
        object.__setattr__(self, "classes", tuple(classes))
        object.__setattr__(self, "vectors", rows)

    def similarities(self, embeddings: np.ndarray) -> np.ndarray:
        """Cosines of embeddings [B, D] with every row: [B, N] in [−1, 1]."""
        return unit(np.asarray(embeddings, np.float32)) @ unit(self.vectors).T

    def rank(self, embeddings: np.ndarray, k: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The k nearest classes of each embedding (§3.4, "finding the d̂ that maximizes the cosine").

        embeddings [B, D] → class indices [B, k] and cosines [B, k], best first; ties keep the rows' order.
        k is cut to the number of classes.
        """
        return top(self.similarities(embeddings), k)

    def with_examples(self, name: str, embeddings: np.ndarray) -> Dictionary:
        """A new dictionary whose row for `name` has learned from examples [E, D], E ≥ 1; no weight changes.

        A new class becomes the mean direction of its examples; a known class moves towards them, its old
        direction counting as PRIOR_EXAMPLES examples.
        """
        examples = unit(np.atleast_2d(np.asarray(embeddings, np.float32)))
        if len(examples) == 0:
            raise ValueError("a class needs at least one example")
        total = examples.sum(axis=0)
        if name not in self.classes:
            row = unit(total)[None]
            return Dictionary((*self.classes, name), np.concatenate([self.vectors, row]))
        index = self.classes.index(name)
        vectors = self.vectors.copy()
        vectors[index] = unit(unit(vectors[index]) * PRIOR_EXAMPLES + total)
        return replace(self, classes=self.classes, vectors=vectors)


def top(scores: np.ndarray, k: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Indices and values of the k largest scores of each row [B, N], best first, stable among equals."""
    k = scores.shape[1] if k is None else min(k, scores.shape[1])
    if scores.shape[1] == 0:
        return np.zeros((len(scores), 0), np.int64), np.zeros((len(scores), 0), scores.dtype)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(scores, order, axis=1)
