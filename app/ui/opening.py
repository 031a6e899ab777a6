"""The ways to a project. Each loads what a project needs when it is called, on the thread that calls it:

the first window waits neither for SQLAlchemy nor for numpy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.projects import Project


def demo() -> Project:
    """The demo catalogue's project. Raises ProjectError."""
    from app.services import projects

    return projects.open_demo()


def about(folder: Path, template: str) -> Project:
    """The project about an image folder, made with a template where there is none. Raises ProjectError."""
    from app.services import projects

    return projects.open_or_create(folder.absolute(), template)


def at(folder: Path) -> Project:
    """The project in that folder. Raises ProjectError."""
    from app.services import projects

    return projects.open_project(folder.absolute())
