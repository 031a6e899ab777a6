"""The baseline (C11): the same network with one logit a class and binary cross-entropy.

Its branch gives the N logits, and its dictionary is the identity: cosines with its rows rank classes as their
logits do, so that everything behind it stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from mtss.training.config import TrainConfig
from mtss.training.inputs import Inputs
from mtss.training.judging import embed, f1_of
from mtss.training.networks import Teacher
from mtss.training.targets import Targets
from mtss.training.tasks import Parts
from mtss.training.teacher_task import held_near


@dataclass
class BceTask:
    """Images with no label of the type are masked; what is unknown of an image is masked too."""

    module: Teacher
    inputs: Inputs
    targets: Targets
    validation: tuple[Inputs, Targets]
    config: TrainConfig
    random: np.random.Generator

    def __post_init__(self) -> None:
        self._labelled = np.flatnonzero(self.targets.known.any(axis=1))

    @property
    def items(self) -> int:
        """(image, label) pairs: its budget and its ridge are those of a teacher with triplets."""
        return self.targets.pairs

    def batches(self) -> Iterator[Tensor]:
        yield from torch.from_numpy(self.random.permutation(self._labelled)).split(self.config.batch)

    @property
    def ahead(self) -> int:
        return self.inputs.ahead

    def load(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        return batch, self.inputs.take(batch)

    def step(self, batch: tuple[Tensor, Tensor]) -> Parts:
        rows, inputs = batch[0].numpy(), batch[1]
        logits = self.module(inputs)  # [B, N]
        truth = torch.from_numpy(self.targets.positive[rows]).to(logits)
        known = torch.from_numpy(self.targets.known[rows]).to(logits)
        losses = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
        loss = (losses * known).sum() / known.sum().clamp(min=1.0)
        return held_near(self.module, self.config, self.targets, {"loss": loss})

    def score(self) -> float | None:
        inputs, targets = self.validation
        return f1_of(embed(self.module, inputs), self.module.dictionary, targets)
