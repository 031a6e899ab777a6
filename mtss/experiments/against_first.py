"""Tables 3, 4 and 5 have in common: rows against a first, the paper's relative Δ, claims, the baselines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mtss.experiments.reporting import Points, Report, claim, rows_table
from mtss.experiments.study import Measures, Study, names_of, of_types

Row = tuple[str, Sequence[Measures]]
Words = tuple[str, str, str]  # what is claimed, of whom, against whom


def compared(title: str, study: Study, first: Row, others: Sequence[Row], key: str, claimed: Words) -> Report:
    """`key` by type and on average; Δ = (other − first) / first as the paper computes it, in percent.

    The claim is `claimed`, then of each other row that it is better than the first where it is not that.
    """
    named = dict([first, *others])
    names = names_of([m for measures in named.values() for m in measures])
    cells = {name: _with_mean(found, key) for name, found in named.items()}
    rows = {first[0]: cells[first[0]]}
    for name, _ in others:
        delta = "Δ, %" if len(others) == 1 else f"Δ of {name}, %"
        rows |= {name: cells[name], delta: _relative(cells[first[0]], cells[name])}
    baselines = study.baselines(names)
    rows |= {baseline: _with_mean(found, key) for baseline, found in baselines.items()}
    measured = "R@3" if key == "recall@3" else "F1@1"
    about = f"{measured} in percent, of {study.describe()}; Δ relative to {first[0]}, as in the paper."
    words, better, worse = claimed
    against_first = [
        (f"{name} is better than the {first[0]} ({measured})", name, first[0])
        for name, _ in others
        if (name, first[0]) != (better, worse)
    ]
    claims = [
        claim(w, cells[b][-1], cells[a][-1])
        for w, b, a in ((f"{words} ({measured})", better, worse), *against_first)
    ]
    return Report(title, about, tuple(rows_table([*names, "mean"], rows)), tuple(claims))


def _relative(before: Sequence[Points], after: Sequence[Points]) -> list[Points]:
    return [
        [100 * (b - a) / a if a else 0.0 for a, b in zip(x, y, strict=True)]
        for x, y in zip(before, after, strict=True)
    ]


def _with_mean(measures: Sequence[Measures], key: str) -> list[list[float]]:
    cells = of_types(measures, key)
    return [*cells, [float(np.mean(seed)) for seed in zip(*cells, strict=True)]]
