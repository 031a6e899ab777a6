"""A deterministic split for images that have none: views of one thing never straddle it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from mtss.sample import Sample, Split

SHARES: tuple[tuple[Split, float], ...] = (("val", 0.12), ("test", 0.12), ("train", 1.0))


def with_splits(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """Give every sample a split, by its group, else its hash, else its path. Given splits are kept.

    A group's given split holds for the rest of it. Where the manifest names train and test but no val, the
    validation images are cut from train.
    """
    by_identity = _given(samples)
    known = [s if s.split else replace(s, split=by_identity.get(_identity(s))) for s in samples]
    given = {sample.split for sample in samples}
    if "train" in given and "val" not in given:
        return tuple(_cut(s, ("val", 0.15)) if s.split in ("train", None) else s for s in known)
    return tuple(s if s.split else replace(s, split=_chosen(s)) for s in known)


def _given(samples: Sequence[Sample]) -> dict[str, Split]:
    """The split that most of a group were given; of as many, train: no more views of it are judged by."""
    counts: defaultdict[str, Counter[Split]] = defaultdict(Counter)
    for sample in samples:
        if sample.split:
            counts[_identity(sample)][sample.split] += 1
    return {i: max(found, key=lambda split: (found[split], split == "train")) for i, found in counts.items()}


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
    digest = hashlib.sha256(_bytes(_identity(sample))).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _bytes(name: str) -> bytes:
    """A file's name as the disk has it; half characters that no disk has, from a manifest, stay apart too."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogatepass")


def _identity(sample: Sample) -> str:
    return sample.group or sample.hash or sample.image
