"""Stage one (§3.2): one attribute type's embedding and dictionary from triplets."""

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
from mtss.training.losses import dead_share, focal, hinge, ridge
from mtss.training.networks import Teacher
from mtss.training.sampling import TripletSampler
from mtss.training.targets import Targets
from mtss.training.tasks import Parts


@dataclass(frozen=True)
class TripletBatch:
    label: Tensor  # [B] rows of the dictionary
    positive: Tensor  # [B] images
    negative: Tensor  # [B, K] images
    rivals: Tensor  # bool [B, N]: rows that the positive is known not to be

    def distinct(self) -> tuple[Tensor, Tensor, Tensor]:
        """Each image once: images [U], and positives [B] and negatives [B, K] as positions among them."""
        both = torch.cat([self.positive[:, None], self.negative], dim=1)
        images, positions = torch.unique(both, return_inverse=True)
        return images, positions[:, 0], positions[:, 1:]


@dataclass(frozen=True)
class Triplet:
    """Distinct images' inputs [U, …], and where labels, positives and negatives are: [B], [B], [B, K].

    `rivals` as TripletBatch has them.
    """

    inputs: Tensor
    label: Tensor
    positive: Tensor
    negative: Tensor
    rivals: Tensor


def triplet_batches(sampler: TripletSampler, size: int, device: torch.device) -> Iterator[TripletBatch]:
    """One epoch in batches."""
    epoch = sampler.epoch()
    for at in range(0, len(epoch.label), size):
        cut = slice(at, at + size)
        rivals = sampler.targets.negative[epoch.positive[cut]]
        parts = (epoch.label[cut], epoch.positive[cut], epoch.negative[cut], rivals)
        yield TripletBatch(*(torch.from_numpy(np.ascontiguousarray(p)).to(device) for p in parts))


def triplet_loss(config: TrainConfig, cosines: Tensor, batch: Triplet) -> Parts:
    """Eq. 1 or 2 averaged over K negatives, from cosines [U, N] of distinct images with all rows.

    `config.symmetric`, beyond the paper: half of the loss ranks the rows by the image instead, cos(d, e⁺)
    against cos(d⁻, e⁺) with the rows d⁻ that the image is known not to be.
    """
    near = cosines[batch.positive, batch.label][:, None]  # cos(d, e⁺) [B, 1]
    far = cosines[batch.negative, batch.label[:, None]]  # cos(d, e⁻) [B, K]
    parts = {"loss": _ranked(config, near, far).mean(), "dead": dead_share(near.detach(), far.detach())}
    if config.symmetric:
        by_image = _ranked(config, near, cosines[batch.positive])  # [B, N]
        count = batch.rivals.sum(dim=1).clamp(min=1)
        parts["rows"] = ((by_image * batch.rivals).sum(dim=1) / count).mean()
        parts["loss"] = 0.5 * (parts["loss"] + parts["rows"])
    return parts


def held_near(module: Teacher, config: TrainConfig, targets: Targets, parts: Parts) -> Parts:
    """The parts with the branch's ridge, which weighs more the less even classes are, less the more is known.

    By the square of the imbalance: where one class outnumbers all others it holds, elsewhere it lets go.
    """
    if config.ridge:
        weight = config.ridge * targets.imbalance**2 / targets.pairs
        parts["ridge"] = ridge(module.branch.weight, module.branch.bias)
        parts["loss"] = parts["loss"] + weight * parts["ridge"]
    return parts


def _ranked(config: TrainConfig, near: Tensor, far: Tensor) -> Tensor:
    if config.loss == "hinge":
        return hinge(near, far)
    return focal(near, far, gamma=config.gamma, pt_mode=config.pt_mode)


def _cosines(embeddings: Tensor, dictionary: Tensor) -> Tensor:
    """[U, D], [N, D] → [U, N]."""
    return functional.normalize(embeddings, dim=1) @ functional.normalize(dictionary, dim=1).T


@dataclass
class TeacherTask:
    """Stage one (§3.2): one attribute type's embedding and dictionary from triplets."""

    module: Teacher
    inputs: Inputs  # of all training images
    sampler: TripletSampler
    validation: tuple[Inputs, Targets]
    config: TrainConfig

    @property
    def items(self) -> int:
        """(image, label) pairs."""
        return len(self.sampler)

    @property
    def random(self) -> np.random.Generator:
        return self.sampler.random

    @property
    def ahead(self) -> int:
        return self.inputs.ahead

    def batches(self) -> Iterator[TripletBatch]:
        return triplet_batches(self.sampler, self.config.batch, self.module.dictionary.device)

    def load(self, batch: TripletBatch) -> Triplet:
        images, positive, negative = batch.distinct()
        return Triplet(self.inputs.take(images), batch.label, positive, negative, batch.rivals)

    def step(self, batch: Triplet) -> Parts:
        cosines = _cosines(self.module(batch.inputs), self.module.dictionary)
        parts = triplet_loss(self.config, cosines, batch)
        return held_near(self.module, self.config, self.sampler.targets, parts)

    def score(self) -> float | None:
        inputs, targets = self.validation
        return f1_of(embed(self.module, inputs), self.module.dictionary, targets)
