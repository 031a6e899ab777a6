"""What a model proposes for one attribute type of one image."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.ids import ClassId, ItemId, TypeId


class Outcome(StrEnum):
    """A proposal that names no class."""

    NONE = "none"
    NOT_APPLICABLE = "na"


UNKNOWN = -1.0
"""The confidence of a proposal of which none is known."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One ranked proposal: a class or an outcome.

    ``similarity`` is a cosine; up to √2 of a class learned from examples, which features show beside it.
    ``confidence`` is in [0, 1], or ``UNKNOWN``.
    """

    value: ClassId | Outcome
    similarity: float
    confidence: float


@dataclass(frozen=True, slots=True)
class SuggestionSet:
    """The ranked proposals for one (image, type) and which model and dictionary version made them.

    ``calibrated`` is False while the type has too few verified images for its confidence to be promised.
    ``examples`` counts the corrections that the dictionary has learned from beside the model.
    """

    item: ItemId
    type: TypeId
    version: str
    ranked: tuple[Suggestion, ...]
    accepted: tuple[ClassId, ...] | Outcome | None
    calibrated: bool
    examples: int

    def rank_of(self, value: ClassId | Outcome) -> int | None:
        """The 1-based rank of a proposal, or None when it is not among them."""
        return next((i for i, s in enumerate(self.ranked, 1) if s.value == value), None)

    def confidence_of(self, value: ClassId | Outcome) -> float | None:
        """The confidence of a proposal, or None when it is not among them or has none."""
        return next((s.confidence for s in self.ranked if s.value == value and s.confidence >= 0), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """Which suggestion was on screen when a decision was made: kept with the decision for good."""

    version: str
    rank: int | None
    confidence: float | None
