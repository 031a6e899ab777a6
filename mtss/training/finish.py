"""After training: calibrate on validation images, measure on test images, export, write the model folder."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mtss.calibration import Calibration, fit
from mtss.card import ModelCard
from mtss.dictionary import Dictionary
from mtss.heads import Heads
from mtss.training.backbones.frozen import FrozenBackbone, export_network
from mtss.training.backbones.network import Network
from mtss.training.config import TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.evaluation import evaluate_embeddings
from mtss.training.export import export_student, folded_heads, halved, write_model_folder
from mtss.training.inputs import in_parts
from mtss.training.learning import TrainedStudent
from mtss.training.provenance import data_hash, versions
from mtss.training.targets import build_targets
from mtss.training.teaching import TrainedTeacher


@dataclass(frozen=True)
class Provenance:
    """What the card says about where a model comes from."""

    name: str
    config: TrainConfig
    parents: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    synthetic: bool = False
    unlabelled: int = 0


def finish(
    folder: Path,
    backbone: FrozenBackbone,
    data: FeatureSet,
    teachers: Sequence[TrainedTeacher],
    student: TrainedStudent,
    provenance: Provenance,
    calibrations: Mapping[str, Calibration] | None = None,
) -> tuple[Path, ModelCard]:
    """Write the model folder; its model.onnx and card.

    `calibrations`: made before validation images were learned from; then only test images can judge.
    """
    dictionaries = {t.name: Dictionary(t.rows, _array(t.module.dictionary)) for t in teachers}
    if isinstance(student.module.backbone, Network):
        backbone, data = _as_tuned(backbone, data, student.module.backbone)
    heads = numpy_heads(student)
    learned_from = {"train"}.union(*(t.learned_from for t in teachers), ("val",) if calibrations else ())
    calibrations = _calibrated(data, teachers, heads, dictionaries, calibrations or {})
    metrics: dict[str, Any] = {}
    for split in (s for s in ("val", "test") if s not in learned_from):
        part = data.take(data.mask(split))
        if len(part.samples):
            embeddings = heads.embed(part.features)
            metrics[split] = evaluate_embeddings(
                part.samples, data.space, embeddings, dictionaries, calibrations
            )
    card = _card(backbone, data, provenance, metrics, teachers, student, learned_from)
    centre = data.features[data.mask("train")].mean(axis=0)
    content = export_student(
        backbone.graph, student.module, card, data.space, dictionaries, calibrations, centre
    )
    return write_model_folder(folder, content, card, data.space, dictionaries, calibrations), card


def _calibrated(
    data: FeatureSet,
    teachers: Sequence[TrainedTeacher],
    heads: Heads,
    dictionaries: Mapping[str, Dictionary],
    given: Mapping[str, Calibration],
) -> dict[str, Calibration]:
    """`given`, or made by validation images; by none of them where they taught the type's teacher.

    Such a teacher brings the calibration that was made before, where it has one.
    """
    taught = {t.name: t.calibration for t in teachers if "val" in t.learned_from}
    found = {name: calibration for name, calibration in taught.items() if calibration is not None} | dict(
        given
    )
    held = data.take(data.mask("val"))
    for part, judged in ((held, True), (held.take(np.zeros(0, np.int64)), False)):
        asked = {n: d for n, d in dictionaries.items() if n not in found and (n not in taught) == judged}
        if asked:
            found |= calibrate(part, heads.embed(part.features), asked)
    return {name: found[name] for name in dictionaries}


def _as_tuned(
    backbone: FrozenBackbone, data: FeatureSet, network: Network
) -> tuple[FrozenBackbone, FeatureSet]:
    """The student's own backbone and its features of the same images: from here on as good as frozen."""
    inputs = data.inputs.to(network.mean.device)
    network.eval()
    network.reduced = False  # as the exported graph is
    with torch.no_grad():
        features = [network(part).cpu().numpy() for part in in_parts(inputs)]
    graph = export_network(network, backbone.input_size)
    changed = f"{backbone.id}-tuned-{hashlib.sha256(graph).hexdigest()[:10]}"
    return replace(backbone, id=changed, graph=graph), replace(data, features=np.concatenate(features))


def numpy_heads(student: TrainedStudent) -> Heads:
    """The student's heads as the exported file will hold them (float16 weights)."""
    trunk, branches = folded_heads(student.module)
    pairs = [_halved(pair) for pair in branches]
    named = dict(zip(student.module.types, pairs, strict=True))
    return Heads(None if trunk is None else _halved(trunk), named)


def calibrate(
    held: FeatureSet, embeddings: Mapping[str, np.ndarray], dictionaries: Mapping[str, Dictionary]
) -> dict[str, Calibration]:
    """Fit each type on validation images, given their embeddings {type: [V, D]}."""
    result: dict[str, Calibration] = {}
    for name, dictionary in dictionaries.items():
        attribute = held.space[name]
        targets = build_targets(held.samples, attribute, dictionary.classes[len(attribute.classes) :])
        cosines = dictionary.similarities(embeddings[name])
        result[name] = fit(attribute.selection, cosines, targets.positive, targets.known)
    return result


def _card(
    backbone: FrozenBackbone,
    data: FeatureSet,
    provenance: Provenance,
    metrics: dict[str, Any],
    teachers: Sequence[TrainedTeacher],
    student: TrainedStudent,
    learned_from: Collection[str],
) -> ModelCard:
    labelled = {t.name: sum(t.name in s.labels for s in data.samples) for t in teachers}
    splits = {split: int(data.mask(split).sum()) for split in ("train", "val", "test")}
    scores = {t.name: t.fit.score for t in teachers}
    score = None if "val" in learned_from else student.fit.score
    return ModelCard(
        name=provenance.name,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        backbone=backbone.id,
        input_size=backbone.input_size,
        feature_dim=backbone.feature_dim,
        dim=max(t.module.dictionary.shape[1] for t in teachers),
        data={
            "hash": data_hash(data),
            "images": splits,
            "unlabelled": provenance.unlabelled,
            "labelled": labelled,
            "learned_from": sorted(learned_from),
            "skipped": {"count": len(data.skipped), "first": dict(list(data.skipped.items())[:20])},
        },
        metrics=metrics | {"validation_f1@1": {"teachers": scores, "student": score}},
        config=provenance.config.to_json(),
        versions=versions(),
        parents=provenance.parents,
        notes=provenance.notes,
        synthetic=provenance.synthetic,
    )


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().cpu().numpy()


def _halved(pair: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return halved(pair[0]).astype(np.float32), pair[1].astype(np.float32)
