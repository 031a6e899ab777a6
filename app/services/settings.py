"""The user's settings as typed fields with their defaults, in a JSON file."""

import getpass
import json
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

from app.services.files import replacing
from app.services.places import config_folder

ThemeChoice = Literal["system", "light", "dark"]
DeviceChoice = Literal["auto", "cpu", "cuda"]

_CHOICES = {"theme": ("system", "light", "dark"), "device": ("auto", "cpu", "cuda")}
_RECENT = 20


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in a bare container
        return "annotator"


@dataclass(slots=True)
class Recent:
    """A project opened before; ``opened`` in ISO 8601, UTC."""

    folder: str
    name: str
    opened: str


@dataclass(slots=True)
class AppSettings:
    """What the user has chosen, for all projects. Change fields, then ``save``."""

    annotator: str = field(default_factory=_login)
    theme: ThemeChoice = "system"
    device: DeviceChoice = "auto"
    cache_limit_mb: int = 4_000
    recent: list[Recent] = field(default_factory=list[Recent])
    problem: str = field(default="", compare=False)
    """What was wrong with the file, in words; never kept."""

    @staticmethod
    def path() -> Path:
        """Where they are kept."""
        return config_folder() / "settings.json"

    @classmethod
    def load(cls) -> "AppSettings":
        """What was saved; a field that is missing or makes no sense keeps its default.

        A file that is damaged as a whole is kept beside, under another name: the next ``save`` would end it.
        """
        settings = cls()
        try:
            stored = _stored(cls.path())
        except OSError:
            return settings
        if stored is None:
            settings.problem = _set_aside(cls.path())
            return settings
        for name, value in _sensible(settings, stored).items():
            setattr(settings, name, value)
        return settings

    def save(self) -> None:
        """Keep them. Raises ExportFailed when the disk does not take them."""
        self.path().parent.mkdir(parents=True, exist_ok=True)
        with replacing(self.path()) as file:
            json.dump({k: v for k, v in asdict(self).items() if k != "problem"}, file, indent=2)

    def remember(self, folder: Path, name: str) -> None:
        """Put a project at the head of the recent ones, and save."""
        entry = Recent(str(folder), name, datetime.now(UTC).isoformat())
        self.recent = [entry, *(r for r in self.recent if r.folder != entry.folder)][:_RECENT]
        self.save()


def _stored(path: Path) -> dict[str, Any] | None:
    """What the file holds, or None where it is damaged. Raises OSError where it cannot be read."""
    try:
        stored = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    return cast("dict[str, Any]", stored) if isinstance(stored, dict) else None


def _set_aside(path: Path) -> str:
    """Keep a damaged file under another name; what to say of it."""
    beside = path.with_name(f"{path.name}.damaged")
    try:
        path.replace(beside)
    except OSError as error:
        return f"Your settings in {path} are damaged and could not be kept aside ({error.strerror})."
    return f"Your settings were damaged; Lapel begins with its own. The damaged file is kept as {beside}."


def _sensible(defaults: AppSettings, stored: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for known in fields(defaults):
        value = stored.get(known.name)
        if known.name == "problem":
            continue
        if known.name == "recent" and isinstance(value, list):
            kept["recent"] = [r for r in map(_recent, cast("list[Any]", value)) if r]
        elif type(value) is type(getattr(defaults, known.name)) and _allowed(known.name, value):
            kept[known.name] = value
    return kept


def _allowed(name: str, value: object) -> bool:
    return name not in _CHOICES or value in _CHOICES[name]


def _recent(value: Any) -> Recent | None:
    keys = ("folder", "name", "opened")
    if isinstance(value, dict) and all(isinstance(cast("dict[str, Any]", value).get(k), str) for k in keys):
        return Recent(*(value[k] for k in keys))
    return None
