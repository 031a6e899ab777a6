"""Garments drawn by the project: a catalogue whose truth is fully known.

`prepare` writes it; `add_arguments` and `run` are `mtss prepare garments`. Everything is synthetic.
"""

from mtss.datasets.garments.command import add_arguments, run
from mtss.datasets.garments.prepare import CatalogueProblem, prepare

__all__ = ["CatalogueProblem", "add_arguments", "prepare", "run"]
