"""The dictionary on screen for one attribute type: the model's rows and those learned from corrections."""

from dataclasses import dataclass

import numpy as np

from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.schema import Selection
from app.domain.suggestion import Outcome, Suggestion, SuggestionSet
from mtss.calibration import sigmoid, softmax
from mtss.dictionary import top, unit

Value = ClassId | Outcome

# Where several classes may apply, those at least this likely are taken together.
THRESHOLD = 0.5

Ranked = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class TypeRanker:
    """Rows to compare an embedding with. All arrays run parallel to ``values``.

    ``branch`` names the model's branch whose embeddings are compared; None compares centred features: a
    type that the model has never heard of. ``vectors`` float32 [M, D], unit length. ``offset`` [M] is taken
    off a row's cosine before ranking. Confidence is softmax (``exclusive``) or sigmoid of scale · cos + bias.
    """

    type: TypeId
    selection: Selection
    branch: str | None
    values: tuple[Value, ...]
    vectors: np.ndarray
    offset: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    exclusive: bool
    calibrated: bool
    examples: int = 0

    def similarities(self, embeddings: np.ndarray) -> np.ndarray:
        """Cosines of embeddings [B, D] with every row, offsets taken off: [B, M]."""
        return unit(np.asarray(embeddings, np.float32)) @ self.vectors.T - self.offset

    def confidence(self, similarities: np.ndarray) -> np.ndarray:
        """Similarities [B, M] → probabilities [B, M]."""
        logits = similarities.astype(np.float64) * self.scale + self.bias
        return softmax(logits) if self.exclusive else sigmoid(logits)

    def rank(
        self, embeddings: np.ndarray, keep: int | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Embeddings [B, D] → rows [B, K], similarity [B, K] and confidence [B, K], most similar first."""
        cosines = self.similarities(embeddings)
        order, similarity = top(cosines, keep)
        confidence = np.take_along_axis(self.confidence(cosines), order, axis=1)
        return order, similarity, confidence

    def suggest(
        self, items: list[ItemId], version: str, embeddings: np.ndarray, keep: int | None = None
    ) -> list[SuggestionSet]:
        """One SuggestionSet an item, in their order; embeddings [B, D]."""
        if not self.values:
            return [self._set(item, version, ()) for item in items]
        columns = (a.tolist() for a in self.rank(embeddings, keep))
        return [
            self._set(item, version, tuple(map(self._suggestion, rows, similarity, confidence)))
            for item, rows, similarity, confidence in zip(items, *columns, strict=True)
        ]

    def _suggestion(self, row: int, similarity: float, confidence: float) -> Suggestion:
        return Suggestion(self.values[row], similarity, confidence)

    def _set(self, item: ItemId, version: str, ranked: tuple[Suggestion, ...]) -> SuggestionSet:
        taken = accepted(ranked, self.selection)
        return SuggestionSet(item, self.type, version, ranked, taken, self.calibrated, self.examples)


def accepted(ranked: tuple[Suggestion, ...], selection: Selection) -> tuple[ClassId, ...] | Outcome | None:
    """What Enter takes: the outcome on top, else the best class, or all likely ones of a multiple choice."""
    if not ranked:
        return None
    best = ranked[0].value
    if isinstance(best, Outcome):
        return best
    if selection is Selection.SINGLE:
        return (best,)
    likely = [s.value for s in ranked if s.confidence >= THRESHOLD]
    return tuple(v for v in likely if not isinstance(v, Outcome)) or (best,)
