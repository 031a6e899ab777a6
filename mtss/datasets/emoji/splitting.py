"""Concepts to train, val and test: each subcategory in the asked parts, all variants together."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from mtss.sample import Split

Split3 = tuple[float, float, float]
GOLDEN = 0.6180339887498949


def split_concepts(subjects: Mapping[str, tuple[str, str]], seed: int, split: Split3) -> dict[str, Split]:
    """`subjects`: concept → (category, subcategory). The same seed gives the same splits.

    Within a subcategory the order is drawn by lot; steps of the golden ratio then fill the parts evenly,
    however few concepts it has.
    """
    order = sorted(subjects, key=lambda concept: (subjects[concept], Random(f"{seed}/{concept}").random()))
    start, total = Random(f"{seed}/split").random(), sum(split)
    return {concept: _part((start + n * GOLDEN) % 1.0 * total, split) for n, concept in enumerate(order)}


def _part(place: float, split: Split3) -> Split:
    if place < split[0]:
        return "train"
    return "val" if place < split[0] + split[1] else "test"
