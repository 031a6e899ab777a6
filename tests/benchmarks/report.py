"""What a benchmark found: rows, their verdicts, and the table."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_HEADS = ("what", "measured", "floor or peer", "ratio", "budget", "allowed here", "verdict")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``budget`` as product and issue state it; ``allowed`` is the budget on a machine as slow as
    this run's floor shows it to be, never less. A row without a budget is told and not judged."""

    what: str
    measured: float
    unit: str
    peer: float | None = None
    peer_is: str = ""
    budget: float | None = None
    allowed: float | None = None
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether the budget is kept."""
        if self.budget is None:
            return True
        limit = self.budget if self.allowed is None else self.allowed
        return self.measured >= limit if self.at_least else self.measured <= limit

    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        peer = "" if self.peer is None else f"{_figure(self.peer)} {self.unit} {self.peer_is}"
        ratio = "" if not self.peer else f"{self.measured / self.peer:.2f}"
        sign = "≥" if self.at_least else "≤"
        budget = "" if self.budget is None else f"{sign} {_figure(self.budget)} {self.unit}"
        allowed = "" if self.allowed is None else f"{sign} {_figure(self.allowed)} {self.unit}"
        verdict = "" if self.budget is None else ("kept" if self.is_kept else "MISSED")
        return self.what, f"{_figure(self.measured)} {self.unit}", peer, ratio, budget, allowed, verdict


def at_most(what: str, measured: float, unit: str, budget: float, slowness: float) -> Row:
    """A row whose absolute budget gives way to a slow machine: ``slowness`` 2 means half the usual pace."""
    return Row(what, measured, unit, budget=budget, allowed=budget * max(1.0, slowness))


def table(rows: Sequence[Row]) -> list[str]:
    """Aligned lines under a head."""
    cells = [_HEADS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADS))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in cells]
    return [lines[0], "─" * len(lines[0]), *lines[1:]]


def write(rows: Sequence[Row], path: Path) -> None:
    """Hand rows to another process."""
    path.write_text(json.dumps([asdict(row) for row in rows]), "utf-8")


def read(path: Path) -> list[Row]:
    """The rows another process left."""
    return [Row(**fields) for fields in json.loads(path.read_text("utf-8"))]


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-len(ordered) * percent // 100) - 1))]


def _figure(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
