"""Copies of everything that people decided, and the button that makes one now."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout

from app.services import backup
from app.ui import refusals
from app.ui.moments import moment
from app.ui.session import Session
from app.ui.settings.section import Section
from app.ui.widgets.buttons import button
from app.ui.widgets.clearing import clear
from app.ui.widgets.text import label

_SHOWN = 12


class Backups(Section):
    """The newest copies with their size and where they lie."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._now = button(self.tr("Back up now"), self._make, primary=True)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(24)
        self._rows.setVerticalSpacing(6)
        self._rows.setColumnStretch(1, 1)
        frame = QFrame()
        frame.setObjectName("card")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(16, 12, 16, 12)
        inner.addLayout(self._rows)
        foot = QHBoxLayout()
        foot.addWidget(self._now)
        foot.addStretch(1)
        words = self.tr(
            "Made by itself when a project opens and every half hour of work. To go back to one, close Lapel "
            "and put it in place of project.sqlite in the project's folder."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label(words, "muted", wrap=True))
        column.addWidget(frame)
        column.addLayout(foot)

    def refresh(self) -> None:
        """Read the list again."""
        project = self._session.project
        self._session.background.read(
            lambda: [_Copy(p) for p in backup.list_backups(project)][:_SHOWN], self._show
        )

    def _make(self) -> None:
        self._now.setEnabled(False)
        project = self._session.project
        self._session.background.write(lambda: backup.back_up(project), self._made, self._failed)

    def _made(self, _: Path) -> None:
        self._now.setEnabled(True)
        self._session.said.emit(self.tr("Everything that was decided is backed up."), "good")
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        self._now.setEnabled(True)
        refusals.tell(self._session, error)

    def _show(self, copies: "Sequence[_Copy]") -> None:
        clear(self._rows)
        if not copies:
            self._rows.addWidget(label(self.tr("No backup yet."), "muted"), 0, 0)
        for row, copy in enumerate(copies):
            self._rows.addWidget(label(moment(copy.when)), row, 0)
            self._rows.addWidget(label(copy.name, "secondary"), row, 1)
            self._rows.addWidget(label(copy.size), row, 2, Qt.AlignmentFlag.AlignRight)


class _Copy:
    """What the list says about one backup; made off the window's thread, because it asks the disk."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.when = backup.taken(path)
        self.size = f"{path.stat().st_size / 1e6:,.1f} MB"
