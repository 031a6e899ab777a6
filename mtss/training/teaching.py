"""Stage one for one attribute type: from features and labels to a trained teacher."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from mtss.labels import AttributeType
from mtss.problem import Problem
from mtss.training.bce import BceTask
from mtss.training.config import TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.events import Run
from mtss.training.loop import Fit, fit
from mtss.training.networks import Teacher
from mtss.training.resuming import Checkpoints, fingerprint
from mtss.training.sampling import TripletSampler
from mtss.training.targets import Targets, build_targets, reserved_rows
from mtss.training.tasks import TeacherTask


class TooFewLabels(Problem):
    """A type that cannot be taught yet; the message says what is missing."""


@dataclass(frozen=True)
class TrainedTeacher:
    """A teacher in eval mode; `rows`: its dictionary's classes, `real` of them true, the rest reserved."""

    name: str
    rows: tuple[str, ...]
    real: int
    module: Teacher
    fit: Fit

    def embed(self, features: np.ndarray) -> np.ndarray:
        """features float32 [N, F] → embeddings [N, D], in eval mode, without gradient."""
        device = self.module.dictionary.device
        with torch.no_grad():
            return self.module.eval()(torch.from_numpy(features).to(device)).cpu().numpy()


def teacher_targets(data: FeatureSet, attribute: AttributeType, config: TrainConfig) -> Targets:
    """What is known of one type, with the rows for none and not-applicable that training data earns.

    Raises TooFewLabels.
    """
    train = [s for s in data.samples if s.split == "train"]
    reserved: tuple[str, ...] = ()
    if config.reserved_least:
        reserved = reserved_rows(train, attribute.name, config.reserved_least)
    targets = build_targets(data.samples, attribute, reserved)
    labelled = targets.positive[data.mask("train")]
    images, classes = int(labelled.any(axis=1).sum()), int(labelled.any(axis=0).sum())
    if images < config.least_images:
        raise TooFewLabels(f"{images} labelled training images of at least {config.least_images}")
    if classes < 2:
        raise TooFewLabels("only one class has training images")
    return targets


def train_teacher(
    data: FeatureSet,
    attribute: AttributeType,
    config: TrainConfig,
    device: torch.device,
    run: Run,
    checkpoints: Checkpoints | None = None,
) -> TrainedTeacher:
    """Raises TooFewLabels. Determined by `config.seed` and the data (on the CPU, at a fixed thread count)."""
    targets = teacher_targets(data, attribute, config)
    torch.manual_seed(config.seed)
    train, val = data.mask("train"), data.mask("val")
    features = torch.from_numpy(data.features[train]).to(device)
    module = Teacher(features, len(targets.rows), config.dim, config.teacher_hidden, config.dropout).to(
        device
    )
    validation = (torch.from_numpy(data.features[val]).to(device), targets.take(val))
    known = targets.take(train)
    if config.loss == "bce":
        task = BceTask(module, features, known, validation, config, np.random.default_rng(config.seed))
        pairs = int(known.known.any(axis=1).sum())
    else:
        sampler = TripletSampler(known, config.negatives, config.seed, config.class_sampling, config.batch)
        pairs = len(sampler)
        if not len(sampler):
            raise TooFewLabels("no image is known not to have any of the classes")
        task = TeacherTask(module, features, sampler, validation, config)
    steps = config.teacher_length(pairs)
    keeper = None
    if checkpoints is not None:
        of = fingerprint((attribute, config, steps), data.samples, data.features)
        keeper = checkpoints.keeper(f"teacher-{data.space.types.index(attribute) + 1}", of)
    result = fit(task, steps, config.lr, config.weight_decay, run, keeper)
    return TrainedTeacher(attribute.name, targets.rows, targets.real, module, result)
