"""The status bar: what is open, what runs, where, how fast, how long still, and whether all is saved."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from app.services.browsing import LibraryCounts
from app.ui.activity import Activity, left
from app.ui.theme.tokens import STATUS_BAR
from app.ui.widgets.text import label, set_role


class StatusBar(QFrame):
    """Always names what runs in the background."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setFixedHeight(STATUS_BAR)
        self._activities: dict[str, Activity] = {}
        self._project = label("", "status")
        self._counts = label("", "status")
        self._words = label("", "status")
        self._bar = QProgressBar()
        self._bar.setFixedWidth(120)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._amount = label("", "status")
        self._saved = label("", "status")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(16)
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
        for widget in (self._counts, self._saved):
            widget.setVisible(bool(name))

    def show_counts(self, counts: LibraryCounts) -> None:
        """Show how much there is and how much is decided."""
        words = self.tr("{} images · {} labelled").format(f"{counts.images:,}", f"{counts.labelled:,}")
        if counts.broken:
            words += self.tr(" · {} cannot be read").format(f"{counts.broken:,}")
        self._counts.setText(words)

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

    def _show_activity(self) -> None:
        activity = next(reversed(self._activities.values()), None)
        for widget in (self._words, self._bar, self._amount):
            widget.setVisible(activity is not None)
        if activity is None:
            return
        progress = activity.progress
        parts = [activity.words, activity.detail]
        if progress.rate:
            parts.append(self.tr("{} img/s").format(f"{progress.rate:,.0f}"))
        self._words.setText(" · ".join(p for p in parts if p))
        fraction = progress.fraction
        self._bar.setRange(0, 1000 if fraction is not None else 0)
        self._bar.setValue(round((fraction or 0) * 1000))
        if progress.total is None:
            self._amount.setText(f"{progress.done:,}")
            return
        amount = self.tr("{} of {}").format(f"{progress.done:,}", f"{progress.total:,}")
        remaining = left(progress.seconds_left)
        self._amount.setText(f"{amount} · {remaining}" if remaining else amount)
