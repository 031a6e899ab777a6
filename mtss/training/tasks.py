"""What is trained, apart from how: a task gives batches, named parts of its loss, and a score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from mtss.metrics import f1_at_k
from mtss.training.config import TrainConfig
from mtss.training.inputs import Inputs, in_parts
from mtss.training.losses import certainty, dead_share, focal, hinge, ridge
from mtss.training.networks import Student, Teacher
from mtss.training.sampling import TripletSampler
from mtss.training.targets import Targets

Parts = dict[str, Tensor]


class Task(Protocol):
    """The loop knows this and nothing of losses: the total stands under "loss".

    `random` is all that an epoch of `batches` depends on: the same state gives the same batches. They are
    mere numbers; `load` fetches what they stand for, up to `ahead` batches early and on another thread.
    """

    @property
    def module(self) -> nn.Module: ...

    @property
    def random(self) -> np.random.Generator: ...

    @property
    def ahead(self) -> int: ...

    def batches(self) -> Iterator[Any]: ...

    def load(self, batch: Any) -> Any: ...

    def step(self, batch: Any) -> Parts: ...

    def score(self) -> float | None: ...


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


def held_near(module: Teacher, weight: float, parts: Parts) -> Parts:
    """The parts with the branch's ridge, where it has a weight."""
    if weight:
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
        return held_near(self.module, self.config.ridge / self.items, parts)

    def score(self) -> float | None:
        inputs, targets = self.validation
        return f1_of(embed(self.module, inputs), self.module.dictionary, targets)


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
            cosine = functional.cosine_similarity(student, self.teacher[name][rows], dim=1)
            parts[name] = (self.weights[name][rows] * (1.0 - cosine)).mean()
        return parts | {"loss": torch.stack(list(parts.values())).sum()}

    def score(self) -> float | None:
        inputs, targets = self.validation
        if not len(inputs):
            return None
        embeddings = embed_branches(self.module, inputs)
        found = [f1_of(embeddings[t.name], self.dictionaries[t.name], t) for t in targets]
        scores = [score for score in found if score is not None]
        return float(np.mean(scores)) if scores else None


def embed(module: Teacher, inputs: Inputs) -> Tensor:
    """In eval mode, without gradient: [M, D]."""
    module.eval()
    with torch.no_grad():
        found = [module(part) for part in in_parts(inputs)]
    return torch.cat(found) if found else module.dictionary.new_zeros((0, module.dictionary.shape[1]))


def embed_branches(module: Student, inputs: Inputs) -> dict[str, Tensor]:
    """As `embed`, for every branch."""
    module.eval()
    with torch.no_grad():
        found = [module(part) for part in in_parts(inputs)]
    return {name: torch.cat([part[name] for part in found]) for name in module.types}


def f1_of(embeddings: Tensor, dictionary: Tensor, targets: Targets) -> float | None:
    """F1@1 over the real classes, of `targets.judged`; None where there are too few to tell."""
    judged = targets.judged
    truth = targets.positive[judged, : targets.real]
    if len(truth) < 5 or not truth.any():
        return None
    rows = functional.normalize(dictionary.detach()[: targets.real], dim=1)
    cosines = (functional.normalize(embeddings, dim=1) @ rows.T).cpu().numpy()
    return f1_at_k(cosines[judged], truth, 1)
