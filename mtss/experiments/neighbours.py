"""The second thing anyone would try: nearest neighbours on the same frozen features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler, normalize

from mtss.experiments.measuring import chosen
from mtss.labels import AttributeType
from mtss.metrics import f1_at_k
from mtss.training.dataset import FeatureSet
from mtss.training.targets import Targets, build_targets

COUNTS = (1, 3, 7, 15, 31)
AT_ONCE = 1024  # images: what their neighbours' labels take is held at a time
UNJUDGED = 7  # where there is no validation image to choose by


def neighbour_scores(
    data: FeatureSet,
    attribute: AttributeType,
    refit: bool = True,
    counts: Sequence[int] = COUNTS,
    asked: np.ndarray | None = None,
) -> np.ndarray:
    """Class scores of the images `asked` (indices [M]; None: all), float [M, C].

    Votes of the nearest labelled images, weighted by cosine; who does not know a class has no vote on it. How
    many vote is chosen of `counts` by the validation images; with `refit` those vote too. An image never
    votes for itself.
    """
    targets = build_targets(data.samples, attribute)
    scaler = StandardScaler().fit(data.features[data.mask("train")])
    features = np.asarray(normalize(np.asarray(scaler.transform(data.features))))
    labelled = targets.known.any(axis=1)
    train, val = (np.flatnonzero(data.mask(split) & labelled) for split in ("train", "val"))
    judges = np.flatnonzero(data.mask("val") & targets.judged)

    def scores(count: int, voters: np.ndarray, judged: np.ndarray) -> np.ndarray:
        return _votes(features, targets, voters, judged, count)

    def score(count: int) -> float:
        return f1_at_k(scores(count, train, judges), targets.positive[judges], 1)

    best = chosen(counts, score, len(judges), UNJUDGED)
    voters = np.concatenate([train, val]) if refit else train
    return scores(best, voters, np.arange(len(features)) if asked is None else asked)


def _votes(
    features: np.ndarray, targets: Targets, voters: np.ndarray, judged: np.ndarray, count: int
) -> np.ndarray:
    """Share of the votes, [len(judged), C], from unit vectors [N, F]; some images at a time."""
    index = NearestNeighbors(n_neighbors=min(count + 1, len(voters)), algorithm="brute").fit(features[voters])
    shares = np.zeros((len(judged), len(targets.rows)))
    for start in range(0, len(judged), AT_ONCE):
        some = judged[start : start + AT_ONCE]
        distances, found = index.kneighbors(features[some])  # of unit vectors: d² = 2 − 2·cos
        who = voters[found]
        cosine = np.where(who == some[:, None], -np.inf, 1.0 - distances**2 / 2.0)
        order = np.argsort(-cosine, axis=1)[:, :count]
        weight = np.clip(np.take_along_axis(cosine, order, axis=1), 0.0, None)
        nearest = np.take_along_axis(who, order, axis=1)
        votes, entitled = (
            np.einsum("ik,ikc->ic", weight, states[nearest]) for states in (targets.positive, targets.known)
        )
        shares[start : start + AT_ONCE] = votes / np.maximum(entitled, np.finfo(float).tiny)
    return shares
