"""The dictionary on screen for one attribute type: the model's rows and those learned from corrections."""

from dataclasses import dataclass

import numpy as np

from app.domain.ids import ClassId, TypeId
from app.domain.schema import Selection
from app.domain.suggestion import Outcome
from app.store.packing import Column, value_code
from mtss.calibration import sigmoid, softmax
from mtss.dictionary import top

Value = ClassId | Outcome

# Where several classes may apply, those at least this likely are taken together.
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class TypeRanker:
    """Rows to compare an embedding with. All arrays run parallel to ``values``.

    What is compared is a direction in the space of the model's ``branch`` (``width`` = D) and beside it one
    among centred features (F); the latter alone for a type that the model has never heard of (``branch``
    None, ``width`` 0). ``vectors`` float32 [M, D + F], unit length; the model's own rows are zero beyond D.
    ``offset`` [M] is taken off a row's similarity before ranking. Confidence is softmax (``exclusive``) or
    sigmoid of scale · similarity + bias.
    """

    type: TypeId
    selection: Selection
    branch: str | None
    width: int
    values: tuple[Value, ...]
    vectors: np.ndarray
    offset: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    exclusive: bool
    calibrated: bool
    examples: int = 0

    @property
    def is_narrow(self) -> bool:
        """Whether all rows are the model's own, so that the branch alone is compared."""
        return self.width > 0 and not self.vectors[:, self.width :].any()

    def similarities(self, directions: np.ndarray) -> np.ndarray:
        """Of directions [B, D + F], as ``ranking.directions`` makes them, with every row: [B, M].

        Where all rows are the model's own, [B, D] will do.
        With the model's own rows cosines; with a row learned from examples up to √2, for it knows more of
        them than a branch that was never taught to tell them apart.
        """
        return directions @ self.vectors[:, : directions.shape[1]].T - self.offset

    def confidence(self, similarities: np.ndarray) -> np.ndarray:
        """Similarities [B, M] → probabilities [B, M].

        Of a lone row among exclusive ones nothing is known but how alike an image is: it is weighed against
        a rival that fits perfectly, so that it never says more than one half.
        """
        if self.exclusive and self._is_lone:
            return sigmoid((similarities.astype(np.float64) - 1.0) * self.scale)
        logits = similarities.astype(np.float64) * self.scale + self.bias
        return softmax(logits) if self.exclusive else sigmoid(logits)

    def rank(
        self, directions: np.ndarray, keep: int | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Directions [B, D + F] → rows, similarity and confidence, each [B, K], most similar first."""
        cosines = self.similarities(directions)
        order, similarity = top(cosines, keep)
        confidence = np.take_along_axis(self.confidence(cosines), order, axis=1)
        return order, similarity, confidence

    def column(self, directions: np.ndarray, keep: int | None = None) -> Column:
        """What is suggested for directions [B, D + F]; at most ``keep`` ranks each."""
        rows, similarity, confidence = self.rank(directions, keep)
        codes = np.array([value_code(v) for v in self.values], np.int64)[rows]
        taken = accepted(codes, confidence, self.selection)
        if self._is_lone:
            taken &= self._is_likely_alone(confidence)
        return Column(self.type, codes, similarity, confidence, taken, self.calibrated, self.examples)

    @property
    def _is_lone(self) -> bool:
        """Whether there is one row only: it comes first whatever is seen."""
        return len(self.values) == 1

    def _is_likely_alone(self, confidence: np.ndarray) -> np.ndarray:
        """Where Enter may take a lone row, bool like ``confidence``: only on measured confidence."""
        return (confidence >= THRESHOLD) & (self.calibrated and not self.exclusive)


def accepted(codes: np.ndarray, confidence: np.ndarray, selection: Selection) -> np.ndarray:
    """Which ranks Enter takes, bool [B, K]: the best one; where several classes apply, all likely ones.

    An outcome on top is taken alone, and none is ever taken beside classes. ``codes`` are negative for
    outcomes.
    """
    taken = np.zeros(codes.shape, bool)
    taken[:, :1] = True
    if selection is Selection.MULTIPLE and codes.shape[1]:
        likely = (confidence >= THRESHOLD) & (codes >= 0)
        several = (codes[:, 0] >= 0) & likely.any(axis=1)
        taken[several] = likely[several]
    return taken
