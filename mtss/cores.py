"""How many processor cores this process may use, on any system."""

from __future__ import annotations

import os
import sys


def usable_cores() -> int:
    """At least 1. A process tied to some of the machine's cores counts only those, where the system tells."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # Linux, some BSDs
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
