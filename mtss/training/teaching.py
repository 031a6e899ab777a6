"""Stage one for one attribute type: from features and labels to a trained teacher."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from mtss.calibration import Calibration
from mtss.dictionary import Dictionary
from mtss.labels import AttributeType
from mtss.problem import Problem
from mtss.training.backbones.network import Network
from mtss.training.bce import BceTask
from mtss.training.config import TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.events import Run
from mtss.training.inputs import Inputs
from mtss.training.judging import embed
from mtss.training.loop import Fit, fit
from mtss.training.networks import Teacher
from mtss.training.resuming import Checkpoints, fingerprint
from mtss.training.sampling import TripletSampler
from mtss.training.targets import Targets, build_targets, reserved_rows
from mtss.training.teacher_task import TeacherTask
from mtss.words import counted


class TooFewLabels(Problem):
    """A type that cannot be taught yet; the message says what is missing."""


@dataclass(frozen=True)
class TrainedTeacher:
    """A teacher in eval mode; `rows`: its dictionary's classes, `real` of them true, the rest reserved.

    `learned_from`: the splits whose labels taught it. `calibration`: of a student, by validation images
    before they taught; None where they did not.
    """

    name: str
    rows: tuple[str, ...]
    real: int
    module: Teacher
    fit: Fit
    learned_from: tuple[str, ...] = ("train",)
    calibration: Calibration | None = None

    @property
    def dictionary(self) -> Dictionary:
        """All its rows."""
        return Dictionary(self.rows, self.module.dictionary.detach().cpu().numpy())

    @property
    def classes(self) -> Dictionary:
        """The true ones alone."""
        return Dictionary(self.rows[: self.real], self.dictionary.vectors[: self.real])

    def embed(self, inputs: Inputs) -> np.ndarray:
        """Embeddings float32 [N, D], in eval mode, without gradient."""
        return embed(self.module, inputs.to(self.module.dictionary.device)).cpu().numpy()


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
        found = counted(images, "labelled training image")
        raise TooFewLabels(f"{found} of at least {config.least_images}")
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
    """Determined by `config.seed` and the data (on the CPU, at a fixed thread count).

    Raises TooFewLabels, Cancelled, Diverged.
    """
    targets = teacher_targets(data, attribute, config)
    torch.manual_seed(config.seed)
    module = _module(data, len(targets.rows), config, device)
    task = _task(module, data, targets, config, device)
    steps = config.teacher_length(task.items)
    keeper = None
    if checkpoints is not None:
        of = fingerprint((attribute, config, steps), data.samples, data.features)
        keeper = checkpoints.keeper(f"teacher-{data.space.types.index(attribute) + 1}", of)
    result = fit(task, config.schedule(steps), run, keeper)
    return TrainedTeacher(attribute.name, targets.rows, targets.real, module, result)


def _module(data: FeatureSet, rows: int, config: TrainConfig, device: torch.device) -> Teacher:
    """As it is before the first step."""
    before = torch.from_numpy(data.features[data.mask("train")])
    backbone = tuned_network(data, config, device)
    logits = config.loss == "bce"
    dim = rows if logits else config.dim
    module = Teacher(before, rows, dim, config.teacher_hidden, config.dropout, backbone).to(device)
    if logits:
        module.say_logits()
    if config.ridge:
        module.start_near_bias()
    return module


def tuned_network(data: FeatureSet, config: TrainConfig, device: torch.device) -> Network | None:
    """A backbone of its own for a network that tunes it; None where features are all it needs."""
    if data.network is None:
        return None
    network = data.network()
    network.tune(config.tune)
    network.reduced = config.reduces(device.type)
    return network.to(memory_format=torch.channels_last)


def _task(
    module: Teacher,
    data: FeatureSet,
    targets: Targets,
    config: TrainConfig,
    device: torch.device,
) -> TeacherTask | BceTask:
    """What is to be learned. Raises TooFewLabels."""
    train, val = data.mask("train"), data.mask("val")
    inputs = data.take(train).inputs.to(device)
    validation = (data.take(val).inputs.to(device), targets.take(val))
    known = targets.take(train)
    if config.loss == "bce":
        return BceTask(module, inputs, known, validation, config, np.random.default_rng(config.seed))
    sampler = TripletSampler(known, config.negatives, config.seed, config.class_sampling, config.batch)
    if not len(sampler):
        raise TooFewLabels("no image is known not to have any of the classes")
    return TeacherTask(module, inputs, sampler, validation, config)
