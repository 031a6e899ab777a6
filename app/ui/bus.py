"""The one application-wide signal: what a write changed. Screens decide by it whether they are stale."""

from PySide6.QtCore import QObject, Signal

from app.domain.changes import ChangeSet


class Bus(QObject):
    """``changed`` carries a ChangeSet, always on the window's thread."""

    changed = Signal(object)

    def tell(self, changes: ChangeSet) -> None:
        """Announce a change, unless nothing changed."""
        if changes:
            self.changed.emit(changes)
