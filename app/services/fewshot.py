"""Learning from corrections at once: rows of the dictionary appear or move, no weight changes.

The paper adds a class by one more row (§3.4). Here a class unknown to the model gets the mean direction of
its examples, in the branch's space and among the centred features together: a branch was taught to tell the
known classes apart, and may show a new one just as it shows the nearest of those. A known class moves, in
its branch alone, towards what it was corrected with; a type that the model has never heard of gets a whole
dictionary over the centred features. Rows are judged on the images that people have verified, each with
itself left out: a known row only moves where it does no harm, a new one is held back as far as they ask for.
"""

from dataclasses import replace

import numpy as np

from app.domain.ids import TypeId
from app.domain.schema import Selection
from app.domain.suggestion import Outcome
from app.services.examples import Examples
from app.services.type_ranker import TypeRanker, Value
from mtss.calibration import DEFAULT_BIAS, DEFAULT_SCALE
from mtss.dictionary import PRIOR_EXAMPLES, unit
from mtss.few_shot import hits, left_out, new_row


def learn(ranker: TypeRanker, examples: Examples) -> TypeRanker:
    """The ranker with every row that its fresh examples, and those of unknown classes, justify.

    Returns an equal ranker when there is nothing to learn.
    """
    if not len(examples.vectors):
        return ranker
    vectors = examples.vectors
    in_branch = np.where(np.arange(vectors.shape[1]) < ranker.width, vectors, 0.0)
    for value in ranker.values:
        ranker = _moved(ranker, value, in_branch, examples)
    unknown = sorted(examples.values - set(ranker.values), key=_order)
    for value in unknown:
        ranker = _added(ranker, value, vectors, examples)
    return ranker


def untaught(type_id: TypeId, selection: Selection, width: int) -> TypeRanker:
    """A ranker without rows over centred features of ``width``, for a type that the model does not know."""
    nothing = np.zeros(0, np.float64)
    return TypeRanker(
        type=type_id,
        selection=selection,
        branch=None,
        width=0,
        values=(),
        vectors=np.zeros((0, width), np.float32),
        offset=np.zeros(0, np.float32),
        scale=nothing,
        bias=nothing,
        exclusive=selection is Selection.SINGLE,
        calibrated=False,
    )


def _moved(ranker: TypeRanker, value: Value, vectors: np.ndarray, examples: Examples) -> TypeRanker:
    """A known row moved towards its corrections, if the verified images fare no worse by it."""
    mine = examples.of(value, fresh=True)
    if not len(mine):
        return ranker
    row = ranker.values.index(value)
    start = ranker.vectors[row] * PRIOR_EXAMPLES
    moved = ranker.vectors.copy()
    moved[row] = unit(start + vectors[mine].sum(axis=0))
    after = replace(ranker, vectors=moved, examples=ranker.examples + len(mine))
    before = ranker.similarities(vectors)
    now = before.copy()
    now[:, row] = left_out(start, vectors, mine) - ranker.offset[row]
    truth = examples.truth(ranker.values)
    return after if hits(now, truth) >= hits(before, truth) else ranker


def _added(ranker: TypeRanker, value: Value, vectors: np.ndarray, examples: Examples) -> TypeRanker:
    """A new row at the mean direction of its examples, held back as far as the verified images ask for."""
    mine = examples.of(value)
    truth = examples.truth((*ranker.values, value))
    row, offset = new_row(vectors, mine, ranker.similarities(vectors), truth)
    scale, bias = _shared(ranker)
    return replace(
        ranker,
        values=(*ranker.values, value),
        vectors=np.vstack([ranker.vectors, row[None]]).astype(np.float32),
        offset=np.append(ranker.offset, np.float32(offset)),
        scale=np.append(ranker.scale, scale),
        bias=np.append(ranker.bias, bias),
        calibrated=False,
        examples=ranker.examples + len(mine),
    )


def _shared(ranker: TypeRanker) -> tuple[float, float]:
    """Scale and bias for a new row: those typical of the type, else a guess that promises nothing."""
    if len(ranker.scale):
        return float(np.median(ranker.scale)), float(np.median(ranker.bias))
    return DEFAULT_SCALE, 0.0 if ranker.exclusive else DEFAULT_BIAS


def _order(value: Value) -> tuple[bool, str, int]:
    """Classes by id, then outcomes: the same rows in the same order every time."""
    return (True, str(value), 0) if isinstance(value, Outcome) else (False, "", int(value))
