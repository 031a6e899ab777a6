"""The status bar: what is open, what runs, where, how fast, how long still, and whether all is saved."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from app.domain.facets import LibraryCounts
from app.domain.progress import Progress
from app.ui.activity import Activity, left
from app.ui.theme.tokens import STATUS_BAR
from app.ui.widgets.text import label, set_role

MARGIN, SPACING = 14, 16
SHARES = frozenset({"train"})
"""Work whose progress is a share of the whole, not a number of images."""


class StatusBar(QFrame):
    """Always names what runs in the background."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setFixedHeight(STATUS_BAR)
        self._activities: dict[str, Activity] = {}
        self._project = label("", "status")
        self._counts = label("", "status", figures=True)
        self._words = label("", "status", figures=True)
        self._bar = QProgressBar()
        self._bar.setFixedWidth(120)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._amount = label("", "status", figures=True)
        self._saved = label("", "status")
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        row.setSpacing(SPACING)
        row.addWidget(self._project)
        row.addWidget(self._counts)
        row.addStretch(1)
        for widget in (self._words, self._bar, self._amount, self._saved):
            row.addWidget(widget)
        self._show_activity()
        self.show_waiting(0)

    def show_project(self, name: str) -> None:
        """Name the open project; an empty name hides project, counts and the saved mark."""
        self._project.setText(name)
        self._saved.setVisible(bool(name))
        self._make_room()

    def show_counts(self, counts: LibraryCounts) -> None:
        """Show how much there is and how much is decided."""
        parts = [self.tr("{} images").format(f"{counts.images:,}")]
        parts.append(self.tr("{} finished").format(f"{counts.finished:,}"))
        if counts.begun:
            parts.append(self.tr("{} begun").format(f"{counts.begun:,}"))
        if counts.broken:
            parts.append(self.tr("{} cannot be read").format(f"{counts.broken:,}"))
        self._counts.setText(" · ".join(parts))
        self._counts.setToolTip(self.tr("Finished: every attribute is decided. Begun: some are, others not."))
        self._make_room()

    @Slot(object)
    def show_activity(self, key: str, activity: Activity | None) -> None:
        """Show a piece of work, or take it away with None."""
        if activity is None:
            self._activities.pop(key, None)
        else:
            self._activities[key] = activity
        self._show_activity()

    @Slot(int)
    def show_waiting(self, writes: int) -> None:
        """Show whether every decision is on disk."""
        self._saved.setText(self.tr("Saving…") if writes else self.tr("Saved"))
        set_role(self._saved, "warn" if writes else "status")
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where not all fits, the words on what runs and whether all is saved come before the rest."""
        firm = [w for w in (self._words, self._amount, self._saved) if not w.isHidden()]
        room = self.width() - 2 * MARGIN - sum(w.sizeHint().width() + SPACING for w in firm)
        wanted = {
            self._bar: bool(self._activities),
            self._project: bool(self._project.text()),
            self._counts: bool(self._project.text()),
        }
        for widget, is_wanted in wanted.items():
            if is_wanted:
                room -= widget.sizeHint().width() + SPACING
            widget.setVisible(is_wanted and room >= 0)

    def _show_activity(self) -> None:
        key, activity = next(reversed(self._activities.items()), ("", None))
        for widget in (self._words, self._amount):
            widget.setVisible(activity is not None)
        if activity is None:
            self._make_room()
            return
        progress = activity.progress
        parts = [activity.words, activity.detail]
        if progress.rate and key not in SHARES:
            parts.append(self.tr("{} img/s").format(f"{progress.rate:,.0f}"))
        self._words.setText(" · ".join(p for p in parts if p))
        fraction = progress.fraction
        self._bar.setRange(0, 1000 if fraction is not None else 0)
        self._bar.setValue(round((fraction or 0) * 1000))
        shown = (self._amount_words(key, progress), left(progress.seconds_left))
        self._amount.setText(" · ".join(words for words in shown if words))
        self._make_room()

    def _amount_words(self, key: str, progress: Progress) -> str:
        if progress.total is None:
            return f"{progress.done:,}" if progress.done else ""
        if key in SHARES:
            return self.tr("{} %").format(round(100 * (progress.fraction or 0)))
        return self.tr("{} of {}").format(f"{progress.done:,}", f"{progress.total:,}")
