"""What tables 3, 4 and 5 have in common: two rows, the paper's relative Δ, one claim, and the baselines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mtss.experiments.reporting import Report, claim, rows_table
from mtss.experiments.study import Measures, Study, names_of, of_types

Row = tuple[str, Sequence[Measures]]


def compared(title: str, study: Study, first: Row, second: Row, key: str, words: str) -> Report:
    """`key` by type and on average; Δ = (second − first) / first as the paper computes it, in percent."""
    (name, before), (other, after) = first, second
    names = names_of([*before, *after])
    baselines = study.baselines(names)
    rows = {name: _with_mean(before, key), other: _with_mean(after, key)}
    rows["Δ, %"] = [
        [100 * (b - a) / a if a else 0.0 for a, b in zip(x, y, strict=True)]
        for x, y in zip(rows[name], rows[other], strict=True)
    ]
    rows |= {baseline: _with_mean(found, key) for baseline, found in baselines.items()}
    measured = "R@3" if key == "recall@3" else "F1@1"
    about = f"{measured} in percent, of {study.describe()}; Δ relative, as in the paper."
    claims = (claim(words, rows[other][-1], rows[name][-1]),)
    return Report(title, about, tuple(rows_table([*names, "mean"], rows)), claims)


def _with_mean(measures: Sequence[Measures], key: str) -> list[list[float]]:
    cells = of_types(measures, key)
    return [*cells, [float(np.mean(seed)) for seed in zip(*cells, strict=True)]]
