"""Installing the training runtime into Lapel's own folder: a virtual environment and pip, cancellable."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.progress import Progress, Step
from app.services import requirements, runtime
from app.services.child import environment, is_frozen
from app.services.pip_output import PipState, after_line, reason
from app.services.process_lock import LockHeld, inheritable_lock

# Measured: 5.5 GB installed, 2.9 GB downloaded on x86-64 Linux with the CUDA libraries.
_SPACE_NEEDED = 7_000_000_000
_DOWNLOAD_MEGABYTES = 2_900
_LOOK_EVERY_SECONDS = 0.3
_OLDEST = (3, 11)
_PROBE = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"


class InstallError(Exception):
    """The runtime could not be installed; the message says why and what to do. Nothing half-done stays."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to install: requirements, further arguments for pip, and the free bytes it takes."""

    wanted: tuple[str, ...] = field(default_factory=requirements.for_training)
    arguments: tuple[str, ...] = ()
    space: int = _SPACE_NEEDED


def install(home: Path, recipe: Recipe | None = None) -> Iterator[Step]:
    """Install the training runtime into ``home``; afterwards ``runtime.find(home)`` knows it.

    Yields how far it is. Closing the generator ends pip and removes what was there so far.
    Raises InstallError: no room, no network, no ``venv`` module, or an installation already under way.
    """
    recipe = recipe or Recipe()
    home.mkdir(parents=True, exist_ok=True)
    _check_room(home, recipe.space)
    base = base_python()
    try:
        with inheritable_lock(home / "install.lock") as lock:
            yield from _install(home, base, recipe, lock)
    except LockHeld as error:
        raise InstallError("The training runtime is being installed already.") from error


def _install(home: Path, base: Path, recipe: Recipe, lock: int) -> Iterator[Step]:
    folder, log = home / "environment", home / "install.log"
    shutil.rmtree(folder, ignore_errors=True)
    (home / "runtime.json").unlink(missing_ok=True)
    log.write_bytes(b"")
    python = folder / "bin" / "python"
    complete = False
    try:
        yield Step(Progress(0, None, "Making an environment of its own"))
        yield from _run([str(base), "-m", "venv", str(folder)], log, lock)
        pip = [str(python), "-m", "pip", "install", "--progress-bar", "off", "--no-input"]
        politeness = ["--disable-pip-version-check", "--retries", "2", "--timeout", "20"]
        yield from _run([*pip, *politeness, *recipe.arguments, *recipe.wanted], log, lock)
        runtime.note_installed(home, python, recipe.wanted)
        complete = True
    finally:
        if not complete:
            shutil.rmtree(folder, ignore_errors=True)
    yield Step(Progress(1, 1, "The training runtime is ready"))


def _run(command: Sequence[str], log: Path, lock: int) -> Iterator[Step]:
    temporary = log.parent / "environment" / "tmp"
    surroundings = environment()
    if temporary.parent.exists():
        # Wheels are unpacked here: a small /tmp must not fail what a large home could hold.
        temporary.mkdir(exist_ok=True)
        surroundings["TMPDIR"] = str(temporary)
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=surroundings,
            start_new_session=True,
            pass_fds=(lock,),
        )
    try:
        yield from _follow(child, log)
    finally:
        _end(child)
        shutil.rmtree(temporary, ignore_errors=True)
    if child.returncode:
        raise InstallError(reason(log.read_text(encoding="utf-8", errors="replace")))


def _follow(child: "subprocess.Popen[bytes]", log: Path) -> Iterator[Step]:
    state, rest = PipState(), ""
    with log.open(encoding="utf-8", errors="replace") as lines:
        while True:
            ended = _has_ended(child)
            *whole, rest = (rest + lines.read()).split("\n")
            for line in whole:
                state = after_line(state, line)
            if ended:
                return
            done = min(round(state.megabytes), _DOWNLOAD_MEGABYTES)
            yield Step(Progress(done, _DOWNLOAD_MEGABYTES if state.file else None, state.words))


def _has_ended(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(_LOOK_EVERY_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _check_room(home: Path, needed: int) -> None:
    free = shutil.disk_usage(home).free
    if free < needed:
        raise InstallError(
            f"The training runtime takes {runtime.SIZE_WORDS}; {home} has only {free / 1e9:.1f} GB free."
        )


def base_python() -> Path:
    """A Python that can make virtual environments: this one, or one on the path. Raises InstallError."""
    found = [] if is_frozen() else [sys.executable]
    found += [
        path for name in ("python3", "python3.13", "python3.12", "python3.11") if (path := shutil.which(name))
    ]
    for path in found:
        probe = subprocess.run([path, "-c", _PROBE], capture_output=True, env=environment(), check=False)
        if probe.returncode == 0:
            return Path(path)
    raise InstallError(
        f"Python {_OLDEST[0]}.{_OLDEST[1]} or newer with its venv module is needed. "
        "On Debian and Ubuntu: sudo apt install python3-venv"
    )
