"""Folds and bulging panels as a height field, and the light on it."""

import math
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mtss.datasets.garments.pieces import Fold

Field = NDArray[np.floating[Any]]
LIGHT = (-0.42, -0.58, 0.70)  # a window above on the left


def box_blur(field: Field, radius: int) -> Field:
    """Three box blurs of that radius in pixels (close to a Gaussian of σ = radius), zero outside."""
    if radius < 1:
        return field
    out = field
    for _ in range(3):
        for axis in (0, 1):
            out = _box(out, radius, axis)
    return out


def _box(field: Field, radius: int, axis: int) -> Field:
    pad = [(0, 0), (0, 0)]
    pad[axis] = (radius + 1, radius)
    total = np.cumsum(np.pad(field, pad), axis=axis, dtype=np.float32)
    size = field.shape[axis]
    width = 2 * radius + 1
    if axis == 0:
        return (total[width : width + size] - total[:size]) / width
    return (total[:, width : width + size] - total[:, :size]) / width


def open_blur(field: Field, radius: int) -> Field:
    """As box_blur, but what touches the border is taken to go on beyond it."""
    pad = 3 * radius + 2
    return box_blur(np.pad(field, pad, mode="edge"), radius)[pad:-pad, pad:-pad]


def shifted(field: Field, right: int, down: int) -> Field:
    """The field moved by whole pixels; what lay beyond its border counts as 0."""
    out = np.zeros_like(field)
    height, width = field.shape
    right, down = max(-width, min(width, right)), max(-height, min(height, down))
    to_y, to_x = slice(max(0, down), height + min(0, down)), slice(max(0, right), width + min(0, right))
    from_y, from_x = slice(max(0, -down), height - max(0, down)), slice(max(0, -right), width - max(0, right))
    out[to_y, to_x] = field[from_y, from_x]
    return out


def fold_height(fold: Fold, u: Field, v: Field) -> Field:
    """The ridge's height at design coordinates u, v: a soft profile across, fading out at both ends."""
    dx, dy = fold.end[0] - fold.start[0], fold.end[1] - fold.start[1]
    length = math.hypot(dx, dy) or 1.0
    dx, dy = dx / length, dy / length
    t = np.clip(((u - fold.start[0]) * dx + (v - fold.start[1]) * dy) / length, 0, 1)
    swell = np.sin(t * np.float32(math.pi))
    across = (v - fold.start[1]) * dx - (u - fold.start[0]) * dy - fold.bend * swell
    width = fold.width * (0.45 + 0.55 * swell)
    return fold.height * swell * np.exp(-((across / width) ** 2))


def undulation(u: Field, v: Field, rng: Random, amplitude: float) -> Field:
    """The slow waves of a cloth that lies loosely, of about that amplitude in design units."""
    height = np.zeros_like(u)
    for _ in range(4):
        wave, angle, phase = rng.uniform(0.035, 0.085), rng.uniform(-0.9, 0.9), rng.uniform(0, math.tau)
        sway = 14 * np.sin(v * np.float32(rng.uniform(0.008, 0.02)) + np.float32(rng.uniform(0, 6)))
        along = np.float32(wave * math.cos(angle)) * (u + sway) + np.float32(wave * math.sin(angle)) * v
        height += np.float32(amplitude) * np.sin(along + np.float32(phase))
    return height


def lit(height: Field, scale: float) -> tuple[Field, Field]:
    """Diffuse light relative to a flat cloth (1 = flat), and the alignment of the half vector (0 … 1).

    scale is pixels per design unit: heights are in design units.
    """
    slope_y, slope_x = np.gradient(height)
    slope_x, slope_y = slope_x * scale, slope_y * scale
    norm = 1 / np.sqrt(slope_x**2 + slope_y**2 + 1)
    diffuse = (-slope_x * LIGHT[0] - slope_y * LIGHT[1] + LIGHT[2]) * norm / LIGHT[2]
    half = np.asarray((LIGHT[0], LIGHT[1], LIGHT[2] + 1.0)) / math.sqrt(2 + 2 * LIGHT[2])
    align = np.clip((-slope_x * half[0] - slope_y * half[1] + half[2]) * norm, 0, 1)
    return diffuse.astype(np.float32), align.astype(np.float32)
