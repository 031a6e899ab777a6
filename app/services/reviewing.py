"""The review queue: a view of what is stored, never a second truth."""

from app.domain.ids import TypeId
from app.domain.review import QueueKey, QueuePage
from app.services.projects import Project
from app.store import queue


def page(
    project: Project, type_id: TypeId | None = None, after: QueueKey | None = None, size: int = 50
) -> QueuePage:
    """The next undecided suggestions after a key, the least confident first, of one type or of all."""
    queue.follow(project.workspace)
    entries = queue.page(project.workspace, type_id, after, size)
    return QueuePage(entries, queue.remaining(project.workspace, type_id))


def remaining(project: Project, type_id: TypeId | None = None) -> int:
    """How many suggestions wait for a decision."""
    queue.follow(project.workspace)
    return queue.remaining(project.workspace, type_id)
