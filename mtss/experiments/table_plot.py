"""A report's tables as a picture: for every column its rows side by side, with their deviation over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mtss.experiments.markdown_tables import Table, tables
from mtss.experiments.reporting import save_figure

MARKERS = "osD^vPX*"
WIDTH = 0.7  # of a column's share of the axis that its rows fill


@dataclass(frozen=True)
class TablePlot:
    """What is drawn beside a report's tables; one panel for each."""

    tables: tuple[Table, ...]

    def draw(self, path: Path) -> None:
        """As SVG or PNG, by the name."""
        figure = Figure(figsize=(8.4, 3.4 * len(self.tables)), layout="constrained")
        FigureCanvasAgg(figure)
        panels = figure.subplots(len(self.tables), squeeze=False)[:, 0]
        for axes, table in zip(panels, self.tables, strict=True):
            _draw(axes, table)
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside right upper", frameon=False, fontsize="small")
        save_figure(figure, path)


def table_plot(lines: Sequence[str]) -> TablePlot | None:
    """The plot of Markdown lines but for rows and columns of changes (Δ); None without a table of numbers."""
    found = tables(lines)
    return TablePlot(found) if found else None


def _draw(axes: Axes, table: Table) -> None:
    places = np.arange(len(table.columns))
    for number, (name, cells) in enumerate(table.rows.items()):
        means, deviations = np.array(cells).T
        offset = WIDTH * ((number + 0.5) / len(table.rows) - 0.5)
        axes.errorbar(
            places + offset, means, deviations, fmt=MARKERS[number % len(MARKERS)],
            color=f"C{number}", markersize=5, capsize=2, elinewidth=1, label=name,
        )  # fmt: skip
    crowded = sum(map(len, table.columns)) > 56
    axes.set_xticks(places, table.columns, rotation=20 if crowded else 0, fontsize="small")
    axes.set_ylabel(table.label)
    axes.set_xlim(-0.6, len(table.columns) - 0.4)
    axes.grid(axis="y", alpha=0.3)
