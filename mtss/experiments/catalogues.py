"""Catalogues that experiments draw for themselves, and splits that change with the seed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mtss.datasets import garments
from mtss.datasets.writing import MANIFEST
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.sample import Sample, Split
from mtss.words import counted

SHAPES = ((480, 600), (600, 600), (450, 600), (600, 450), (400, 700))  # width, height; 4:5 is the model's own
TEST, VALIDATION = 0.25, 0.1
SPLITS = "Splits by SKU, 65/10/25 %, drawn anew for each seed. Mean ± standard deviation over seeds."


def drawn(folder: Path, images: int, seed: int, **more: Any) -> Path:
    """The manifest of `images` garments, `more` as `garments.prepare` takes it; those drawn before stay.

    Experiments that draw others name other folders.

    Raises Problem where there are others in number: a report would name a command that drew none of them.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return garments.prepare(folder, images=images, seed=seed, **more)
    if (found := len(Manifest.read(path).samples)) != images:
        raise Problem(f"{folder} holds {counted(found, 'image')}, not {images}: take another --out")
    return path


def named(manifest: Path) -> str:
    """As a report's command names it: with its folder, and nothing of the machine."""
    return f"{manifest.absolute().parent.name}/{manifest.name}"


def of_many_shapes(folder: Path, images: int, seed: int) -> Manifest:
    """`images` drawn garments, an equal part of each of SHAPES; no garment (SKU) is in two of them."""
    samples: list[Sample] = []
    parts: list[Manifest] = []
    for number, shape in enumerate(SHAPES):
        name = f"{shape[0]}x{shape[1]}"
        path = drawn(folder / name, images // len(SHAPES), seed + number, size=shape)
        parts.append(Manifest.read(path))
        samples += [
            replace(s, image=f"{name}/{s.image}", group=f"{name}/{s.group}") for s in parts[-1].samples
        ]
    return Manifest(samples, folder, parts[0].space)


def some_of(manifest: Path, images: int, seed: int = 0) -> Path:
    """About that many images, whole groups drawn by `seed`; a manifest beside the whole one."""
    of = "" if manifest.name == MANIFEST else f"-{manifest.stem}"
    path = manifest.with_name(f"some-{images}{of}.jsonl")
    if path.is_file():
        return path
    whole = Manifest.read(manifest)
    groups = sorted({s.group or s.image for s in whole.samples})
    share = min(1.0, images / max(1, len(whole.samples)))
    order = np.random.default_rng(seed).permutation(len(groups))[: round(share * len(groups))]
    kept = {groups[g] for g in order}
    Manifest([s for s in whole.samples if (s.group or s.image) in kept], whole.root, whole.space).write(path)
    return path


def others_than(manifest: Path, chosen: Path) -> Path:
    """The images that are not in `chosen`; a manifest beside it, called `other-than-<its name>`."""
    path = manifest.with_name(f"other-than-{chosen.name}")
    if not path.is_file():
        whole, those = Manifest.read(manifest), {s.image for s in Manifest.read(chosen).samples}
        Manifest([s for s in whole.samples if s.image not in those], whole.root, whole.space).write(path)
    return path


def hand_of(samples: Sequence[Sample], hand: int, hands: int) -> np.ndarray:
    """Rows (ascending) of the images that one of so many hands is dealt: whole groups, all as many groups."""
    groups = sorted({s.group or s.image for s in samples})
    order = np.random.default_rng(0).permutation(len(groups))
    own = {groups[g] for g in order[hand::hands]}
    return np.flatnonzero([(s.group or s.image) in own for s in samples])


def is_split(samples: Sequence[Sample]) -> bool:
    """Whether every image is of a split, some of train and some of test (val can be cut from train)."""
    splits = {s.split for s in samples}
    return None not in splits and splits >= {"train", "test"}


def split_domains(samples: Sequence[Sample]) -> frozenset[str | None]:
    """All domains where every image is of a split; or else those that are split: one may be so officially."""
    by_domain: dict[str | None, list[Sample]] = {}
    for sample in samples:
        by_domain.setdefault(sample.domain, []).append(sample)
    whole = is_split(samples)
    return frozenset(domain for domain, those in by_domain.items() if whole or is_split(those))


def split_again(
    samples: tuple[Sample, ...], seed: int, given: Collection[str | None] = ()
) -> tuple[Sample, ...]:
    """Whole SKUs to train, val and test, by the seed; images of the domains `given` stay where they are."""
    groups = sorted({s.group or s.image for s in samples if s.domain not in given})
    order = np.random.default_rng(seed).permutation(len(groups))
    test, held = int(TEST * len(groups)), int((TEST + VALIDATION) * len(groups))
    ranks = {groups[g]: rank for rank, g in enumerate(order.tolist())}

    def split(sample: Sample) -> Split:
        rank = ranks[sample.group or sample.image]
        return "test" if rank < test else "val" if rank < held else "train"

    return tuple(s if s.domain in given else replace(s, split=split(s)) for s in samples)
