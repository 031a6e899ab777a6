"""The training under way as a card: what it is doing, how far, its curve, and how to stop it."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app.domain.ids import JobId
from app.domain.jobs import Job
from app.ui.activity import left
from app.ui.models import words
from app.ui.models.comparison import as_fraction
from app.ui.models.curve import Curve
from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button
from app.ui.widgets.text import label

_STEPS = 1000


class JobCard(QFrame):
    """``cancelled`` and ``log_asked`` carry the job's id."""

    cancelled = Signal(object)
    log_asked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._theme = theme
        self._job: Job | None = None
        self._title = label("", "strong")
        self._left = label("", "secondary")
        self._words = label("", "secondary", wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Training progress"))
        self.curve = Curve(theme)
        self._training, self._validation = _Legend(theme, "accent"), _Legend(theme, "warn")
        self._training.setText(self.tr("— loss"))
        self._log = button(self.tr("Log"), lambda: self.log_asked.emit(self._id()), flat=True)
        self._cancel = button(self.tr("Cancel"), self._ask_to_stop, flat=True)
        self._arrange()

    def show_job(self, job: Job) -> None:
        """Bring the card up to date."""
        if self._job is None or self._job.id != job.id:
            self._cancel.setEnabled(True)
        self._job = job
        self._title.setText(words.job_title(job))
        where_and_how_long = (words.device(job.device), left(job.seconds_left))
        self._left.setText(" · ".join(p for p in where_and_how_long if p))
        self._words.setText(job.words or self.tr("getting ready"))
        self._bar.setValue(round(_STEPS * job.progress))
        self.curve.show_points(job.curve)
        self.curve.setVisible(bool(job.curve))
        self._training.setVisible(bool(job.curve))
        score = self.curve.score
        self._validation.setVisible(score is not None)
        self._validation.setText(self.tr("- - F1@1 {}").format(as_fraction(score)))

    def _id(self) -> JobId:
        assert self._job is not None
        return self._job.id

    def _ask_to_stop(self) -> None:
        self._cancel.setEnabled(False)
        self._left.setText(self.tr("stopping"))
        self.cancelled.emit(self._id())

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._left)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self._training)
        foot.addWidget(self._validation)
        foot.addStretch(1)
        foot.addWidget(self._log)
        foot.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._words)
        column.addSpacing(4)
        column.addWidget(self._bar)
        column.addWidget(self.curve)
        column.addLayout(foot)


class _Legend(QLabel):
    """A word in a curve's colour."""

    def __init__(self, theme: Theme, role: str) -> None:
        super().__init__()
        self._theme = theme
        self._role = role
        theme.changed.connect(self._recolour)
        self._recolour()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _recolour(self) -> None:
        colour = getattr(self._theme.tokens, self._role)
        self.setStyleSheet(f"color: {colour}; font-size: 12px;")
