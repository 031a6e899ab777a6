"""Why no image is on screen, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication

from app.domain.item import Folder
from app.domain.query import ImageQuery


class Remedy(Enum):
    """What the one button of an empty state does."""

    OPEN = "open"
    CLEAR = "clear"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Emptiness:
    """An icon's name, a title, a sentence, and the button's words with what it does."""

    icon: str
    title: str
    sentence: str
    action: str = ""
    remedy: Remedy | None = None


def emptiness(folders: Sequence[Folder], query: ImageQuery, *, scanning: bool) -> Emptiness:
    """Why the present query shows nothing."""
    if not folders:
        return Emptiness(
            "folder-plus",
            _tr("No folder yet"),
            _tr("Open a folder of images. They stay where they are; nothing is ever written to them."),
            _tr("Open folder…"),
            Remedy.OPEN,
        )
    if any(f.images for f in folders) and query.is_filtered:
        return Emptiness(
            "search",
            _tr("No image matches"),
            _tr("No image of this project meets every condition of the filter."),
            _tr("Clear filter"),
            Remedy.CLEAR,
        )
    if scanning:
        return Emptiness(
            "folder-open", _tr("Looking for images"), _tr("They appear here as soon as they are found.")
        )
    problems = [f.problem for f in folders if f.problem]
    if problems:
        return Emptiness(
            "triangle-alert",
            _tr("The folder cannot be read"),
            " ".join(problems),
            _tr("Look again"),
            Remedy.LOOK,
        )
    return Emptiness(
        "image-off",
        _tr("No images here"),
        _tr("{} holds no file with an image's ending (JPEG, PNG, WebP …), nor do the folders in it.").format(
            ", ".join(f.path for f in folders)
        ),
        _tr("Open folder…"),
        Remedy.OPEN,
    )


def _tr(words: str) -> str:
    return QCoreApplication.translate("browse", words)
