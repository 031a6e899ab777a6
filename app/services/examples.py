"""What people said, as arrays: which images, and which of a type's rows each one verifies."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.decision import Decision, State
from app.domain.ids import ItemId
from app.domain.suggestion import Outcome
from app.services.type_ranker import Value

# Enough to place a row and to judge it; more only makes each correction slower to take effect.
MOST_PER_VALUE = 64
MOST = 2_000
LEAST_PER_VALUE = 8  # a row from fewer moves with every one of them


@dataclass(frozen=True, slots=True)
class Examples:
    """Decided images of one type, oldest item first. ``fresh`` marks those the model was not trained on.

    ``vectors`` float32 [N, D + F] are directions as a ranker compares them; ``said`` the values of each.
    """

    vectors: np.ndarray
    said: tuple[frozenset[Value], ...]
    fresh: np.ndarray

    def of(self, value: Value, *, fresh: bool = False) -> np.ndarray:
        """Indices int64 of the images that carry ``value``, at most MOST_PER_VALUE, the newest kept."""
        found = [i for i, values in enumerate(self.said) if value in values and (self.fresh[i] or not fresh)]
        return np.asarray(found[-MOST_PER_VALUE:], np.int64)

    def truth(self, values: Sequence[Value]) -> np.ndarray:
        """bool [N, M]: which of ``values`` each image carries."""
        return np.array([[v in said for v in values] for said in self.said], bool).reshape(-1, len(values))

    @property
    def values(self) -> set[Value]:
        """Everything that was said at least once."""
        return set().union(*self.said)


def values_of(decision: Decision) -> frozenset[Value]:
    """The classes or the outcome that a decision names; empty while unseen."""
    match decision.state:
        case State.LABELLED:
            return frozenset(decision.classes)
        case State.NONE:
            return frozenset([Outcome.NONE])
        case State.NOT_APPLICABLE:
            return frozenset([Outcome.NOT_APPLICABLE])
        case State.UNSEEN:
            return frozenset()


def choose(
    rows: Sequence[tuple[ItemId, str, Decision]], trained: Mapping[str, frozenset[Value]]
) -> list[tuple[str, frozenset[Value], bool]]:
    """(content key, values, fresh) of the images to learn from, MOST at most, in the items' order.

    First in line are the newest few of every value, so that no class is ever crowded out, then what is fresh,
    then the newest. ``trained`` gives what the model was told of an image; saying something else, or anything
    of another image, is fresh.
    """
    said = [(h, values_of(d)) for _, h, d in sorted(rows, key=lambda r: r[0]) if h]
    marked = [(h, v, trained.get(h) != v) for h, v in said if v]
    few = _newest_of_each([v for _, v, _ in marked])
    line = sorted(range(len(marked)), key=lambda i: (i not in few, not marked[i][2], -i))
    return [marked[i] for i in sorted(line[:MOST])]


def _newest_of_each(said: Sequence[frozenset[Value]]) -> set[int]:
    """Indices of the last LEAST_PER_VALUE images of every value."""
    seen: Counter[Value] = Counter()
    kept: set[int] = set()
    for i in range(len(said) - 1, -1, -1):
        if any(seen[v] < LEAST_PER_VALUE for v in said[i]):
            kept.add(i)
        seen.update(said[i])
    return kept
