"""A training's log, read again while it is open and the training goes on."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.ids import JobId
from app.services import training
from app.ui.jobs_watch import JobsWatch
from app.ui.session import Session
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label


class LogDialog(QDialog):
    """Shows the end of the log; follows it as long as its end is in view."""

    def __init__(self, session: Session, watch: JobsWatch, job: JobId, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Training log"))
        self.resize(760, 460)
        self._session = session
        self._job = job
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setAccessibleName(self.tr("Log"))
        foot = QHBoxLayout()
        where = label(str(session.project.folder / "jobs" / job / "log.txt"), "secondary", wrap=True)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        foot.addWidget(where, 1)
        foot.addWidget(button(self.tr("Close"), self.close))
        column = QVBoxLayout(self)
        column.addWidget(self._text, 1)
        column.addLayout(foot)
        watch.changed.connect(self._read)
        self._read()

    @property
    def text(self) -> str:
        """The log as it stands in the dialog."""
        return self._text.toPlainText()

    def _read(self) -> None:
        project, job = self._session.project, self._job
        self._session.background.read(lambda: training.log_tail(project, job), self._take)

    def _take(self, text: str) -> None:
        text = text or self.tr("Nothing was written yet.")
        if text == self.text:
            return
        bar = self._text.verticalScrollBar()
        at_end = bar.value() == bar.maximum()
        self._text.setPlainText(text)
        if at_end:
            bar.setValue(bar.maximum())
