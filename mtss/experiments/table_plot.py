"""A report's tables as a picture: for every column its rows side by side, with their deviation over seeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mtss.experiments.reporting import save_figure

CELL = re.compile(r"(-?\d+(?:\.\d+)?)(?: ± (\d+(?:\.\d+)?))?")
MARKERS = "osD^vPX*"
CHANGE = "Δ"  # rows and columns of another scale
WIDTH = 0.7  # of a column's share of the axis that its rows fill


@dataclass(frozen=True)
class Table:
    """{row: mean and deviation for each column}, of rows whose cells are all numbers."""

    label: str
    columns: tuple[str, ...]
    rows: Mapping[str, Sequence[tuple[float, float]]]


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
    found = tuple(t for t in (_table(*block) for block in _blocks(lines)) if t is not None)
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


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, list[list[str]]]]:
    """The cells of every table, and what the line before it calls them."""
    label, block = "%", []
    for line in (*lines, ""):
        if line.startswith("|"):
            block.append([cell.strip() for cell in line.strip("|").split("|")])
        elif block:
            yield label, block
            label, block = "%", []
        if line.endswith(":"):
            label = line.removesuffix(":")


def _table(label: str, block: Sequence[Sequence[str]]) -> Table | None:
    head = [column.startswith(CHANGE) for column in block[0][1:]]
    rows: dict[str, list[tuple[float, float]]] = {}
    for name, *cells in block[2:]:
        found = [CELL.fullmatch(cell) for cell, change in zip(cells, head, strict=True) if not change]
        if not name.startswith(CHANGE) and all(found):
            rows[name] = [(float(m[1]), float(m[2] or 0.0)) for m in found if m is not None]
    columns = tuple(column for column, change in zip(block[0][1:], head, strict=True) if not change)
    return Table(label, columns, rows) if rows else None
