"""Everything that turns features into suggestions now: the active model and what was learned beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.domain.ids import ItemId, TypeId
from app.domain.schema import AttributeType, Schema
from app.domain.suggestion import SuggestionSet
from app.services.examples import Examples
from app.services.fewshot import untaught
from app.services.mapping import MappedType
from app.services.type_ranker import TypeRanker
from app.store.packing import Column, pack, unpack
from mtss.calibration import ENOUGH_VERIFIED, Calibration, fit
from mtss.dictionary import Dictionary, unit
from mtss.few_shot import centred
from mtss.predictor import OnnxPredictor


@dataclass(frozen=True, slots=True)
class Ranker:
    """``types`` in display order; ``centre`` float32 [F] is taken off features before they are compared."""

    version: str
    predictor: OnnxPredictor
    centre: np.ndarray
    types: tuple[TypeRanker, ...]

    @property
    def examples(self) -> int:
        """How many corrections the dictionaries have learned from beside the model."""
        return sum(t.examples for t in self.types)

    def columns(self, features: np.ndarray, keep: int | None = None) -> list[Column]:
        """Suggestions of every type for features [B, F] (float16 will do), at most ``keep`` ranks each."""
        narrow = frozenset(t.branch for t in self.types if t.is_narrow)
        seen = directions(self.predictor, self.centre, features, narrow)
        return [t.column(seen[t.branch], keep) for t in self.types]

    def suggest(self, item: ItemId, features: np.ndarray) -> dict[TypeId, SuggestionSet]:
        """One item's full rankings from its features [F]; types without any row are left out."""
        return {
            column.type: unpack(item, column.type, self.version, packed)
            for column in self.columns(features[None])
            for packed in pack(column)
            if column.codes.shape[1]
        }


def directions(
    predictor: OnnxPredictor,
    centre: np.ndarray,
    features: np.ndarray,
    narrow: frozenset[str | None] = frozenset(),
) -> dict[str | None, np.ndarray]:
    """Features [B, F] as rankers compare them, each part of unit length.

    By branch [B, D + F]: the embedding beside the centred features, or where these are not asked for
    (``narrow``) alone [B, D]; under None [B, F]: the centred features alone.
    """
    given = np.asarray(features, np.float32)
    aside = centred(given, centre)
    found: dict[str | None, np.ndarray] = {None: aside}
    for branch, embeddings in predictor.embed(given).items():
        near = unit(embeddings)
        found[branch] = near if branch in narrow else np.concatenate([near, aside], axis=1)
    return found


def of_model(
    predictor: OnnxPredictor, mapped: Sequence[MappedType], schema: Schema, *, foreign: bool
) -> dict[TypeId, TypeRanker]:
    """The model's own rows, for each type of the schema; a type it does not know gets a ranker without rows.

    ``foreign``: the model was calibrated on other people's images, so nothing is promised of its confidence.
    """
    known = {m.type: m for m in mapped if m.type is not None}
    width = predictor.feature_dim
    return {
        t.id: _of_type(t, known[t.id], predictor, foreign)
        if t.id in known
        else untaught(t.id, t.selection, width)
        for t in schema.types
    }


def _of_type(
    wanted: AttributeType, mapped: MappedType, predictor: OnnxPredictor, foreign: bool
) -> TypeRanker:
    dictionary: Dictionary = predictor.dictionary[mapped.branch]
    calibration: Calibration = predictor.calibration[mapped.branch]
    rows = [i for i, v in enumerate(mapped.values) if v is not None]
    own = unit(dictionary.vectors[rows])
    return TypeRanker(
        type=wanted.id,
        selection=wanted.selection,
        branch=mapped.branch,
        width=own.shape[1],
        values=tuple(v for v in mapped.values if v is not None),
        vectors=np.pad(own, ((0, 0), (0, predictor.feature_dim))),
        offset=np.zeros(len(rows), np.float32),
        scale=calibration.scale[rows],
        bias=calibration.bias[rows],
        exclusive=calibration.selection == "single",
        calibrated=calibration.calibrated and not foreign,
    )


def recalibrated(ranker: TypeRanker, examples: Examples) -> TypeRanker:
    """A foreign model's confidence, fitted to this project's verified images once there are enough."""
    fresh = np.flatnonzero(examples.fresh)
    if ranker.calibrated or len(fresh) < ENOUGH_VERIFIED or not ranker.values:
        return ranker
    similarities = ranker.similarities(examples.vectors[fresh])
    truth = examples.truth(ranker.values)[fresh]
    fitted = fit("single" if ranker.exclusive else "multiple", similarities, truth, np.ones_like(truth))
    return replace(ranker, scale=fitted.scale, bias=fitted.bias, calibrated=fitted.calibrated)
