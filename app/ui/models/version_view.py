"""The selected version: its card's facts, its figures, and the button that makes it active."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.jobs import ModelVersion
from app.ui.models import comparison, words
from app.ui.models.figures_table import FiguresTable
from app.ui.moments import moment
from app.ui.theme.theme import Theme
from app.ui.widgets.buttons import button
from app.ui.widgets.clearing import clear
from app.ui.widgets.text import label, set_role


class VersionView(QWidget):
    """``activated`` carries the id of the version to make active."""

    activated = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._version: ModelVersion | None = None
        self._title = label("", "title")
        self._badge = label("", "badge")
        self._sentence = label("", "muted", wrap=True)
        self._problem = label("", "bad", wrap=True)
        self._activate = button("", self._ask, primary=True)
        self._facts = _Facts()
        self._table = FiguresTable(theme)
        self._note = label("", "secondary", wrap=True)
        self._arrange()

    @property
    def can_activate(self) -> bool:
        """Whether the version on show can be made active: then its button is the page's primary one."""
        version = self._version
        return version is not None and not version.active and not version.problem

    def show_version(self, version: ModelVersion, active: ModelVersion | None, device: str) -> None:
        """Show one version; ``active`` is the one in force, ``device`` what trained it (empty: unknown)."""
        self._version = version
        self._title.setText(version.name)
        word, role = words.badge(version, active)
        self._badge.setText(word)
        set_role(self._badge, f"badge-{role}" if role else "badge")
        self._badge.setVisible(bool(word))
        self._problem.setText(version.problem)
        self._problem.setVisible(bool(version.problem))
        self._activate.setVisible(self.can_activate)
        older = active is not None and version.created < active.created
        verb = self.tr("Roll back to {}") if older else self.tr("Activate {}")
        self._activate.setText(verb.format(version.name))
        self._facts.show_facts(_facts(version, device))
        self._show_figures(version)

    def _show_figures(self, version: ModelVersion) -> None:
        rows = comparison.rows(version)
        mean = comparison.mean_row(self.tr("Mean"), rows)
        has_baseline = any(r.before is not None for r in rows)
        self._sentence.setText(_sentence(version, has_baseline))
        self._table.setVisible(bool(rows))
        shown = [*rows, mean] if mean and len(rows) > 1 else rows
        self._table.show_rows(version.name, self.tr("baseline") if has_baseline else "", shown)
        self._note.setText(self._note_words(rows))

    def _note_words(self, rows: list[comparison.TypeRow]) -> str:
        if not rows:
            return self.tr("No figures came with this version: nothing was held out to measure it on.")
        words_ = self.tr(
            "F1@1: how often the first suggestion is right, by the harmonic mean of precision and recall."
        )
        if few := [r.name for r in rows if not r.is_firm]:
            few_words = self.tr(
                "Fewer than {count} held-out images behind {types}: do not trust that figure yet."
            )
            words_ += " " + few_words.format(count=comparison.FEW_IMAGES, types=", ".join(few))
        return words_

    def _ask(self) -> None:
        if self._version is not None:
            self._activate.setEnabled(False)
            self.activated.emit(self._version.id)

    def allow(self) -> None:
        """The wish was answered: the button can be pressed again."""
        self._activate.setEnabled(True)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        names = QVBoxLayout()
        names.setSpacing(2)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._title)
        first.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        first.addStretch(1)
        names.addLayout(first)
        names.addWidget(self._sentence)
        head.addLayout(names, 1)
        head.addSpacing(16)
        head.addWidget(self._activate)
        card = QFrame()
        card.setObjectName("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(8, 12, 8, 12)  # the table's cells have 8 of their own
        inner.setSpacing(8)
        self._note.setContentsMargins(8, 0, 8, 0)
        inner.addWidget(self._table)
        inner.addWidget(self._note)
        facts = QFrame()
        facts.setObjectName("card")
        around = QVBoxLayout(facts)
        around.setContentsMargins(16, 12, 16, 12)
        around.addWidget(self._facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 20)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self._problem)
        column.addWidget(card)
        column.addWidget(facts)
        column.addStretch(1)


class _Facts(QWidget):
    """Names and values in four columns."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        clear(self._grid)
        half = (len(facts) + 1) // 2
        for place, (name, value) in enumerate(facts):
            column, row = divmod(place, half)
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(label(name, "muted"), row, 2 * column, top)
            self._grid.addWidget(label(value, "", wrap=True), row, 2 * column + 1, top)


def _sentence(version: ModelVersion, has_baseline: bool) -> str:
    tr = words.translate
    if version.demo:
        return tr(
            "Shipped with Lapel, trained on drawn garments only: its figures are of drawn garments "
            "that it never saw, not of your images. Train on your own labels to replace it."
        )
    if not version.labels:
        return tr("From a file, so it was not compared. Activate it to see what it suggests.")
    if not version.metrics:
        return tr("Trained on your labels; there were too few to hold any out and measure it.")
    if has_baseline:
        return tr(
            "Against the version active before, on the same held-out images, which no training has seen."
        )
    return tr("Measured on held-out images, which no training has seen.")


def _facts(version: ModelVersion, device: str) -> list[tuple[str, str]]:
    tr = words.translate
    facts = [
        (tr("Made"), moment(version.created)),
        (tr("Learned from"), words.learned_from(version)),
        (tr("Backbone"), version.backbone),
        (tr("Trained on"), words.device(device)),
        (tr("File"), f"{version.file_hash[:12]}"),
    ]
    return [(name, value) for name, value in facts if value]
