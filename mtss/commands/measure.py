"""Evaluation of an exported model, on the very graph that serves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mtss.labels import LabelSpace
from mtss.manifest import Manifest
from mtss.model_file import find_model
from mtss.predictor import OnnxPredictor
from mtss.problem import Problem
from mtss.sample import Sample
from mtss.training.dataset import load_features
from mtss.training.evaluation import evaluate_embeddings
from mtss.training.events import Run
from mtss.training.features import FeatureExtractor, FeatureStore
from mtss.training.further import corrupted_copies
from mtss.training.preparing import replace_samples


def measure(
    model: Path,
    manifest: Manifest,
    split: str,
    ks: Sequence[int],
    threads: int,
    features: Sequence[Path] = (),
    copies: tuple[float, int] = (0.0, 0),
) -> dict[str, Any]:
    """`mtss evaluate --json`'s object. Raises Problem when nothing can be measured.

    `copies`: how many corrupted ones are asked about too, as a ratio to the images, and their seed.
    """
    path = find_model(model)
    predictor = OnnxPredictor(path, threads)
    if not any(name in predictor.dictionary for name in manifest.space.names):
        raise Problem(f"{path.name} knows none of the manifest's types ({', '.join(manifest.space.names)})")
    drawn = sum(s.split is None for s in manifest.samples)
    manifest = replace_samples(manifest)
    samples = [s for s in manifest.samples if split in (s.split, "all")]
    if not samples:
        raise Problem(f"the manifest has no image in split '{split}'")
    store = FeatureStore(predictor.backbone_id, predictor.feature_dim)
    for file in features:
        store.load(file)
    extractor = FeatureExtractor(path.read_bytes(), predictor.input_size, threads)
    asked = Manifest(samples, manifest.root, manifest.space)
    data = load_features(asked, extractor, store, Run())
    if not data.samples:
        raise Problem(_unusable(split, len(samples), drawn, next(iter(data.skipped.values()))))
    result = _judged(predictor, data.samples, data.features, manifest.space, ks)
    if not result["types"]:
        known = ", ".join(predictor.dictionary)
        raise Problem(f"no usable image in split '{split}' is labelled in a type of the model ({known})")
    if copies[0]:
        rows = np.arange(len(data.samples))
        corrupted = corrupted_copies(data, asked, rows, *copies, extractor, store, Run())
        shown = [data.samples[n] for n in corrupted.source]
        found = _judged(predictor, shown, corrupted.features, manifest.space, ks)
        if not found["types"]:
            raise Problem("no corrupted copy is of a labelled image: take a larger --corrupted")
        result["corrupted"] = found | {"copies": len(shown), "seed": copies[1]}
    unknown = [name for name in manifest.space.names if name not in predictor.dictionary]
    return result | {
        "model": predictor.sha256,
        "split": split,
        "drawn_splits": drawn,
        "left_out": len(manifest.samples) - len(samples),
        "may_have_learned_from": split in (*predictor.card.learned_from, "all"),
        "unknown_types": unknown,
        "skipped": data.skipped,
    }


def _unusable(split: str, count: int, drawn: int, first: str) -> str:
    """Why nothing is left. `drawn`: images that the manifest gives no split."""
    of = f" in split '{split}'" if split != "all" else ""
    of += ", drawn as training would (--split all asks about all)," if drawn and of else ""
    return f"no image{of} can be used: {count} of {count} cannot be read (the first: {first})"


def _judged(
    predictor: OnnxPredictor,
    samples: Sequence[Sample],
    features: np.ndarray,
    space: LabelSpace,
    ks: Sequence[int],
) -> dict[str, Any]:
    embeddings = predictor.embed(features)
    return evaluate_embeddings(samples, space, embeddings, predictor.dictionary, predictor.calibration, ks)
