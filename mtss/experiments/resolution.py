"""Where frozen features lose texture and neckline: larger inputs, and parts of the picture at one size."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from mtss.experiments.catalogues import SPLITS, drawn, split_again
from mtss.experiments.linear_probe import probe_f1
from mtss.experiments.measuring import Percent
from mtss.experiments.pooled import View, feature_set, pooled, shipped_projection
from mtss.experiments.reporting import Report, table_by_type
from mtss.images import load_model_input, model_input, open_image
from mtss.manifest import Manifest
from mtss.training.backbones.catalogue import CATALOGUE_SIZE
from mtss.training.backbones.efficientnet_lite import load_pretrained

CATALOGUE_SEED = 47
SIZES = ((160, 128), (240, 192), (320, 256), (480, 384))  # height, width


def centre(path: Path, size: tuple[int, int]) -> np.ndarray:
    """uint8 [H, W, 3]: the middle of the picture in its own pixels, nothing made smaller."""
    image = open_image(path)
    left, top = (image.width - size[1]) // 2, (image.height - size[0]) // 2
    return np.asarray(image.crop((left, top, left + size[1], top + size[0])))


def upper(path: Path, size: tuple[int, int]) -> np.ndarray:
    """uint8 [H, W, 3]: the middle half of the upper half, where a collar is, twice as large."""
    image = open_image(path)
    quarter = image.width // 4
    return model_input(image.crop((quarter, 0, image.width - quarter, image.height // 2)), size)


def views() -> dict[str, View]:
    whole = {f"whole, {h}×{w}": partial(load_model_input, size=(h, w)) for h, w in SIZES}
    here = f"{CATALOGUE_SIZE[0]}×{CATALOGUE_SIZE[1]}"
    return {
        **whole,
        f"centre in its own pixels, {here}": partial(centre, size=CATALOGUE_SIZE),
        f"upper half enlarged, {here}": partial(upper, size=CATALOGUE_SIZE),
    }


def run(out: Path, seeds: int, images: int) -> Report:
    """F1@1 of a probe on each view; catalogue and features are kept in OUT."""
    manifest = Manifest.read(drawn(out / f"catalogue-{CATALOGUE_SEED}", images, CATALOGUE_SEED))
    network = load_pretrained()
    shipped: dict[str, list[Percent]] = {}
    whole: dict[str, list[Percent]] = {}
    for number, (name, view) in enumerate(views().items()):
        values = pooled(manifest, network, view, out / f"view-{number}.npy")
        for kept, features in ((shipped, shipped_projection(values)), (whole, values)):
            if kept is whole and "whole" not in name:
                continue
            for seed in range(seeds):
                data = feature_set(manifest, split_again(manifest.samples, seed), features)
                kept.setdefault(name, []).append({t.name: 100 * probe_f1(data, t) for t in data.space.types})
    about = (
        f"{len(manifest.samples)} drawn garments (seed {CATALOGUE_SEED}) of 480×600 pixels. F1@1 in percent "
        f"of a logistic regression on the frozen features; nothing else is trained. {SPLITS}"
    )
    lines = (
        "Behind the shipped projection to 384 numbers:",
        "",
        *table_by_type(shipped),
        "",
        "All 2,208 pooled numbers, no projection:",
        "",
        *table_by_type(whole),
    )
    return Report("What would a larger input tell?", about, lines)
