"""Making and opening projects."""

import glob
import secrets
import shutil
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from threading import Lock

from app.domain.errors import ProjectMissing, ProjectUnwritable
from app.domain.paths import shown
from app.domain.schema import Schema
from app.domain.templates import EMPTY, GARMENTS_KEY, Template
from app.services.homes import home_for, is_project
from app.services.places import data_folder
from app.services.project_settings import ProjectSettings
from app.services.resources import locate
from app.services.templates import garments, template
from app.store import folders, schema
from app.store.derived import Derived
from app.store.workspace import Workspace

_HOUR = 3_600


class Project:
    """An open project: its databases, its settings, and its schema as last written."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.settings = ProjectSettings.load(workspace)
        self._schema: Schema | None = None
        self._schema_lock = Lock()

    @property
    def folder(self) -> Path:
        """Where project.sqlite, models, jobs, cache and backups lie."""
        return self.workspace.folder

    @property
    def derived(self) -> Derived:
        """The cache of features and suggestions."""
        return self.workspace.derived

    @property
    def name(self) -> str:
        """What the project is called on screen."""
        return self.settings.name or self.folder.name

    def schema(self) -> Schema:
        """The attribute types and classes of now."""
        with self._schema_lock:
            if self._schema is None:
                self._schema = schema.load(self.workspace)
            return self._schema

    def forget_schema(self) -> None:
        """Called by whoever has written to the schema: the next ``schema()`` reads it again."""
        with self._schema_lock:
            self._schema = None

    def close(self) -> None:
        """Let go of the project."""
        self.workspace.close()


def create(folder: Path, start: Template, image_folders: Sequence[Path] = (), *, name: str = "") -> Project:
    """Make a project in ``folder`` from a template, about these image folders. Raises ProjectError.

    It is made beside, under a name that nobody else uses, and moved there whole: what is interrupted leaves
    no half project behind, and of two that make the same one at once the first one stands.
    """
    _refuse_full(folder)
    _sweep(folder)
    beside = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.unfinished")
    with ExitStack() as on_failure:
        on_failure.callback(shutil.rmtree, beside, ignore_errors=True)
        with closing(Project(Workspace.create(beside))) as project:
            _furnish(project, start, image_folders, name or folder.name)
        _move(beside, folder)
        on_failure.pop_all()
    return open_project(folder)


def _refuse_full(folder: Path) -> None:
    try:
        full = folder.exists() and any(folder.iterdir())
    except OSError as error:
        raise ProjectUnwritable(
            f"{shown(str(folder))} cannot hold a project ({error.strerror}). Choose another place for it."
        ) from error
    if full:
        raise ProjectUnwritable(f"{shown(str(folder))} is not empty: a project needs a folder of its own.")


def _sweep(folder: Path) -> None:
    """Delete what a creation of this project left that was killed: nobody works on one for an hour."""
    for left in folder.parent.glob(f"{glob.escape(folder.name)}.????????.unfinished"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _HOUR:
                shutil.rmtree(left)


def _move(beside: Path, folder: Path) -> None:
    try:
        beside.replace(folder)
    except OSError as error:
        _refuse_full(folder)  # somebody was quicker
        raise ProjectUnwritable(
            f"The project could not be put into {shown(str(folder))} ({error.strerror}). "
            "Choose another place for it."
        ) from error


def _furnish(project: Project, start: Template, image_folders: Sequence[Path], name: str) -> None:
    for kind in start.types:
        type_id, _ = schema.add_type(project.workspace, kind.name, kind.selection)
        schema.add_classes(project.workspace, type_id, kind.classes)
    for path in image_folders:
        folders.add(project.workspace, path.absolute())
    ProjectSettings(name, start.key, start.key == _DEMO).save(project.workspace)


def open_project(folder: Path) -> Project:
    """Open a project by its own folder. Raises ProjectError."""
    with ExitStack() as on_failure:
        workspace = Workspace.open(folder)
        on_failure.callback(workspace.close)  # or its lock would keep the next attempt out
        project = Project(workspace)
        on_failure.pop_all()
    return project


def open_or_create(image_folder: Path, template_key: str = EMPTY.key) -> Project:
    """Open the project about an image folder, or make it from a template. Raises ProjectError, KeyError.

    The folder may be away where it has a project already: its labels are there. A new one needs the folder.
    """
    home = home_for(image_folder)
    if not is_project(home):
        _refuse_no_folder(image_folder)
    return _open_or_make(home, template(template_key), image_folder, image_folder.absolute().name)


def _refuse_no_folder(image_folder: Path) -> None:
    if not image_folder.is_dir():
        called = shown(str(image_folder))
        why = "is not a folder" if image_folder.exists() else "does not exist"
        raise ProjectMissing(f"{called} {why}, and no project is about it. Nothing was made: check the path.")


def _open_or_make(home: Path, start: Template, images: Path, name: str) -> Project:
    if not is_project(home):
        try:
            return create(home, start, [images], name=name)
        except ProjectUnwritable:
            if not is_project(home):
                raise  # else another Lapel was quicker: it is the same project
    return open_project(home)


_DEMO = "demo"


def open_demo() -> Project:
    """Open the demo catalogue: its images stay where they were shipped, its decisions are the user's."""
    home, images, shipped = data_folder() / "projects" / _DEMO, locate("demo"), garments()
    demo = Template(_DEMO, shipped.title, shipped.sentence, shipped.types)
    project = _open_or_make(home, demo, images, "Demo catalogue")
    for folder_id, path in folders.paths(project.workspace).items():
        if Path(path).name == images.name and Path(path) != images:  # Lapel was installed elsewhere since
            folders.move(project.workspace, folder_id, images)
    return project


def default_template() -> Template:
    """What a new project begins with unless the user chooses otherwise."""
    return template(GARMENTS_KEY)
