"""Projects opened before: one row each, the newest first, missing ones marked."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from app.services.homes import RecentProject
from app.ui.moments import moment
from app.ui.theme.theme import Theme, text_font
from app.ui.widgets.clearing import clear
from app.ui.widgets.text import label

_SHOWN = 7
_ROW = 50


class Recents(QWidget):
    """``chosen`` carries the folder of the project asked for."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_projects(self, projects: Sequence[RecentProject]) -> None:
        """Take the projects, the newest first."""
        clear(self._column)
        for project in projects[:_SHOWN]:
            row = _Row(self._theme, project)
            row.clicked.connect(lambda _=False, folder=project.folder: self.chosen.emit(folder))
            self._column.addWidget(row)
        if not projects:
            words = self.tr("Projects appear here once you have opened a folder.")
            self._column.addWidget(label(words, "muted", wrap=True))
        self._column.addStretch(1)


class _Row(QAbstractButton):
    def __init__(self, theme: Theme, project: RecentProject) -> None:
        super().__init__()
        self._theme = theme
        self._project = project
        self._path = _short(project.folder)
        self._when = self.tr("missing") if project.missing else moment(project.opened)
        self.setText(project.name)
        self.setAccessibleName(f"{project.name}, {self._when}, {self._path}")
        self.setToolTip(str(project.folder))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setEnabled(not project.missing)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(280, _ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        where = QRectF(self.rect()).adjusted(12, 7, -12, -7)
        missing = self._project.missing
        self._write(painter, where, self._when, "warn" if missing else "muted", 12, right=True)
        self._write(painter, where, self.text(), "muted" if missing else "text", 13, bold=True)
        painter.setFont(text_font(12))
        painter.setPen(self._theme.colour("muted"))
        path = QFontMetrics(painter.font()).elidedText(
            self._path, Qt.TextElideMode.ElideMiddle, round(where.width())
        )
        painter.drawText(where, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, path)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        hovered = self.underMouse() and self.isEnabled()
        painter.setPen(self._theme.colour("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("hover") if hovered else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ground, 6, 6)

    def _write(
        self,
        painter: QPainter,
        where: QRectF,
        words: str,
        role: str,
        size: int,
        *,
        bold: bool = False,
        right: bool = False,
    ) -> None:
        painter.setFont(text_font(size, QFont.Weight.DemiBold if bold else QFont.Weight.Normal))
        painter.setPen(self._theme.colour(role))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(where, Qt.AlignmentFlag.AlignTop | side, words)


def _short(folder: Path) -> str:
    """The path with the user's home written as ~."""
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
