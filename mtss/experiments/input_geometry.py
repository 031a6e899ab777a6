"""Padding to keep an image's aspect against stretching it to the model's input."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from mtss.experiments.catalogues import SHAPES, SPLITS, of_many_shapes, split_again
from mtss.experiments.linear_probe import probe_f1
from mtss.experiments.measuring import Percent, means, student_and_teachers
from mtss.experiments.pooled import feature_set, pooled, shipped_projection
from mtss.experiments.reporting import Report, claim, table_by_type
from mtss.images import Use, load_model_input, open_image
from mtss.training.backbones.catalogue import CATALOGUE_SIZE
from mtss.training.backbones.efficientnet_lite import load_pretrained

CATALOGUE_SEED = 61


def padded(path: Path, size: tuple[int, int]) -> np.ndarray:
    """uint8 [H, W, 3]: the aspect kept, centred on white."""
    height, width = size
    image = open_image(path, use=Use(over=(width, height)))
    scale = min(width / image.width, height / image.height)
    fitted = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(fitted, Image.Resampling.BILINEAR, reducing_gap=2.0)
    canvas = np.full((height, width, 3), 255, np.uint8)
    top, left = (height - fitted[1]) // 2, (width - fitted[0]) // 2
    canvas[top : top + fitted[1], left : left + fitted[0]] = np.asarray(small)
    return canvas


def run(out: Path, seeds: int, images: int) -> Report:
    """F1@1 of student and probe on either input; catalogue and features are kept in OUT."""
    manifest, network = of_many_shapes(out / "many-shapes", images, CATALOGUE_SEED), load_pretrained()
    views = {
        "padded": partial(padded, size=CATALOGUE_SIZE),
        "stretched": partial(load_model_input, size=CATALOGUE_SIZE),
    }
    scores: dict[str, list[Percent]] = {}
    for name, view in views.items():
        features = shipped_projection(pooled(manifest, network, view, out / f"{name}.npy"))
        for seed in range(seeds):
            data = feature_set(manifest, split_again(manifest.samples, seed), features)
            probe = {t.name: 100 * probe_f1(data, t) for t in data.space.types}
            student, _ = student_and_teachers(data, seed, out / "checkpoints")
            scores.setdefault(f"probe, {name}", []).append(probe)
            scores.setdefault(f"student, {name}", []).append(student)
    shapes = ", ".join(f"{w}×{h}" for w, h in SHAPES)
    about = (
        f"{len(manifest.samples)} drawn garments (seed {CATALOGUE_SEED}), a fifth of each shape: {shapes} "
        f"pixels. Input {CATALOGUE_SIZE[0]}×{CATALOGUE_SIZE[1]} (height × width). F1@1 in percent. {SPLITS} "
        f"Probe: logistic regression on the same features."
    )
    claims = tuple(
        claim(f"{who}: padding is better than stretching", *(means(scores[f"{who}, {v}"]) for v in views))
        for who in ("probe", "student")
    )
    table = tuple(table_by_type(dict(sorted(scores.items()))))
    return Report("Does padding to keep the aspect pay, against stretching?", about, table, claims)
