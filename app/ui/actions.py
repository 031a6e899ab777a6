"""The one table of what can be done by key: menus, buttons, the palette and the F1 overlay read it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class Scope(StrEnum):
    """Where an action's keys work."""

    EVERYWHERE = "Everywhere"
    PROJECT = "In an open project"
    BROWSE = "Browse"
    LABEL = "Label and Review"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """An action's name, what it says, and its keys in Qt's portable notation."""

    id: str
    title: str
    keys: tuple[str, ...]
    scope: Scope = Scope.PROJECT


def _everywhere(id: str, title: str, *keys: str) -> ActionSpec:
    return ActionSpec(id, title, keys, Scope.EVERYWHERE)


def _label(id: str, title: str, *keys: str) -> ActionSpec:
    return ActionSpec(id, title, keys, Scope.LABEL)


ACTIONS: tuple[ActionSpec, ...] = (
    _everywhere("open-folder", "Open folder…", "Ctrl+O"),
    ActionSpec("filter", "Filter", ("Ctrl+F",)),
    _everywhere("palette", "Command palette", "Ctrl+K"),
    ActionSpec("undo", "Undo", ("Ctrl+Z",)),
    ActionSpec("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec("train", "Retrain the model…", ("Ctrl+T",)),
    ActionSpec("export", "Export decisions…", ("Ctrl+E",)),
    ActionSpec("import-labels", "Import labels from a manifest…", ()),
    ActionSpec("rescan", "Look for new and changed images", ("F5",)),
    ActionSpec("add-type", "Add attribute type…", ()),
    ActionSpec("welcome", "Other projects…", ("Ctrl+W",)),
    ActionSpec("browse", "Browse", ("Ctrl+1", "G")),
    ActionSpec("label", "Label", ("Ctrl+2",)),
    ActionSpec("review", "Review", ("Ctrl+3",)),
    ActionSpec("models", "Models", ("Ctrl+4",)),
    ActionSpec("settings", "Settings", ("Ctrl+,",)),
    _everywhere("theme", "Switch theme: light or dark", "Ctrl+Shift+L"),
    _everywhere("keys", "Keys", "F1"),
    _everywhere("quit", "Quit", "Ctrl+Q"),
    _label("next", "Next image", "D", "Right"),
    _label("previous", "Previous image", "A", "Left"),
    _label("next-unfinished", "Next unfinished image", "Ctrl+D"),
    _label("previous-unfinished", "Previous unfinished image", "Ctrl+Shift+D"),
    _label("next-type", "Next attribute type", "Down"),
    _label("previous-type", "Previous attribute type", "Up"),
    _label("accept", "Accept what is suggested, next type", "Return", "Enter"),
    _label("accept-all", "Accept all remaining types, next image", "Ctrl+Return", "Ctrl+Enter"),
    _label("skip", "Skip this image", "Space"),
    _label("none", "None: no class applies", "0"),
    _label("not-applicable", "Not applicable", "N"),
    _label("clear", "Clear: unseen again", "Backspace"),
    _label("type-ahead", "Find or create a class", "/"),
    _label("zoom-in", "Zoom in", "Ctrl+=", "Ctrl++"),
    _label("zoom-out", "Zoom out", "Ctrl+-"),
    _label("zoom-100", "100 %", "Ctrl+0"),
    _label("fit", "Fit", "F"),
    *(_label(f"pick-{n}", f"Suggestion {n}", str(n)) for n in range(1, 10)),
)

SPECS = {spec.id: spec for spec in ACTIONS}


class Actions(QObject):
    """Makes the table's actions for a window or page. Keys work while that widget or a child has focus."""

    def __init__(self, owner: QWidget, handlers: dict[str, Callable[[], object]]) -> None:
        super().__init__(owner)
        self._actions: dict[str, QAction] = {}
        for id, handler in handlers.items():
            self._actions[id] = self._make(owner, SPECS[id], handler)

    def __getitem__(self, id: str) -> QAction:
        return self._actions[id]

    def all(self) -> Iterable[QAction]:
        """Every action made."""
        return self._actions.values()

    def give_to(self, widget: QWidget) -> None:
        """Let the keys work there."""
        widget.addActions(list(self.all()))

    def take_from(self, widget: QWidget) -> None:
        """Let them rest, so that others may have the same keys."""
        for action in self.all():
            widget.removeAction(action)

    def _make(self, owner: QWidget, spec: ActionSpec, handler: Callable[[], object]) -> QAction:
        action = QAction(title(spec), owner)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: handler())
        owner.addAction(action)
        return action


def title(spec: ActionSpec) -> str:
    """The action's words in the user's language."""
    return QCoreApplication.translate("actions", spec.title)


def keys_text(id: str) -> str:
    """The action's first key as this system writes it, or an empty string."""
    spec = SPECS[id]
    return key_name(spec.keys[0]) if spec.keys else ""


def key_name(key: str) -> str:
    """A key in Qt's portable notation the way keyboards print it."""
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key
    return native.replace("Return", "Enter")
