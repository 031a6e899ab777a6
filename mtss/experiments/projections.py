"""The fixed projection: principal components against random directions against none."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from mtss.experiments.catalogues import SPLITS, drawn, split_again
from mtss.experiments.measuring import Percent, means, student_and_teachers
from mtss.experiments.pooled import feature_set, pooled, shipped_projection
from mtss.experiments.reporting import Report, claim, table_by_type
from mtss.images import load_model_input
from mtss.manifest import Manifest
from mtss.training.backbones import projection
from mtss.training.backbones.catalogue import CATALOGUE_SIZE
from mtss.training.backbones.efficientnet_lite import load_pretrained
from mtss.training.backbones.stages import POOLED_DIM

CATALOGUE_SEED, DIM = 47, 384
SHIPPED = "components of photographs (shipped)"
OWN = "components of these training images"
RANDOM = "random directions"
NONE = f"none: all {POOLED_DIM} numbers"


def run(out: Path, seeds: int, images: int) -> Report:
    """F1@1 of the student behind each projection; catalogue and features are kept in OUT."""
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
    about = (
        f"{len(manifest.samples)} drawn garments (seed {CATALOGUE_SEED}), {POOLED_DIM} pooled numbers an "
        f"image, projected to {DIM}; components and random directions after the same standardisation of "
        f"the stages; random ones are drawn anew for each seed. F1@1 of the student in percent. {SPLITS}"
    )
    ours = means(scores[SHIPPED])
    claims = tuple(
        claim(f"{n} are better than what is shipped", means(scores[n]), ours) for n in (OWN, RANDOM, NONE)
    )
    return Report("Which projection of the pooled stages?", about, tuple(table_by_type(scores)), claims)


def variants(values: np.ndarray, learning: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Features [N, F] of each kind; what is fitted sees only the images of the mask `learning`."""
    seen = values[learning].astype(np.float64)
    dim = min(DIM, len(seen) - 1)  # centred, so many images have one direction less
    fitted = {OWN: projection.principal(seen, dim), RANDOM: projection.random(seen, dim, seed)}
    made = {name: p.apply(values).astype(np.float32) for name, p in fitted.items()}
    return {SHIPPED: shipped_projection(values), **made, NONE: values}
