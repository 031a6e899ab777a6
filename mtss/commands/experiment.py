"""mtss experiment: measurements with a dated report."""

from __future__ import annotations

import argparse
from pathlib import Path

from mtss.commands.options import Subparsers


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("experiment", help="run a measurement and write its report")
    kinds = parser.add_subparsers(required=True, metavar="NAME")
    few = kinds.add_parser("few-labels", help="300 labelled images against 1,600, beside a linear probe")
    few.add_argument("--out", type=Path, required=True)
    few.add_argument("--seeds", type=int, default=3)
    few.add_argument("--manifest", type=Path, help="a catalogue made before, instead of a drawn one")
    few.set_defaults(run=_few_labels)


def _few_labels(options: argparse.Namespace) -> int:
    from mtss.experiments.few_labels import run

    return run(options.out, options.seeds, options.manifest)
