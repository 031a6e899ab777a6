"""Old model against new on the same held-out images, by the same measure and from the same features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.ids import ClassId
from app.domain.schema import AttributeType, Schema
from app.services.held_out import HeldOut
from app.services.mapping import MappedType
from app.store.workspace import Workspace
from mtss.content import content_key
from mtss.images import ImageProblem, load_model_input
from mtss.manifest import Sample
from mtss.metrics import f1_at_k
from mtss.predictor import OnnxPredictor

# A mean over types means nothing where one of them stands on a handful of images.
LEAST_IMAGES = 10
# Only images whose features are not stored are decoded, and of those no more than this: a few seconds.
_MOST_DECODED = 400
_UNKNOWN = -2.0  # below any cosine: a class that the model cannot rank


@dataclass(frozen=True, slots=True)
class Scores:
    """F1@1 on the held-out images and how many stand behind it, by the type's name."""

    f1: Mapping[str, float]
    images: Mapping[str, int]


def evaluate(
    workspace: Workspace,
    predictor: OnnxPredictor,
    mapped: Sequence[MappedType],
    schema: Schema,
    held_out: HeldOut,
) -> Scores:
    """F1@1 of the schema's types. A class that the model does not know is never found; a type that it does
    not know scores 0, as on screen."""
    features = _features(workspace, predictor, held_out)
    samples = [s for s in held_out.samples if _key(s) in features]
    f1: dict[str, float] = {}
    images: dict[str, int] = {}
    if not samples:
        return Scores(f1, images)
    embeddings = predictor.embed(np.stack([features[_key(s)] for s in samples]))
    by_type = {m.type: m for m in mapped}
    for attribute in schema.types:
        rows = [i for i, s in enumerate(samples) if _is_looked_at(s, attribute.name)]
        if not rows or not attribute.classes:
            continue
        labels = np.array([_truth(samples[i], attribute) for i in rows], bool)
        scores = _scores(predictor, by_type.get(attribute.id), attribute, embeddings, rows)
        f1[attribute.name] = float(f1_at_k(scores, labels, 1))
        images[attribute.name] = len(rows)
    return Scores(f1, images)


def mean_of(scores: Mapping[str, float], images: Mapping[str, int]) -> float | None:
    """The mean over types with enough held-out images, or None when no type has."""
    kept = [scores.get(name, 0.0) for name, count in images.items() if count >= LEAST_IMAGES]
    return float(np.mean(kept)) if kept else None


def _scores(
    predictor: OnnxPredictor,
    mapped: MappedType | None,
    attribute: AttributeType,
    embeddings: Mapping[str, np.ndarray],
    rows: Sequence[int],
) -> np.ndarray:
    """Cosines [N, C] in the schema's class order."""
    scores = np.full((len(rows), len(attribute.classes)), _UNKNOWN, np.float32)
    if mapped is None:
        return scores
    cosines = predictor.dictionary[mapped.branch].similarities(embeddings[mapped.branch][list(rows)])
    column: dict[ClassId, int] = {c.id: i for i, c in enumerate(attribute.classes)}
    for row, value in enumerate(mapped.values):
        if isinstance(value, int) and value in column:
            scores[:, column[ClassId(value)]] = cosines[:, row]
    return scores


def _truth(sample: Sample, attribute: AttributeType) -> list[bool]:
    said = sample.labels[attribute.name]
    return [c.name in said for c in attribute.classes]


def _is_looked_at(sample: Sample, name: str) -> bool:
    return name in sample.labels and name not in sample.not_applicable and name not in sample.partial


def _key(sample: Sample) -> str:
    return content_key(sample.hash or "", sample.box)


def _features(workspace: Workspace, predictor: OnnxPredictor, held_out: HeldOut) -> dict[str, np.ndarray]:
    """Features by key: the stored ones, and those of images that this backbone has not seen yet."""
    keys = [_key(s) for s in held_out.samples]
    stored = workspace.derived.features(predictor.backbone_id, keys)
    found = {key: np.frombuffer(row, np.float16).astype(np.float32) for key, row in stored.items()}
    missing = [s for s in held_out.samples if _key(s) not in found][:_MOST_DECODED]
    for sample in missing:
        try:
            pixels = load_model_input(held_out.root / sample.image, predictor.input_size, sample.box)
        except ImageProblem:
            continue  # gone or broken since the snapshot: it judges neither model
        found[_key(sample)] = predictor.features(pixels[None])[0]
    return found
