"""Starting children: the environment they get, and how one is cut loose from this process."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# Ten steps down: a training on all cores then leaves the window's thread its turn at once.
_NICENESS = "10"
_OURS_ALONE = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH")


def is_frozen() -> bool:
    """Whether this is a frozen build, whose executable is no Python interpreter."""
    return bool(getattr(sys, "frozen", False))


def environment(source: Path | None = None) -> dict[str, str]:
    """The environment for a Python child: ours without what belongs to this interpreter alone.

    ``source`` is the folder that holds the ``mtss`` package. A frozen build's library path is put back.
    """
    kept = {k: v for k, v in os.environ.items() if k not in _OURS_ALONE}
    if is_frozen():
        before = kept.pop("LD_LIBRARY_PATH_ORIG", "")
        kept.pop("LD_LIBRARY_PATH", None)
        if before:
            kept["LD_LIBRARY_PATH"] = before
    if source is not None:
        kept["PYTHONPATH"] = str(source)
    return kept | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}


def detach(command: Sequence[str], *, log: Path, lock: int, source: Path) -> None:
    """Start ``command`` in a session of its own; it holds the open ``lock`` as long as it lives.

    Output goes to ``log``. ``setsid --fork`` leaves no child of ours behind: closing the application
    neither ends it nor waits for it. Raises OSError when it cannot be started.
    """
    with log.open("ab") as output:
        subprocess.run(
            ["setsid", "--fork", "nice", "-n", _NICENESS, *command],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(source),
            pass_fds=(lock,),
        )
