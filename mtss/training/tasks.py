"""What is trained, apart from how: a task gives batches, named parts of its loss, and a score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from mtss.metrics import f1_at_k
from mtss.training.config import TrainConfig
from mtss.training.losses import certainty, dead_share, focal, hinge
from mtss.training.networks import Student, Teacher
from mtss.training.sampling import TripletSampler
from mtss.training.targets import Targets

Parts = dict[str, Tensor]


class Task(Protocol):
    """The loop knows this and nothing of losses: the total stands under "loss".

    `random` is all that an epoch of `batches` depends on: the same state gives the same batches.
    """

    @property
    def module(self) -> nn.Module: ...

    @property
    def random(self) -> np.random.Generator: ...

    def batches(self) -> Iterator[object]: ...

    def step(self, batch: object) -> Parts: ...

    def score(self) -> float | None: ...


@dataclass(frozen=True)
class TripletBatch:
    label: Tensor  # [B] rows of the dictionary
    positive: Tensor  # [B] images
    negative: Tensor  # [B, K] images

    def distinct(self) -> tuple[Tensor, Tensor, Tensor]:
        """Each image once: images [U], and positives [B] and negatives [B, K] as positions among them."""
        both = torch.cat([self.positive[:, None], self.negative], dim=1)
        images, positions = torch.unique(both, return_inverse=True)
        return images, positions[:, 0], positions[:, 1:]


def triplet_batches(sampler: TripletSampler, size: int, device: torch.device) -> Iterator[TripletBatch]:
    """One epoch in batches."""
    epoch = sampler.epoch()
    for at in range(0, len(epoch.label), size):
        cut = slice(at, at + size)
        parts = (epoch.label[cut], epoch.positive[cut], epoch.negative[cut])
        yield TripletBatch(*(torch.from_numpy(np.ascontiguousarray(p)).to(device) for p in parts))


def triplet_loss(
    config: TrainConfig, cosines: Tensor, label: Tensor, positive: Tensor, negative: Tensor
) -> Parts:
    """Eq. 1 or 2 averaged over K negatives, from cosines [U, N] of distinct images with all rows.

    label [B] rows, positive [B] and negative [B, K] images: positions in `cosines`.
    """
    near = cosines[positive, label][:, None]  # cos(d, e⁺) [B, 1]
    far = cosines[negative, label[:, None]]  # cos(d, e⁻) [B, K]
    if config.loss == "hinge":
        losses = hinge(near, far)
    else:
        losses = focal(near, far, gamma=config.gamma, pt_mode=config.pt_mode)
    return {"loss": losses.mean(), "dead": dead_share(near.detach(), far.detach())}


def _cosines(embeddings: Tensor, dictionary: Tensor) -> Tensor:
    """[U, D], [N, D] → [U, N]."""
    return functional.normalize(embeddings, dim=1) @ functional.normalize(dictionary, dim=1).T


@dataclass
class TeacherTask:
    """Stage one (§3.2): one attribute type's embedding and dictionary from triplets."""

    module: Teacher
    features: Tensor  # [M, F] of all images
    sampler: TripletSampler
    validation: tuple[Tensor, Targets]
    config: TrainConfig

    @property
    def random(self) -> np.random.Generator:
        return self.sampler.random

    def batches(self) -> Iterator[TripletBatch]:
        return triplet_batches(self.sampler, self.config.batch, self.features.device)

    def step(self, batch: object) -> Parts:
        assert isinstance(batch, TripletBatch)
        images, positive, negative = batch.distinct()
        embeddings = self.module(self.features[images])
        cosines = _cosines(embeddings, self.module.dictionary)
        return triplet_loss(self.config, cosines, batch.label, positive, negative)

    def score(self) -> float | None:
        features, targets = self.validation
        with torch.no_grad():
            return f1_of(self.module(features), self.module.dictionary, targets)


@dataclass
class StudentTask:
    """Stage two (§3.3): the student's branches match the frozen teachers' embeddings on pooled images.

    `teacher`: {type: e_T [M, D]} computed once, as the view is fixed.
    """

    module: Student
    features: Tensor
    teacher: Mapping[str, Tensor]
    dictionaries: Mapping[str, Tensor]
    validation: Sequence[tuple[Tensor, Targets]]
    config: TrainConfig
    random: np.random.Generator

    def __post_init__(self) -> None:
        self.weights = {
            name: certainty(e, self.dictionaries[name], self.config.beta) for name, e in self.teacher.items()
        }

    def batches(self) -> Iterator[Tensor]:
        order = torch.from_numpy(self.random.permutation(len(self.features))).to(self.features.device)
        yield from order.split(self.config.batch)

    def step(self, batch: object) -> Parts:
        assert isinstance(batch, Tensor)
        embeddings = self.module(self.features[batch])
        parts: Parts = {}
        for name, student in embeddings.items():  # eq. 4: Σ over types, mean over the batch
            cosine = functional.cosine_similarity(student, self.teacher[name][batch], dim=1)
            parts[name] = (self.weights[name][batch] * (1.0 - cosine)).mean()
        return parts | {"loss": torch.stack(list(parts.values())).sum()}

    def score(self) -> float | None:
        scores: list[float] = []
        for features, targets in self.validation:
            with torch.no_grad():
                embeddings = self.module(features)[targets.name]
            score = f1_of(embeddings, self.dictionaries[targets.name], targets)
            if score is not None:
                scores.append(score)
        return float(np.mean(scores)) if scores else None


def f1_of(embeddings: Tensor, dictionary: Tensor, targets: Targets) -> float | None:
    """F1@1 over the real classes of the images that were looked at; None where there are too few to tell."""
    if int(targets.looked.sum()) < 5 or not targets.positive[:, : targets.real].any():
        return None
    rows = functional.normalize(dictionary[: targets.real], dim=1)
    cosines = (functional.normalize(embeddings, dim=1) @ rows.T).cpu().numpy()
    return f1_at_k(cosines[targets.looked], targets.positive[targets.looked, : targets.real], 1)
