"""A deterministic split for images that have none: views of one thing never straddle it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from mtss.sample import Sample, Split

SHARES: tuple[tuple[Split, float], ...] = (("val", 0.12), ("test", 0.12), ("train", 1.0))


def with_splits(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """Give every sample a split, by its group, else its hash, else its path. Given splits are kept.

    Where the manifest names train and test but no val, the validation images are cut from train.
    """
    given = {sample.split for sample in samples}
    if "train" in given and "val" not in given:
        return tuple(_cut(s, ("val", 0.15)) if s.split in ("train", None) else s for s in samples)
    return tuple(s if s.split else replace(s, split=_chosen(s)) for s in samples)


def _cut(sample: Sample, part: tuple[Split, float]) -> Sample:
    return replace(sample, split=part[0] if _fraction(sample) < part[1] else "train")


def _chosen(sample: Sample) -> Split:
    at = _fraction(sample)
    for split, share in SHARES:
        if at < share:
            return split
        at -= share
    return "train"


def _fraction(sample: Sample) -> float:
    """A number in [0, 1) that depends on nothing but the sample's own identity."""
    identity = sample.group or sample.hash or sample.image
    digest = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
