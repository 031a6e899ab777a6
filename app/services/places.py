"""Where Lapel keeps what belongs to the user and to no project."""

import os
from pathlib import Path

import platformdirs

HOME = "LAPEL_HOME"  # one folder instead of the system's three, for portable use and for tests


def config_folder() -> Path:
    """Settings."""
    return _place("config", platformdirs.user_config_path("lapel"))


def data_folder() -> Path:
    """Projects without a place of their own, and the training runtime."""
    return _place("data", platformdirs.user_data_path("lapel"))


def log_folder() -> Path:
    """The log."""
    return _place("log", platformdirs.user_log_path("lapel"))


def _place(name: str, usual: Path) -> Path:
    home = os.environ.get(HOME)
    return Path(home).absolute() / name if home else usual
