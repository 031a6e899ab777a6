"""The first thing anyone would try: scikit-learn's logistic regression on the same frozen features."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from mtss.experiments.measuring import chosen
from mtss.labels import AttributeType
from mtss.metrics import f1_at_k
from mtss.training.dataset import FeatureSet
from mtss.training.targets import Targets, build_targets

STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 1.0)
UNJUDGED = 0.01  # where there is no validation image to choose by


def probe_f1(data: FeatureSet, attribute: AttributeType) -> float:
    """F1@1 on the test images, of `probe_scores`."""
    targets = build_targets(data.samples, attribute)
    test = np.flatnonzero(data.mask("test") & targets.judged)
    return f1_at_k(probe_scores(data, attribute, asked=test), targets.positive[test], 1)


def probe_scores(
    data: FeatureSet,
    attribute: AttributeType,
    refit: bool = True,
    strengths: Sequence[float] = STRENGTHS,
    asked: np.ndarray | None = None,
) -> np.ndarray:
    """Class scores of the images `asked` (indices [M]; None: all), float [M, C].

    Of several `strengths` validation images choose C; with `refit` those are learned from too afterwards:
    fair beside a model that does the same. What is unknown of an image teaches nothing.
    """
    targets = build_targets(data.samples, attribute)
    train, val = (np.flatnonzero(data.mask(split)) for split in ("train", "val"))
    judges = np.flatnonzero(data.mask("val") & targets.judged)
    scaler = StandardScaler().fit(data.features[train])
    features = np.asarray(scaler.transform(data.features))

    def scores(strength: float, learn: np.ndarray, judged: np.ndarray) -> np.ndarray:
        return _scores(features[learn], targets.take(learn), features[judged], strength, attribute)

    def score(strength: float) -> float:
        return f1_at_k(scores(strength, train, judges), targets.positive[judges], 1)

    best = chosen(strengths, score, len(judges), UNJUDGED)
    learn = np.concatenate([train, val]) if refit else train
    return scores(best, learn, np.arange(len(features)) if asked is None else asked)


def _scores(
    x: np.ndarray, targets: Targets, judged: np.ndarray, strength: float, attribute: AttributeType
) -> np.ndarray:
    """Class scores [n, C]: multinomial for a single choice, one against the rest for several."""
    y = targets.positive
    scores = np.full((len(judged), y.shape[1]), -np.inf)
    if attribute.selection == "single":
        labelled = y.any(axis=1)
        model = _fit(x[labelled], y[labelled].argmax(axis=1), strength)
        scores[:, model.classes_] = model.predict_log_proba(judged)
        return scores
    for column, known in enumerate(targets.known.T):
        if y[:, column].any() and targets.negative[:, column].any():
            scores[:, column] = _fit(x[known], y[known, column], strength).decision_function(judged)
    return scores


def _fit(x: np.ndarray, y: np.ndarray, strength: float) -> LogisticRegression:
    # one thread: on two busy cores OpenBLAS's second one made a probe sixty times slower (measured)
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        return LogisticRegression(C=strength, max_iter=300).fit(x, y)
