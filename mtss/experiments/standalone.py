"""Runs the experiments that have a catalogue of their own, and writes their reports."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import torch

from mtss.experiments import few_labels, input_geometry, projections, resolution
from mtss.experiments.catalogues import named
from mtss.experiments.reporting import Report

DRAWN: dict[str, Callable[[Path, int, int], Report]] = {
    "input-geometry": input_geometry.run,
    "projections": projections.run,
    "resolution": resolution.run,
}


def run_drawn(name: str, out: Path, seeds: int, images: int) -> None:
    """One of DRAWN on `images` garments that it draws: OUT/<name>.md."""
    torch.set_num_threads(1)
    report = DRAWN[name](out, seeds, images)
    _write(report, name, out, f"--seeds {seeds} --images {images}")


def run_few_labels(out: Path, seeds: int, manifest: Path | None) -> None:
    """On a manifest of the user's own, or on garments that it draws: OUT/few-labels.md."""
    torch.set_num_threads(1)
    report = few_labels.run(out, seeds, manifest)
    source = f" --manifest {named(manifest)}" if manifest is not None else ""
    _write(report, "few-labels", out, f"--seeds {seeds}{source}")


def _write(report: Report, name: str, out: Path, flags: str) -> None:
    text = report.text(f"mtss experiment {name} --out DIR {flags}")
    (out / f"{name}.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
