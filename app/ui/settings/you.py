"""Who labels, and how the window looks."""

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout

from app.ui.session import Session
from app.ui.settings.row import CONTROL_WIDTH, SettingRow, card
from app.ui.settings.section import Section
from app.ui.theme.theme import Theme


class You(Section):
    """Annotator's name and theme; both are kept as they change."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._theme = theme
        self._name = QLineEdit(session.settings.annotator)
        self._name.setFixedWidth(CONTROL_WIDTH)
        self._name.setMaxLength(80)
        self._name.editingFinished.connect(self._keep_name)
        self._look = QComboBox()
        self._look.setFixedWidth(CONTROL_WIDTH)
        for key, words in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            self._look.addItem(words, key)
        self._look.activated.connect(lambda _: self._keep_theme())
        theme.changed.connect(self.refresh)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        name_words = self.tr("Written with every decision, so that others see who made it.")
        column.addWidget(
            card(
                [
                    SettingRow(self.tr("Your name"), name_words, self._name),
                    SettingRow(self.tr("Theme"), self.tr("Images stand on white in both."), self._look),
                ]
            )
        )
        self.refresh()

    def refresh(self) -> None:
        """Show what is set now."""
        self._look.setCurrentIndex(self._look.findData(self._session.settings.theme))

    def _keep_name(self) -> None:
        name = " ".join(self._name.text().split())
        if not name:
            self._name.setText(self._session.settings.annotator)
        elif name != self._session.settings.annotator:
            self._session.settings.annotator = name
            self._save()

    def _keep_theme(self) -> None:
        self._session.settings.theme = self._look.currentData()
        self._save()
        self._theme.choose(self._session.settings.theme)

    def _save(self) -> None:
        self._session.background.write(self._session.settings.save, lambda _: None)
