"""From measures of several seeds to a Markdown report: tables, paired differences, verdicts, curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy.stats import t as student_t

from mtss.experiments.behind import behind
from mtss.experiments.measuring import Percent, means, spread, today

Verdict = Literal["seen", "not seen", "within noise"]
Points = Sequence[float]  # one value a seed, in percent


@dataclass(frozen=True)
class Claim:
    """What the paper says, and by how many points it shows in every seed: above zero means it is so."""

    words: str
    gaps: tuple[float, ...]

    @property
    def interval(self) -> tuple[float, float]:
        """The mean gap's 95 % interval over seeds (Student's t)."""
        mean, count = float(np.mean(self.gaps)), len(self.gaps)
        if count < 2:
            return -np.inf, np.inf
        half = float(student_t.ppf(0.975, count - 1) * np.std(self.gaps, ddof=1) / np.sqrt(count))
        return mean - half, mean + half

    @property
    def verdict(self) -> Verdict:
        """Seen where the whole interval lies above zero, not seen where it lies below."""
        low, high = self.interval
        return "seen" if low > 0 else "not seen" if high < 0 else "within noise"

    def line(self) -> str:
        """One item of a list."""
        low, high = self.interval
        above, count = sum(gap > 0 for gap in self.gaps), len(self.gaps)
        spread = f"95 % over seeds {low:+.2f} to {high:+.2f}; above zero in {above} of {count}"
        words = "one seed: nothing tells chance from it" if count == 1 else spread
        mean = round(float(np.mean(self.gaps)), 2) + 0.0  # never −0.00
        return f"- **{self.verdict}**: {self.words}. {mean:+.2f} points ({words})"


def claim(words: str, better: Points, worse: Points) -> Claim:
    """Paired by seed."""
    return Claim(words, tuple(b - w for b, w in zip(better, worse, strict=True)))


def rows_table(head: Sequence[str], rows: Mapping[str, Sequence[Points]]) -> list[str]:
    """Markdown: a row a key, a cell a column, each mean ± deviation over seeds."""
    lines = ["| | " + " | ".join(head) + " |", "|---|" + "---|" * len(head)]
    lines += [
        f"| {key} | " + " | ".join(spread(cell) for cell in cells) + " |" for key, cells in rows.items()
    ]
    return lines


def table_by_type(rows: Mapping[str, Sequence[Percent]]) -> list[str]:
    """Markdown, of what each seed found: a column a type, and their mean."""
    names = list(next(iter(rows.values()))[0])
    cells = {key: [*([run[n] for run in runs] for n in names), means(runs)] for key, runs in rows.items()}
    return rows_table([*names, "mean"], cells)


class Drawing(Protocol):
    """What a report shows beside its table."""

    def draw(self, path: Path) -> None: ...


@dataclass(frozen=True)
class Report:
    """One table or figure on one catalogue."""

    title: str
    about: str
    lines: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    drawing: Drawing | None = None

    def text(self, command: str) -> str:
        """Markdown, with date and command, verdicts and where a baseline is ahead."""
        items = [*(c.line() for c in self.claims), *behind(self.lines)]
        return "\n".join(
            [
                f"# {self.title}",
                "",
                f"{today()}. Command: `{command}`. {self.about}",
                "",
                *self.lines,
                "",
                *items,
                "",
            ]
        )


def save_figure(figure: Figure, path: Path) -> None:
    """As SVG or PNG, by the name; an SVG keeps its words as words and is the same for the same numbers."""
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "lapel"}):
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


@dataclass(frozen=True)
class Curves:
    """A figure: {name: for each x one value a seed}."""

    x_label: str
    y_label: str
    x: Sequence[float]
    lines: Mapping[str, Sequence[Points]]

    def draw(self, path: Path) -> None:
        """A curve a name through the means over seeds; where few cross, with their deviation as a band."""
        figure = Figure(figsize=(7.2, 4.0), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        few = len(self.lines) <= 3
        for name, values in self.lines.items():
            total = name == "all"
            color, width = ("black", 2.5) if total else (None, 1.5)
            means = np.array([np.mean(v) for v in values])
            (line,) = axes.plot(
                self.x, means, marker="o", markersize=4, label=name, color=color, linewidth=width
            )
            if few or total:
                band = np.array([np.std(v, ddof=1) if len(v) > 1 else 0.0 for v in values])
                shade = line.get_color()
                axes.fill_between(self.x, means - band, means + band, color=shade, alpha=0.15, linewidth=0)
        axes.set(xlabel=self.x_label, ylabel=self.y_label)
        axes.grid(alpha=0.3)
        figure.legend(loc="outside right upper", frameon=False)
        save_figure(figure, path)
