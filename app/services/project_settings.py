"""A project's own settings, kept in its database."""

from dataclasses import asdict, dataclass, fields

from app.store import values
from app.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What was chosen for one project. ``demo`` marks the shipped catalogue."""

    name: str = ""
    template: str = ""
    demo: bool = False

    @classmethod
    def load(cls, workspace: Workspace) -> "ProjectSettings":
        """As stored in the project."""
        known = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in values.load(workspace).items() if k in known})

    def save(self, workspace: Workspace) -> None:
        """Keep them in the project."""
        values.store(workspace, asdict(self))
