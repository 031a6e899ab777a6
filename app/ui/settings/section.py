"""What every section of the Settings page is."""

from PySide6.QtWidgets import QWidget


class Section(QWidget):
    """One section; ``refresh`` is called when it comes to the front and when its facts have changed."""

    def refresh(self) -> None:
        """Show what is so now."""
        raise NotImplementedError
