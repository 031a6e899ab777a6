"""Stage two (§3.3): the student's branches match the frozen teachers' embeddings on pooled images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mtss.training.config import TrainConfig
from mtss.training.inputs import Inputs
from mtss.training.judging import embed_branches, f1_of
from mtss.training.losses import certainty, weighed_distance
from mtss.training.networks import Student
from mtss.training.targets import Targets
from mtss.training.tasks import Parts


@dataclass
class StudentTask:
    """Stage two (§3.3): the student's branches match the frozen teachers' embeddings on pooled images.

    `teacher`: {type: e_T [M, D]} computed once, as the view is fixed. `unweighted`: types whose teacher has
    no dictionary (C11), so that eq. 4's weight would say nothing.
    """

    module: Student
    inputs: Inputs
    teacher: Mapping[str, Tensor]
    dictionaries: Mapping[str, Tensor]
    validation: tuple[Inputs, Sequence[Targets]]
    config: TrainConfig
    random: np.random.Generator
    unweighted: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        betas = {name: 0.0 if name in self.unweighted else self.config.beta for name in self.teacher}
        self.weights = {
            name: certainty(e, self.dictionaries[name], betas[name]) for name, e in self.teacher.items()
        }

    @property
    def ahead(self) -> int:
        return self.inputs.ahead

    def batches(self) -> Iterator[Tensor]:
        device = next(iter(self.teacher.values())).device
        order = torch.from_numpy(self.random.permutation(len(self.inputs))).to(device)
        yield from order.split(self.config.batch)

    def load(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        return batch, self.inputs.take(batch)

    def step(self, batch: tuple[Tensor, Tensor]) -> Parts:
        rows, inputs = batch
        parts: Parts = {}
        for name, student in self.module(inputs).items():  # eq. 4: Σ over types, mean over the batch
            parts[name] = weighed_distance(student, self.teacher[name][rows], self.weights[name][rows])
        return parts | {"loss": torch.stack(list(parts.values())).sum()}

    def score(self) -> float | None:
        inputs, targets = self.validation
        if not len(inputs):
            return None
        embeddings = embed_branches(self.module, inputs)
        found = [f1_of(embeddings[t.name], self.dictionaries[t.name], t) for t in targets]
        scores = [score for score in found if score is not None]
        return float(np.mean(scores)) if scores else None
