"""What pip's lines mean: how far an installation is, and why one failed, in words for whoever waits."""

import re
from dataclasses import dataclass, replace

_DOWNLOAD = re.compile(
    r"\s*Downloading (?P<file>\S+?)(?:\.metadata)? \((?P<size>[\d.]+) (?P<unit>[kMG]?B|bytes)\)"
)
_UNPACK = re.compile(r"Installing collected packages: (?P<names>.+)")
_MEGABYTES = {"bytes": 1e-6, "B": 1e-6, "kB": 1e-3, "MB": 1.0, "GB": 1e3}

_NO_SPACE = ("No space left on device", "Errno 28", "Disk quota exceeded")
_NO_NETWORK = (
    "Max retries exceeded",
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "SSLError",
    "Connection refused",
    "Could not connect",
)


@dataclass(frozen=True, slots=True)
class PipState:
    """How far pip has come: ``megabytes`` announced so far, the file it is at, and packages to unpack."""

    megabytes: float = 0.0
    file: str = ""
    unpacking: int = 0

    @property
    def words(self) -> str:
        """What is being done, in plain words."""
        if self.unpacking:
            return f"Unpacking {self.unpacking} packages"
        return f"Downloading {self.file}" if self.file else "Looking up what is needed"


def after_line(state: PipState, line: str) -> PipState:
    """The state after one more line of pip's output."""
    if match := _DOWNLOAD.match(line):
        size = float(match["size"]) * _MEGABYTES[match["unit"]]
        name = match["file"].rpartition("/")[2].partition("-")[0]
        return replace(state, megabytes=state.megabytes + size, file=name)
    if match := _UNPACK.match(line):
        return replace(state, unpacking=match["names"].count(",") + 1)
    return state


def reason(output: str) -> str:
    """Why pip failed, as one or two plain sentences."""
    if any(sign in output for sign in _NO_SPACE):
        return "The disk is full. Nothing was kept; free about 7 GB and try again."
    if any(sign in output for sign in _NO_NETWORK):
        return "The package index could not be reached. Check the network and try again."
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    last = errors[-1].removeprefix("ERROR:").strip() if errors else "pip ended without saying why."
    return f"The installation failed: {last}"
