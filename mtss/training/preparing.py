"""What training works on: images become features, once, before the first step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.training.backbones.frozen import FrozenBackbone, frozen_backbone
from mtss.training.config import TrainConfig
from mtss.training.dataset import FeatureSet, load_features
from mtss.training.events import Run
from mtss.training.features import FeatureExtractor, FeatureStore, OtherBackboneProblem
from mtss.training.further import Corrupted, Further, corrupted_copies
from mtss.training.learning import is_its_teachers
from mtss.training.pictures import Decoder
from mtss.training.splits import with_splits

UNUSED = "can teach nothing: the student begins as its teachers and says of them what they say"
UNUSED_COPIES = f"corrupted copies {UNUSED}; with --teacher-view clean it learns from them"
UNUSED_IMAGES = f"unlabelled images {UNUSED}; with --student-start random it learns from them"


class TrainingProblem(Problem):
    """Nothing can be learned from this; the message is meant for the user."""


@dataclass(frozen=True)
class Sources:
    """Where images, further unlabelled images and already computed features come from."""

    manifest: Manifest
    unlabelled: Manifest | None = None
    features: Sequence[Path] = ()
    store_at: Path | None = None
    weights: Path | None = None


@dataclass(frozen=True)
class Prepared:
    """All that training works on: images are not read any more."""

    backbone: FrozenBackbone
    data: FeatureSet
    further: Further
    corrupt: Callable[[np.ndarray, float, int, Run], Corrupted]  # more copies: rows, ratio, seed


def without_unused(
    sources: Sources, config: TrainConfig, run: Run, *, linear: bool
) -> tuple[Sources, TrainConfig, tuple[str, ...]]:
    """Without images beyond the labelled ones where they can teach nothing, so that none of them is read.

    Then sentences for the card say so. `linear`: the teachers are, in the features.
    """
    if not is_its_teachers(config, linear=linear, corrupted=config.corrupted > 0):
        return sources, config, ()
    notes = (UNUSED_IMAGES,) if sources.unlabelled is not None else ()
    notes += (UNUSED_COPIES,) if config.corrupted else ()
    for note in notes:
        run.tell("further_unused", reason=note)
    return replace(sources, unlabelled=None), replace(config, corrupted=0.0), notes


def prepare(sources: Sources, run: Run, config: TrainConfig) -> Prepared:
    """Every usable image's features, copies that `config` wants corrupted, and what a tuned backbone needs.

    Raises TrainingProblem when no image can be learned from, FeatureProblem, Problem.
    """
    sources = replace(sources, unlabelled=_to_learn_from(sources.unlabelled, run))
    run.begin("preparing the backbone", 0.03)
    backbone = frozen_backbone(config.backbone, sources.weights, config.input_size)
    if config.tune == "frozen" and not backbone.pretrained:
        raise TrainingProblem(
            f"{config.backbone} has no weights on this machine, and a frozen backbone learns none: "
            "give --weights FILE, or --tune all"
        )
    store = _stored(sources, backbone, run)
    with store.kept(sources.store_at):
        return _computed(sources, run, config, backbone, store)


def _computed(
    sources: Sources, run: Run, config: TrainConfig, backbone: FrozenBackbone, store: FeatureStore
) -> Prepared:
    extractor = FeatureExtractor(backbone.graph, backbone.input_size)
    decoder = None if config.tune == "frozen" else Decoder(backbone.input_size)
    share = 0.17 / (1 + (sources.unlabelled is not None) + (config.corrupted > 0))
    run.begin("computing features", share)
    manifest = replace_samples(sources.manifest)
    data = load_features(manifest, extractor, store, run, decoder)
    if decoder is not None:
        data = replace(data, network=backbone.network)
    unlabelled = None
    if sources.unlabelled is not None:
        run.begin("computing features of unlabelled images", share)
        further = load_features(sources.unlabelled, extractor, store, run, decoder)
        unlabelled = _unjudged(further, data, run).inputs
    if not data.mask("train").any():
        first = next(iter(data.skipped.values()), "none is in the training split")
        raise TrainingProblem(
            f"no image can be learned from: {len(data.skipped)} of {len(manifest.samples)} cannot be used "
            f"(the first: {first})"
        )

    def corrupt(rows: np.ndarray, ratio: float, seed: int, run: Run) -> Corrupted:
        return corrupted_copies(data, manifest, rows, ratio, seed, extractor, store, run, decoder)

    corrupted = None
    if config.corrupted:
        run.begin("computing features of corrupted copies", share)
        corrupted = corrupt(np.flatnonzero(data.mask("train")), config.corrupted, config.seed, run)
    return Prepared(backbone, data, Further(unlabelled, corrupted), corrupt)


def _stored(sources: Sources, backbone: FrozenBackbone, run: Run) -> FeatureStore:
    store = FeatureStore(backbone.id, backbone.feature_dim)
    for path in (*sources.features, *_existing(sources.store_at)):
        try:
            run.tell("features", file=str(path), images=store.load(path))
        except OtherBackboneProblem as problem:  # of an older version: computed anew
            run.tell("features_ignored", reason=str(problem))
    return store


def _to_learn_from(unlabelled: Manifest | None, run: Run) -> Manifest | None:
    """Without validation and test images, which judge. Raises TrainingProblem when nothing else is there."""
    if unlabelled is None:
        return None
    samples = [s for s in unlabelled.samples if s.split in ("train", None)]
    _tell_left_out(len(unlabelled.samples) - len(samples), len(samples), run)
    return Manifest(samples, unlabelled.root, unlabelled.space)


def _unjudged(unlabelled: FeatureSet, data: FeatureSet, run: Run) -> FeatureSet:
    """Without the validation and test images of `data`, by their content. Raises TrainingProblem."""
    judging = {key for key, s in zip(data.keys, data.samples, strict=True) if s.split != "train"}
    kept = np.array([key not in judging for key in unlabelled.keys], bool)
    if kept.all():
        return unlabelled
    _tell_left_out(int((~kept).sum()), int(kept.sum()), run)
    return unlabelled.take(kept)


def _tell_left_out(images: int, kept: int, run: Run) -> None:
    if not kept:
        raise TrainingProblem("all images of --unlabelled are for validation or test: none is to learn from")
    if images:
        run.tell("unlabelled_left_out", images=images, reason="they are for validation or test")


def replace_samples(manifest: Manifest) -> Manifest:
    """The manifest with a split for every sample."""
    return Manifest(with_splits(manifest.samples), manifest.root, manifest.space)


def _existing(path: Path | None) -> tuple[Path, ...]:
    return (path,) if path is not None and path.is_file() else ()
