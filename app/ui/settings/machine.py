"""Where training runs, with what was found and why, and how much room thumbnails may take."""

from functools import partial

from PySide6.QtWidgets import QComboBox, QSpinBox, QVBoxLayout

from app.services import devices, runtime
from app.services.devices import DeviceFound
from app.ui.session import Session
from app.ui.settings.row import CONTROL_WIDTH, SettingRow, card
from app.ui.settings.section import Section

_LEAST_MB, _MOST_MB, _STEP_MB = 100, 100_000, 100


class Machine(Section):
    """Device and cache limit; both are kept as they change."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._device = QComboBox()
        self._device.setFixedWidth(CONTROL_WIDTH)
        for key, words in (
            ("auto", self.tr("GPU when there is one")),
            ("cpu", self.tr("CPU")),
            ("cuda", self.tr("GPU (CUDA)")),
        ):
            self._device.addItem(words, key)
        self._device.setCurrentIndex(self._device.findData(session.settings.device))
        self._device.activated.connect(lambda _: self._keep_device())
        self._cache = QSpinBox()
        self._cache.setFixedWidth(CONTROL_WIDTH)
        self._cache.setRange(_LEAST_MB, _MOST_MB)
        self._cache.setSingleStep(_STEP_MB)
        self._cache.lineEdit().setTextMargins(7, 0, 0, 0)
        self._cache.setSuffix(self.tr(" MB"))
        self._cache.setGroupSeparatorShown(True)
        self._cache.setValue(session.settings.cache_limit_mb)
        self._cache.editingFinished.connect(self._keep_cache)
        cache_words = self.tr("Those not seen for longest go first; they are made again when needed.")
        self._device_row = SettingRow(self.tr("Training device"), "", self._device)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            card([self._device_row, SettingRow(self.tr("Room for thumbnails"), cache_words, self._cache)])
        )

    def refresh(self) -> None:
        """Ask the training runtime what the chosen device comes to here."""
        asked = self._session.settings.device
        self._device_row.say(self.tr("Looking at what this machine has…"))

        def look() -> DeviceFound | None:
            found = runtime.find(runtime.home())
            return devices.look(found, asked) if found else None

        self._session.background.read(look, partial(self._show_found, asked))

    def _show_found(self, asked: str, found: DeviceFound | None) -> None:
        if asked != self._session.settings.device:
            return
        self._device_row.say(self._words(found))

    def _words(self, found: DeviceFound | None) -> str:
        if found is None:
            return self.tr("The training runtime is not installed yet; the first training offers it.")
        if not found.name:
            return self.tr("Training cannot start: {}.").format(found.reason.rstrip("."))
        name = self.tr("GPU") if found.name == "cuda" else self.tr("CPU")
        return self.tr("Trains on the {device}: {reason}.").format(device=name, reason=found.reason)

    def _keep_device(self) -> None:
        self._session.settings.device = self._device.currentData()
        self._save()
        self.refresh()

    def _keep_cache(self) -> None:
        if self._cache.value() != self._session.settings.cache_limit_mb:
            limit = self._session.settings.cache_limit_mb = self._cache.value()
            self._save()
            self._session.background.read(lambda: self._session.thumbnails.limit_to(limit), lambda _: None)

    def _save(self) -> None:
        self._session.background.write(self._session.settings.save, lambda _: None)
