"""The review queue: undecided suggestions, the least confident first."""

from dataclasses import dataclass

from app.domain.ids import ItemId, TypeId


@dataclass(frozen=True, slots=True)
class QueueKey:
    """Place in the queue: ordered by (confidence, item, type), so that the next page needs no offset."""

    confidence: float
    item: ItemId
    type: TypeId


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the review queue and how many entries the whole queue holds now."""

    entries: tuple[QueueKey, ...]
    remaining: int
