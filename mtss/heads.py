"""The student's small half: from stored features to one embedding per attribute type, in numpy.

The weights are the graph's own initializers, so a library can be ranked again without its images.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

PREFIX = "head."
TRUNK_WEIGHT, TRUNK_BIAS = "head.trunk.weight", "head.trunk.bias"


def branch_names(index: int) -> tuple[str, str]:
    """Names of a branch's weight [H, D] and bias [D] in the graph."""
    return f"head.branch.{index}.weight", f"head.branch.{index}.bias"


@dataclass(frozen=True)
class Heads:
    """An optional shared trunk (features [F] → ReLU → [H]) and one linear branch per type ([H] → [D])."""

    trunk: tuple[np.ndarray, np.ndarray] | None
    branches: Mapping[str, tuple[np.ndarray, np.ndarray]]

    @staticmethod
    def from_tensors(tensors: Mapping[str, np.ndarray], types: Sequence[str]) -> Heads:
        """Raises KeyError when a tensor is missing."""
        wide = {name: value.astype(np.float32) for name, value in tensors.items()}
        trunk = (wide[TRUNK_WEIGHT], wide[TRUNK_BIAS]) if TRUNK_WEIGHT in wide else None
        branches = {
            name: (wide[branch_names(i)[0]], wide[branch_names(i)[1]]) for i, name in enumerate(types)
        }
        return Heads(trunk, branches)

    def moved(self, shift: np.ndarray) -> Heads:
        """The heads that say of features x what these say of x + shift [F]: weights stay, biases change."""

        def move(pair: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
            return pair[0], (pair[1] + shift @ pair[0].astype(np.float64)).astype(np.float32)

        if self.trunk is not None:
            return Heads(move(self.trunk), self.branches)
        return Heads(None, {name: move(pair) for name, pair in self.branches.items()})

    def hidden(self, features: np.ndarray) -> np.ndarray:
        """What the branches share: features [N, F] of any float type → [N, H]."""
        wide = np.asarray(features, np.float32)
        if self.trunk is None:
            return wide
        return np.maximum(wide @ self.trunk[0] + self.trunk[1], 0.0)

    def embed(self, features: np.ndarray) -> dict[str, np.ndarray]:
        """Features [N, F] → {type: embedding [N, D]}, float32, not normalised."""
        shared = self.hidden(features)
        return {name: shared @ weight + bias for name, (weight, bias) in self.branches.items()}
