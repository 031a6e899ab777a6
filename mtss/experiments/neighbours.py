"""The second thing anyone would try: nearest neighbours on the same frozen features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler, normalize

from mtss.labels import AttributeType
from mtss.metrics import f1_at_k
from mtss.training.dataset import FeatureSet
from mtss.training.targets import build_targets

COUNTS = (1, 3, 7, 15, 31)
UNJUDGED = 7  # where there is no validation image to choose by


def neighbour_scores(
    data: FeatureSet, attribute: AttributeType, refit: bool = True, counts: Sequence[int] = COUNTS
) -> np.ndarray:
    """Class scores of all images, float [M, C]: votes of the nearest labelled ones, weighted by cosine.

    How many vote is chosen of `counts` by the validation images; with `refit` those vote too. An image
    never votes for itself.
    """
    targets = build_targets(data.samples, attribute)
    scaler = StandardScaler().fit(data.features[data.mask("train")])
    features = np.asarray(normalize(np.asarray(scaler.transform(data.features))))
    train = np.flatnonzero(data.mask("train") & targets.looked)
    val = np.flatnonzero(data.mask("val") & targets.looked)

    def scores(count: int, voters: np.ndarray, judge: np.ndarray) -> np.ndarray:
        return _votes(features, targets.positive, voters, judge, count)

    def score(count: int) -> float:
        return f1_at_k(scores(count, train, val), targets.positive[val], 1)

    tried = counts if len(counts) == 1 or len(val) else (UNJUDGED,)
    best = tried[0] if len(tried) == 1 else max(tried, key=score)
    return scores(best, np.concatenate([train, val]) if refit else train, np.arange(len(features)))


def _votes(
    features: np.ndarray, positive: np.ndarray, voters: np.ndarray, judge: np.ndarray, count: int
) -> np.ndarray:
    index = NearestNeighbors(n_neighbors=min(count + 1, len(voters)), algorithm="brute").fit(features[voters])
    distances, found = index.kneighbors(features[judge])  # of unit vectors: d² = 2 − 2·cos
    who = voters[found]
    cosine = np.where(who == judge[:, None], -np.inf, 1.0 - distances**2 / 2.0)
    order = np.argsort(-cosine, axis=1)[:, :count]
    weight = np.clip(np.take_along_axis(cosine, order, axis=1), 0.0, None)
    votes = positive[np.take_along_axis(who, order, axis=1)]
    return (weight[:, :, None] * votes).sum(axis=1)
