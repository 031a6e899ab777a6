"""How the fixed projection was made: principal components of the pooled stages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

STAGE_WIDTHS = (16, 16, 24, 24, 40, 40, 80, 80, 112, 112, 192, 192, 1280)  # mean, deviation …, last pooling


@dataclass(frozen=True)
class Projection:
    """features = weight @ pooled + bias; weight [F, 2208]. `kept`: share of the (standardised) variance."""

    weight: np.ndarray
    bias: np.ndarray
    kept: float

    def apply(self, pooled: np.ndarray) -> np.ndarray:
        return pooled @ self.weight.T + self.bias

    def save(self, path: Path) -> None:
        np.savez(
            path, weight=self.weight.astype(np.float16), bias=self.bias.astype(np.float32), kept=self.kept
        )


def principal(pooled: np.ndarray, dim: int, last_weight: float = 1.0) -> Projection:
    """Fit on pooled stages [M, 2208]; equal variance a stage, the last pooling weighted more.

    The directions are scaled so that the first feature has deviation 1: float16 holds all of them.
    Raises ValueError unless `dim` is below M: M centred images span at most M − 1 directions.
    """
    if not 1 <= dim < len(pooled):
        raise ValueError(f"{len(pooled)} images cannot give {dim} directions")
    mean, scale = _standard(pooled, last_weight)
    standard = (pooled - mean) * scale
    _, values, directions = np.linalg.svd(standard, full_matrices=False)
    kept = float((values[:dim] ** 2).sum() / (values**2).sum())
    # half-whitened: small directions carry colour and texture too, and a float16 step must not swallow them
    gain = np.sqrt(len(pooled)) / np.sqrt(values[:dim] * values[0])
    return _projection(directions[:dim] * gain[:, None], mean, scale, kept)


def random(pooled: np.ndarray, dim: int, seed: int = 0, last_weight: float = 1.0) -> Projection:
    """The same standardisation, then random orthonormal directions: what PCA is measured against."""
    mean, scale = _standard(pooled, last_weight)
    gaussian = np.random.default_rng(seed).standard_normal((pooled.shape[1], dim))
    directions = np.linalg.qr(gaussian)[0].T
    standard = (pooled - mean) * scale
    kept = float(((standard @ directions.T) ** 2).sum() / (standard**2).sum())
    gain = 1.0 / (standard @ directions.T).std()
    return _projection(directions * gain, mean, scale, kept)


def _standard(pooled: np.ndarray, last_weight: float) -> tuple[np.ndarray, np.ndarray]:
    weights = [last_weight if width == STAGE_WIDTHS[-1] else 1.0 for width in STAGE_WIDTHS]
    per_number = np.concatenate(
        [np.full(n, np.sqrt(w / n)) for n, w in zip(STAGE_WIDTHS, weights, strict=True)]
    )
    return pooled.mean(axis=0), per_number / np.maximum(pooled.std(axis=0), 1e-3)


def _projection(rows: np.ndarray, mean: np.ndarray, scale: np.ndarray, kept: float) -> Projection:
    # float16 first, so that the bias cancels exactly the mean that the stored weights see
    weight = (rows * scale).astype(np.float16).astype(np.float64)
    return Projection(weight, -(weight @ mean), kept)
