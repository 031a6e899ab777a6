"""Padding to keep an image's aspect against stretching it to the model's input."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from mtss.experiments.catalogues import SHAPES, of_many_shapes, split_again
from mtss.experiments.linear_probe import probe_f1
from mtss.experiments.measuring import Percent, difference, student_and_teachers, table, today
from mtss.experiments.pooled import feature_set, pooled, shipped_projection
from mtss.images import Use, load_model_input, open_image
from mtss.training.backbones.catalogue import CATALOGUE_SIZE
from mtss.training.backbones.efficientnet_lite import load_pretrained

IMAGES, CATALOGUE_SEED = 1500, 61


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


def run(out: Path, seeds: int, images: int = IMAGES) -> int:
    """Measure and write OUT/input-geometry.md; 0."""
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
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
    text = report(scores, seeds, len(manifest.samples))
    (out / "input-geometry.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def report(scores: dict[str, list[Percent]], seeds: int, images: int) -> str:
    shapes = ", ".join(f"{w}×{h}" for w, h in SHAPES)
    gaps = {
        who: difference(scores[f"{who}, padded"], scores[f"{who}, stretched"]) for who in ("probe", "student")
    }
    lines = [
        "# Does padding to keep the aspect pay, against stretching?",
        "",
        f"{today()}. Command: `mtss experiment input-geometry --out DIR --seeds {seeds}`. {images} drawn "
        f"garments (seed {CATALOGUE_SEED}), a fifth of each shape: {shapes} pixels. Input "
        f"{CATALOGUE_SIZE[0]}×{CATALOGUE_SIZE[1]} (height × width). Splits by SKU, 65/10/25 %, drawn anew "
        "for each seed. F1@1 in percent, mean ± standard deviation over seeds. Probe: logistic regression "
        "on the same features.",
        "",
        *table(dict(sorted(scores.items()))),
        "",
        f"Padded minus stretched, mean over types, the same split each time: probe {gaps['probe']}; "
        f"student {gaps['student']}.",
        "",
    ]
    return "\n".join(lines)
