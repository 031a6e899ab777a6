"""A class that nobody taught (§3.4): one more row of the dictionary, from a few examples, no weight changed.

`Dictionary.with_examples` is the paper's row. What is here goes beyond it: a row that is compared in two
spaces at once, the branch's and that of the features, and that is held back. A branch was taught to tell the
known classes apart, and may show a new one just as it shows the nearest of those.
"""

from __future__ import annotations

import numpy as np

from mtss.dictionary import unit

# A new row is held back by this part of what its examples have ahead of other rows, or by the first of these
# that serves the verified better.
PART = 0.25
OFFSETS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)


def centred(features: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Directions of features [B, F] as seen from `centre` [F], the mean of such: [B, F], unit length."""
    return unit(unit(features) - centre)


def new_row(
    vectors: np.ndarray, mine: np.ndarray, known: np.ndarray, truth: np.ndarray
) -> tuple[np.ndarray, float]:
    """The row of a class with the examples `mine`, indices of vectors [N, D], and what its cosines are less.

    `vectors` are what is verified, of unit length in each of their spaces; `known` [N, M] their similarities
    with the other rows; `truth` bool [N, M + 1] whether a row is true of them, the new one last. Returns a
    row [D] of unit length, the mean direction of its examples, and an offset ≥ 0.
    """
    row = unit(vectors[mine].sum(axis=0))
    own = left_out(np.zeros_like(row), vectors, mine)
    offsets = (_held_back(own[mine], known[mine]), *OFFSETS)
    found = [hits(np.column_stack([known, own - offset]), truth) for offset in offsets]
    return row, offsets[int(np.argmax(found))]


def left_out(start: np.ndarray, vectors: np.ndarray, mine: np.ndarray) -> np.ndarray:
    """Similarities [N] with the row `start + Σ mine`; each image of `mine` meets the row made without it.

    A lone example has nothing left without itself: it counts as not found.
    """
    total = start + vectors[mine].sum(axis=0)
    cosines = vectors @ unit(total)
    without = total - vectors[mine]
    cosines[mine] = (unit(without) * vectors[mine]).sum(axis=1)
    if len(mine) == 1 and not start.any():
        cosines[mine] = -1.0
    return cosines


def hits(similarities: np.ndarray, truth: np.ndarray) -> int:
    """How many images have one of their own rows on top; similarities and truth [N, M]."""
    if not similarities.shape[1]:
        return 0
    best = similarities.argmax(axis=1)
    return int(truth[np.arange(len(truth)), best].sum())


def _held_back(own: np.ndarray, rivals: np.ndarray) -> float:
    """For a row whose examples [E] are compared with the best other one [E, M]; 0 where they lie behind it.

    A mean of directions lies nearer to its images than trained rows lie to theirs: not held back, it would
    take the images of a class beside it that nobody has verified yet.
    """
    if not rivals.shape[1]:
        return 0.0
    ahead = float(np.median(own - rivals.max(axis=1)))
    return max(0.0, PART * ahead)
