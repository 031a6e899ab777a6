"""What the pages show: ids in order, counts, and the facts of single images."""

from array import array
from collections.abc import Sequence

from app.domain.decision import DecisionRecord
from app.domain.facets import Facets, LibraryCounts
from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.item import Item
from app.domain.query import ImageQuery, Sort, StateFilter
from app.domain.suggestion import Outcome
from app.services.projects import Project
from app.store import counting, ordering, predictions, queue
from app.store import decisions as stored
from app.store import items as stored_items

_LOOK, _LOOK_FAR = 100, 20_000  # images asked about at a time when looking for an unfinished one


def order(project: Project, query: ImageQuery) -> "array[int]":
    """Item ids of the query, in its order."""
    if query.state is StateFilter.SUGGESTED or query.sort is Sort.LEAST_CONFIDENT:
        queue.follow(project.workspace)
    return ordering.order(project.workspace, project.schema(), query)


def facets(project: Project, query: ImageQuery) -> Facets:
    """Counts by folder, state and class among the images of the query."""
    queue.follow(project.workspace)
    return counting.facets(project.workspace, project.schema(), query)


def counts(project: Project) -> LibraryCounts:
    """The library in numbers."""
    return counting.counts(project.workspace, project.schema())


def items(project: Project, ids: Sequence[ItemId]) -> list[Item]:
    """The images in the order asked for."""
    return stored_items.items(project.workspace, ids)


def decisions(project: Project, ids: Sequence[ItemId]) -> dict[ItemId, dict[TypeId, DecisionRecord]]:
    """What stands decided on these images, by type; absent where nobody has decided anything."""
    return stored.current(project.workspace, ids)


def best(
    project: Project, ids: Sequence[ItemId]
) -> dict[ItemId, dict[TypeId, tuple[ClassId | Outcome, float]]]:
    """The best suggestion and its confidence, by type."""
    return predictions.best(project.workspace, ids)


def history(project: Project, item: ItemId) -> list[DecisionRecord]:
    """Everything ever decided about an image, the newest first."""
    return stored.history(project.workspace, item)


def next_unfinished(project: Project, order: "array[int]", position: int, direction: int) -> int | None:
    """The next position after ``position``, forwards (1) or backwards (-1), of an image not fully decided."""
    types = len(project.schema().types)
    place, look = position + direction, _LOOK
    while 0 <= place < len(order):
        end = min(max(place + look * direction, -1), len(order))
        places = range(place, end, direction)
        left = stored_items.unfinished(project.workspace, [ItemId(order[p]) for p in places], types)
        found = next((p for p in places if order[p] in left), None)
        if found is not None:
            return found
        place, look = end, _LOOK_FAR
    return None
