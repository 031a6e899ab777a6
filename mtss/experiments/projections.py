"""The fixed projection: principal components against random directions against none."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch

from mtss.experiments.catalogues import drawn, split_again
from mtss.experiments.measuring import Percent, difference, student_and_teachers, table, today
from mtss.experiments.pooled import feature_set, pooled, shipped_projection
from mtss.images import load_model_input
from mtss.manifest import Manifest
from mtss.training.backbones import projection
from mtss.training.backbones.catalogue import CATALOGUE_SIZE
from mtss.training.backbones.efficientnet_lite import load_pretrained
from mtss.training.backbones.stages import POOLED_DIM

IMAGES, CATALOGUE_SEED, DIM = 1500, 47, 384
SHIPPED = "components of photographs (shipped)"
OWN = "components of these training images"
RANDOM = "random directions"
NONE = f"none: all {POOLED_DIM} numbers"


def run(out: Path, seeds: int, images: int = IMAGES) -> int:
    """Measure and write OUT/projections.md; 0."""
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    manifest = Manifest.read(drawn(out / f"catalogue-{CATALOGUE_SEED}", images, CATALOGUE_SEED))
    view = partial(load_model_input, size=CATALOGUE_SIZE)
    values = pooled(manifest, load_pretrained(), view, out / "pooled.npy")
    scores: dict[str, list[Percent]] = {}
    for seed in range(seeds):
        samples = split_again(manifest.samples, seed)
        learning = np.array([s.split != "test" for s in samples])
        for name, features in variants(values, learning, seed).items():
            data = feature_set(manifest, samples, features)
            student, _ = student_and_teachers(data, seed, out / "checkpoints")
            scores.setdefault(name, []).append(student)
    text = report(scores, seeds, len(manifest.samples))
    (out / "projections.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def variants(values: np.ndarray, learning: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Features [N, F] of each kind; what is fitted sees only the images of the mask `learning`."""
    seen = values[learning].astype(np.float64)
    dim = min(DIM, len(seen) - 1)  # centred, so many images have one direction less
    fitted = {OWN: projection.principal(seen, dim), RANDOM: projection.random(seen, dim, seed)}
    made = {name: p.apply(values).astype(np.float32) for name, p in fitted.items()}
    return {SHIPPED: shipped_projection(values), **made, NONE: values}


def report(scores: dict[str, list[Percent]], seeds: int, images: int) -> str:
    gaps = [f"{name} {difference(scores[name], scores[SHIPPED])}" for name in (OWN, RANDOM, NONE)]
    lines = [
        "# Which projection of the pooled stages?",
        "",
        f"{today()}. Command: `mtss experiment projections --out DIR --seeds {seeds}`. {images} drawn "
        f"garments (seed {CATALOGUE_SEED}), {POOLED_DIM} pooled numbers an image, projected to {DIM}; "
        "components and random directions after the same standardisation of the stages. Splits by SKU, "
        "65/10/25 %, and random directions are drawn anew for each seed. F1@1 of the student in percent, "
        "mean ± standard deviation over seeds.",
        "",
        *table(scores),
        "",
        "Against the shipped projection, mean over types, the same split each time: " + "; ".join(gaps) + ".",
        "",
    ]
    return "\n".join(lines)
