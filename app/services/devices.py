"""Which device a training will really use, and why: asked of the interpreter that will train."""

import json
import subprocess
from dataclasses import dataclass

from app.services.child import environment
from app.services.runtime import Runtime

# Importing torch takes about 2 s, and much longer from a cold disk.
_PATIENCE_SECONDS = 120
_ASK = (
    "import json, sys; from mtss.training.device import DeviceProblem, choose_device\n"
    "try:\n"
    "    device = choose_device(sys.argv[1]); found = [device.torch.type, device.reason]\n"
    "except DeviceProblem as problem:\n"
    "    found = ['', str(problem)]\n"
    "print(json.dumps(found))"
)


@dataclass(frozen=True, slots=True)
class DeviceFound:
    """``name`` is ``cpu`` or ``cuda``, empty when the asked-for device is not there; ``reason`` says why."""

    name: str
    reason: str


def look(runtime: Runtime, asked: str) -> DeviceFound:
    """What ``asked`` (auto, cpu or cuda) comes to on this machine. Starts a process and waits for it."""
    command = [str(runtime.python), "-P", "-c", _ASK, asked]
    try:
        child = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            env=environment(runtime.source),
            check=True,
        )
        name, reason = json.loads(child.stdout)
    except (subprocess.SubprocessError, OSError, json.JSONDecodeError):
        return DeviceFound("", "The training runtime does not start; install it again.")
    return DeviceFound(str(name), str(reason))
