"""Similarity → probability per attribute type: a softmax where one class applies, else sigmoids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from mtss.labels import Selection

ENOUGH_VERIFIED = 50  # fewer verified images: the type is shown as uncalibrated
DEFAULT_SCALE, DEFAULT_BIAS = 10.0, -5.0  # a cosine of 0.5 reads as one half until there is data


@dataclass(frozen=True)
class Calibration:
    """How one attribute type turns cosines into probabilities.

    single: softmax(scale · cos) over all rows. multiple: sigmoid(scale_n · cos + bias_n) per row.
    `scale`, `bias`: float64 [N] (single: all equal, bias 0). `shared`: (scale, bias) for rows added later.
    `verified`: validation images it was fitted on.
    """

    selection: Selection
    scale: np.ndarray
    bias: np.ndarray
    shared: tuple[float, float]
    verified: int

    @property
    def calibrated(self) -> bool:
        return self.verified >= ENOUGH_VERIFIED

    def confidence(self, similarities: np.ndarray) -> np.ndarray:
        """Cosines [B, M] → probabilities [B, M]; columns beyond the model's N: classes added later."""
        extra = max(0, similarities.shape[1] - len(self.scale))
        columns = similarities.shape[1]
        scale = np.concatenate([self.scale, np.full(extra, self.shared[0])])[:columns]
        bias = np.concatenate([self.bias, np.full(extra, self.shared[1])])[:columns]
        logits = np.asarray(similarities, np.float64) * scale + bias
        return softmax(logits) if self.selection == "single" else sigmoid(logits)

    def to_json(self) -> dict[str, object]:
        return {
            "selection": self.selection,
            "scale": [round(float(s), 6) for s in self.scale],
            "bias": [round(float(b), 6) for b in self.bias],
            "shared": [round(float(s), 6) for s in self.shared],
            "verified": self.verified,
        }

    @staticmethod
    def from_json(value: object) -> Calibration:
        entry = cast("dict[str, object]", value)
        shared = cast("list[float]", entry["shared"])
        return Calibration(
            cast("Selection", entry["selection"]),
            np.asarray(entry["scale"], np.float64),
            np.asarray(entry["bias"], np.float64),
            (shared[0], shared[1]),
            cast("int", entry["verified"]),
        )


def softmax(logits: np.ndarray) -> np.ndarray:
    """Over the last axis, without overflow."""
    if logits.shape[-1] == 0:
        return logits
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    return 0.5 * (1.0 + np.tanh(0.5 * logits))


def fit(
    selection: Selection, similarities: np.ndarray, positive: np.ndarray, known: np.ndarray
) -> Calibration:
    """Fit on validation images: cosines, positive (bool) and known (bool: looked at), each [V, N]."""
    if selection == "single":
        return _fit_softmax(similarities, positive)
    return _fit_sigmoids(similarities, positive, known)


def _fit_softmax(similarities: np.ndarray, positive: np.ndarray) -> Calibration:
    """The temperature with the least negative log-likelihood on a grid (1 to 100, steps of 5 %)."""
    rows = positive.sum(axis=1) == 1
    cosines, truth = similarities[rows].astype(np.float64), positive[rows].argmax(axis=1)
    scale = DEFAULT_SCALE
    if len(truth) >= 5:
        scales = np.geomspace(1.0, 100.0, 95)
        losses = [_negative_log_likelihood(cosines * s, truth) for s in scales]
        scale = float(scales[int(np.argmin(losses))])
    count = similarities.shape[1]
    return Calibration("single", np.full(count, scale), np.zeros(count), (scale, 0.0), int(rows.sum()))


def _negative_log_likelihood(logits: np.ndarray, truth: np.ndarray) -> float:
    probability = softmax(logits)[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(probability, 1e-12)).mean())


def _fit_sigmoids(similarities: np.ndarray, positive: np.ndarray, known: np.ndarray) -> Calibration:
    """One pooled sigmoid for the type; classes with data move their own away from it, held by a prior."""
    images, count = int(known.any(axis=1).sum()), similarities.shape[1]
    shared = (DEFAULT_SCALE, DEFAULT_BIAS)
    if images >= 5 and positive[known].any() and not positive[known].all():
        shared = _logistic(similarities[known], positive[known], shared, strength=1e-3)
    pairs = [shared] * count
    for n in range(count):
        mask = known[:, n]
        if positive[mask, n].any() and not positive[mask, n].all():
            pairs[n] = _logistic(similarities[mask, n], positive[mask, n], shared, strength=1.0)
    scale, bias = np.array(pairs, np.float64).reshape(count, 2).T
    return Calibration("multiple", scale, bias, shared, images)


def _logistic(
    x: np.ndarray, y: np.ndarray, prior: tuple[float, float], strength: float
) -> tuple[float, float]:
    """Newton's method for sigmoid(a·x + b), with a Gaussian prior of precision `strength` around `prior`."""
    design = np.stack([x.astype(np.float64), np.ones(len(x))], axis=1)
    target, centre = y.astype(np.float64), np.array(prior)
    weights = centre.copy()
    for _ in range(50):
        p = sigmoid(design @ weights)
        gradient = design.T @ (p - target) + strength * (weights - centre)
        curvature = (design * (p * (1 - p))[:, None]).T @ design + (strength + 1e-6) * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step * min(1.0, 5.0 / max(1e-12, float(np.abs(step).max())))
        if np.abs(step).max() < 1e-8:
            break
    return max(0.0, float(weights[0])), float(weights[1])  # more similar never means less likely
