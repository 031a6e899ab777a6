"""Putting the dictionary on screen together: the active model, today's schema, and all corrections so far."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.domain.ids import TypeId
from app.domain.jobs import ModelVersion
from app.domain.schema import Schema
from app.services import model_files, registry
from app.services.examples import Examples, choose
from app.services.fewshot import learn
from app.services.mapping import MappedType
from app.services.ranking import Ranker, directions, of_model, recalibrated
from app.services.snapshot import read_learned
from app.services.type_ranker import TypeRanker, Value
from app.store import decisions
from mtss.dictionary import unit
from mtss.predictor import OnnxPredictor

if TYPE_CHECKING:
    from app.services.projects import Project

_CENTRE_IMAGES = 1_024

Told = Mapping[TypeId, Mapping[str, frozenset[Value]]]
Chosen = list[tuple[str, frozenset[Value], bool]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A registered version with its file open: what stays the same while people correct."""

    version: ModelVersion
    predictor: OnnxPredictor
    told: Told


def open_active(project: Project, threads: int = 1) -> Opened:
    """The active version; in a project without one, the shipped student becomes it.

    Raises ModelRefused when its file cannot be used.
    """
    version = registry.active(project)
    if version is None:
        _ = registry.ensure_active(project)
        return open_active(project, threads)
    predictor = model_files.open_version(project, version, threads)
    told = read_learned(model_files.path_of(project, version).with_name("learned.json"))
    return Opened(version, predictor, told)


def assemble(project: Project, opened: Opened) -> Ranker:
    """Model rows and everything learned beside them from the decisions as they are now."""
    schema = project.schema()
    mapped = registry.mapping(project, opened.version, opened.predictor)
    rankers = of_model(opened.predictor, mapped, schema, foreign=opened.version.is_foreign)
    centre = read_centre(project, opened.predictor)
    chosen = {t: _chosen(project, t, opened.told.get(t, {})) for t in rankers}
    types = tuple(_taught(project, opened, rankers[t.id], chosen[t.id], centre) for t in schema.types)
    name = _version(opened, mapped, schema, chosen, sum(t.examples for t in types))
    return Ranker(name, opened.predictor, centre, types)


def _chosen(project: Project, type_id: TypeId, told: Mapping[str, frozenset[Value]]) -> Chosen:
    return choose(list(decisions.of_type(project.workspace, type_id)), told)


def _taught(
    project: Project, opened: Opened, ranker: TypeRanker, chosen: Chosen, centre: np.ndarray
) -> TypeRanker:
    known = project.derived.features(opened.predictor.backbone_id, [content for content, _, _ in chosen])
    usable = [c for c in chosen if c[0] in known]
    if not usable:
        return ranker
    features = np.stack([np.frombuffer(known[content], np.float16) for content, _, _ in usable])
    seen = directions(opened.predictor, centre, features)[ranker.branch]
    fresh = np.array([f for _, _, f in usable], bool)
    examples = Examples(seen, tuple(said for _, said, _ in usable), fresh)
    return learn(recalibrated(ranker, examples), examples)


def _version(
    opened: Opened,
    mapped: tuple[MappedType, ...],
    schema: Schema,
    chosen: Mapping[TypeId, Chosen],
    labels: int,
) -> str:
    """The model's name, how many labels beside it, and four digits over all that went in."""
    inputs = [(t, c, sorted(map(str, said)), fresh) for t, rows in chosen.items() for c, said, fresh in rows]
    types = [(t.id, t.selection) for t in schema.types]
    text = repr((opened.predictor.sha256, mapped, types, inputs))
    digest = hashlib.sha256(text.encode()).hexdigest()[:4]
    words = f" + {labels} label{'s' * (labels != 1)}" if labels else ""
    return f"{opened.version.name}{words} · {digest}"


def read_centre(project: Project, predictor: OnnxPredictor) -> np.ndarray:
    """The mean direction of this library's features, float32 [F]; zero before any image was read."""
    stored = project.derived.value(_centre_key(predictor))
    if stored is None:
        return np.zeros(predictor.feature_dim, np.float32)
    count, *total = np.frombuffer(stored, np.float32)
    return np.asarray(total, np.float32) / count


def note_for_centre(project: Project, predictor: OnnxPredictor, features: np.ndarray) -> None:
    """Let features [B, F] of images just read count for the centre, until enough have: then it stands."""
    stored = project.derived.value(_centre_key(predictor))
    width = predictor.feature_dim
    sums = np.zeros(width + 1, np.float32) if stored is None else np.frombuffer(stored, np.float32)
    if sums[0] >= _CENTRE_IMAGES or not len(features):
        return
    added = np.concatenate([[len(features)], unit(features.astype(np.float32)).sum(axis=0)])
    project.derived.put_value(_centre_key(predictor), (sums + added).astype(np.float32).tobytes())


def _centre_key(predictor: OnnxPredictor) -> str:
    return f"centre:{predictor.backbone_id}"
