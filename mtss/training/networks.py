"""Teacher and student: the paper's φ and λ, on features or, with a backbone of their own, on images."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mtss.training.backbones.network import Network
from mtss.training.dropout import Dropout

NEAR = 0.01  # part of a branch's usual first weights where it starts near its bias
LENGTH = 0.3  # that bias's, as a share of a dictionary row's


class Standardise(nn.Module):
    """Features brought to mean 0, deviation 1 by numbers taken once from the training images."""

    mean: Tensor
    scale: Tensor

    def __init__(self, features: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", features.mean(dim=0))
        self.register_buffer("scale", 1.0 / features.std(dim=0, unbiased=False).clamp(min=1e-4))

    def forward(self, features: Tensor) -> Tensor:
        return (features - self.mean) * self.scale


class Teacher(nn.Module):
    """φ and λ of one attribute type (C1): features [B, F] → embedding e [B, D], and the dictionary d [N, D].

    `hidden` = 0 gives a linear map; else a trunk of its own, so that distillation has something to teach.
    With a `backbone` it takes images, uint8 [B, H, W, 3]; `features` are what that gives before training.
    """

    def __init__(
        self,
        features: Tensor,
        rows: int,
        dim: int,
        hidden: int,
        dropout: float = 0.0,
        backbone: Network | None = None,
    ) -> None:
        super().__init__()
        width = features.shape[1]
        self.backbone = backbone or nn.Identity()
        self.standardise = Standardise(features)
        self.trunk = _trunk(width, hidden, dropout)
        self.branch = nn.Linear(hidden or width, dim)
        self.dictionary = nn.Parameter(torch.randn(rows, dim))  # "randomly initialized label embeddings"

    def forward(self, inputs: Tensor) -> Tensor:
        return self.branch(self.trunk(self.standardise(self.backbone(inputs))))

    def say_logits(self) -> None:
        """For binary cross-entropy, with `dim` = `rows`: the dictionary is the identity, and stays it."""
        with torch.no_grad():
            self.dictionary.copy_(torch.eye(*self.dictionary.shape))
        self.dictionary.requires_grad_(False)

    @property
    def says_logits(self) -> bool:
        """Whether it learns by binary cross-entropy."""
        return not self.dictionary.requires_grad

    @property
    def is_linear(self) -> bool:
        """Whether the embedding is linear in given features."""
        return isinstance(self.backbone, nn.Identity) and isinstance(self.trunk, Dropout)

    def start_near_bias(self) -> None:
        """For a `ridge`: all images begin at nearly one embedding, b.

        Steps are as large for a short b as for a long one, though only directions count: they throw a short
        b and its W about, and turn a long one too slowly.
        """
        with torch.no_grad():
            self.branch.weight.mul_(NEAR)
            row = self.dictionary.norm(dim=1).mean()
            self.branch.bias.mul_(LENGTH * row / self.branch.bias.norm())


class Student(nn.Module):
    """φ^S (C5): one shared trunk and a linear branch per attribute type into that teacher's space.

    `dims`: {type: D of its teacher}. With a `backbone` it takes images, as a Teacher does.
    """

    def __init__(
        self,
        features: Tensor,
        dims: Mapping[str, int],
        hidden: int,
        backbone: Network | None = None,
    ) -> None:
        super().__init__()
        width = features.shape[1]
        self.backbone = backbone or nn.Identity()
        self.types = tuple(dims)
        self.hidden = hidden
        self.standardise = Standardise(features)
        self.trunk = _trunk(width, hidden, dropout=0.0)
        self.branches = nn.ModuleList([nn.Linear(hidden or width, dim) for dim in dims.values()])

    def begin_as(self, name: str, teacher: Teacher) -> None:
        """Let a branch be a teacher's, where both are linear in the features: the same e for every image."""
        branch = self.branches[self.types.index(name)]
        assert isinstance(branch, nn.Linear)
        mine, theirs = self.standardise, teacher.standardise
        with torch.no_grad():
            branch.weight.copy_(teacher.branch.weight * (theirs.scale / mine.scale))
            branch.bias.copy_(
                teacher.branch.bias + teacher.branch.weight @ ((mine.mean - theirs.mean) * theirs.scale)
            )

    def forward(self, inputs: Tensor) -> dict[str, Tensor]:
        shared = self.trunk(self.standardise(self.backbone(inputs)))
        return {name: branch(shared) for name, branch in zip(self.types, self.branches, strict=True)}


def _trunk(width: int, hidden: int, dropout: float) -> nn.Module:
    if not hidden:
        return Dropout(dropout)
    return nn.Sequential(Dropout(dropout), nn.Linear(width, hidden), nn.ReLU())
