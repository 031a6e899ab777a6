"""Suggestions written by hand, one image at a time, for tests of what is done with them."""

from collections.abc import Sequence

import numpy as np

from app.domain.ids import ItemId
from app.domain.suggestion import Outcome, SuggestionSet
from app.store import predictions
from app.store.packing import Column, value_code
from app.store.workspace import Workspace


def column_of(made: SuggestionSet) -> Column:
    """One image's suggestions of one type."""
    taken = (made.accepted,) if isinstance(made.accepted, Outcome) else made.accepted or ()
    return Column(
        made.type,
        np.array([[value_code(s.value) for s in made.ranked]], np.int64).reshape(1, -1),
        np.array([[s.similarity for s in made.ranked]], np.float32),
        np.array([[s.confidence for s in made.ranked]], np.float32),
        np.array([[s.value in taken for s in made.ranked]], bool).reshape(1, -1),
        made.calibrated,
        made.examples,
    )


def put_sets(
    workspace: Workspace, version: str, rows: Sequence[tuple[ItemId, Sequence[SuggestionSet]]]
) -> None:
    """Store each image's sets in turn."""
    for item, sets in rows:
        predictions.put_predictions(workspace, version, [item], [column_of(s) for s in sets])
