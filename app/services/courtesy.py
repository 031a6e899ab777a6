"""Who is at the keys goes first: work that nobody waits for stands back for a moment at each of its steps."""

import time
from collections.abc import Callable

PAUSE_SECONDS = 0.1
"""How long after a key or click the window may still be busy answering it."""
LONGEST_SECONDS = 0.5
"""However many keys come, a step waits no longer: a held key must not bring the work to a halt."""


class Courtesy:
    """``notice`` is called by the window at every input, ``give_way`` by long work between two steps.

    Any thread may call either. ``sleep`` and ``now`` are in seconds.
    """

    def __init__(
        self, sleep: Callable[[float], None] = time.sleep, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._sleep = sleep
        self._now = now
        self._until = float("-inf")

    def notice(self) -> None:
        """Somebody pressed a key, clicked or scrolled."""
        self._until = self._now() + PAUSE_SECONDS

    def give_way(self) -> None:
        """Return at once when nobody is at the keys, else when they paused or after LONGEST_SECONDS."""
        latest = self._now() + LONGEST_SECONDS
        while (left := min(self._until, latest) - self._now()) > 0:
            self._sleep(left)
