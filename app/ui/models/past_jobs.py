"""Trainings that came to nothing, with the reason in words and the log at hand."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.jobs import Job, JobState
from app.ui.models import words
from app.ui.moments import moment
from app.ui.widgets.buttons import button
from app.ui.widgets.clearing import clear
from app.ui.widgets.text import label, section

_SHOWN = 3
"""The newest few: older failures explain nothing about today's versions."""


class PastJobs(QWidget):
    """``log_asked`` carries a job's id."""

    log_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 0, 4, 0)
        self._column.setSpacing(6)
        self._shown: tuple[Job, ...] | None = None
        self.show_jobs(())

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Take all jobs, the newest first."""
        wanted = tuple(j for j in jobs if j.state.is_over and _is_worth_a_word(j))[:_SHOWN]
        if wanted == self._shown:
            return
        self._shown = wanted
        clear(self._column)
        self.setVisible(bool(wanted))
        if wanted:
            self._column.addWidget(section(self.tr("Trainings without a version")))
        for job in wanted:
            self._column.addWidget(self._row(job))

    def _row(self, job: Job) -> QWidget:
        row = QWidget()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(words.job_title(job), "bad" if job.state is JobState.FAILED else ""))
        head.addWidget(label(moment(job.started), "secondary"), 1)
        log = button(self.tr("Log"), lambda: self.log_asked.emit(job.id), flat=True)
        log.setAccessibleName(self.tr("Log of the training of {}").format(moment(job.started)))
        head.addWidget(log)
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        if reason := words.job_reason(job):
            column.addWidget(label(reason, "secondary", wrap=True))
        return row


def _is_worth_a_word(job: Job) -> bool:
    return job.state is not JobState.SUCCEEDED or (job.model is None and bool(job.reason))
