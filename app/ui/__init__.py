"""Qt widgets and models: the only code that imports PySide6."""
