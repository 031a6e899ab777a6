"""Fit the fixed projection that ends the backbone: 2,208 pooled numbers to 384.

    python packaging/fit_projection.py --check                  make the committed file again and compare
    python packaging/fit_projection.py --source garments --images 1500 --seed 7 --out FILE.npz

`--source photos` (the default) crops scikit-image's public photographs; with the default values it gives
mtss/training/backbones/projection.npz, byte for byte on the kind of processor it was made on.
`--source garments` draws a catalogue with the seed and takes its images whole.
Another projection is another backbone: its id changes, stored features are computed anew, and the default
student must be trained again (`make default-student`). So the file in place is never overwritten here.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from mtss.datasets import garments
from mtss.images import load_model_input, model_input
from mtss.manifest import Manifest
from mtss.training.backbones.catalogue import CATALOGUE_SIZE, PROJECTION
from mtss.training.backbones.efficientnet_lite import load_pretrained
from mtss.training.backbones.projection import Projection, principal
from mtss.training.backbones.stages import pool_all

# "cat" is "chelsea" by another name and counts twice: it stays, so that the committed file can be made again.
PHOTOS = (
    *("chelsea", "coffee", "astronaut", "rocket", "cat", "camera", "moon", "page", "text", "coins"),
    *("brick", "grass", "gravel", "retina", "hubble_deep_field", "immunohistochemistry", "colorwheel"),
    *("clock", "horse", "logo"),
)
SMALLEST = 0.15  # side of a crop, as a share of the photograph's
LEAST_SIDE = 32  # pixels of a crop
# Other rounding turns rows of nearly equal variance. Measured: the worst row's cosine is 0.9998 where the
# pooled numbers move by 1e-5 of their size, 0.990 at 1e-4, 0.83 at 1e-3.
SAME_COSINE = 0.99
WORTH_A_POOL = 64  # fewer images are drawn sooner than worker processes have started


def main() -> int:
    """0; 1 when --check finds another projection than the committed one; 2 on bad input."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", choices=("photos", "garments"), default="photos")
    parser.add_argument("--images", type=int, default=1500, help="crops, or drawn images")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dim", type=int, default=384)
    parser.add_argument(
        "--last-weight", type=float, default=1.0, help="the last pooling's, against a stage's 1"
    )
    parser.add_argument("--out", type=Path, help="the .npz file to write")
    parser.add_argument("--check", action="store_true", help="compare with the committed file")
    options = parser.parse_args()
    if not 1 <= options.dim < options.images:
        print(f"--dim must be at least 1 and below --images ({options.images})", file=sys.stderr)
        return 2
    torch.set_num_threads(1)  # the order of additions, and so the bytes, depends on it
    images = (photo_crops if options.source == "photos" else drawn)(options.images, options.seed)
    pooled = pool_all(load_pretrained(), images).astype(np.float64)
    projection = principal(pooled, options.dim, options.last_weight)
    print(f"{len(images)} images; {projection.kept:.2%} of the standardised variance kept")
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        projection.save(options.out)
    return compare(projection) if options.check else 0


def photo_crops(count: int, seed: int) -> np.ndarray:
    """uint8 [count, H, W, 3]: crops of any aspect, half of them mirrored, each photograph in turn."""
    from skimage import data

    photos = [_picture(getattr(data, name)()) for name in PHOTOS]
    rng = np.random.default_rng(seed)
    crops = [_crop(photos[i % len(photos)], rng) for i in range(count)]
    return np.stack([model_input(crop, CATALOGUE_SIZE) for crop in crops])


def drawn(count: int, seed: int) -> np.ndarray:
    """uint8 [count, H, W, 3]: a catalogue of every class, drawn for this purpose and thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = 1 if count < WORTH_A_POOL else None
        path = garments.prepare(
            Path(folder) / "catalogue", images=count, seed=seed, vocabulary="all", jobs=jobs
        )
        manifest = Manifest.read(path)
        return np.stack([load_model_input(manifest.resolve(s), CATALOGUE_SIZE) for s in manifest.samples])


def _picture(pixels: np.ndarray) -> Image.Image:
    grey = pixels.astype(np.uint8) * 255 if pixels.dtype == bool else pixels
    return Image.fromarray(grey).convert("RGB")


def _crop(photo: Image.Image, rng: np.random.Generator) -> Image.Image:
    share = rng.uniform(SMALLEST, 1)
    width = min(max(LEAST_SIDE, int(photo.width * share)), photo.width)
    height = min(max(LEAST_SIDE, int(photo.height * share)), photo.height)
    x, y = (int(rng.integers(0, room + 1)) for room in (photo.width - width, photo.height - height))
    crop = photo.crop((x, y, x + width, y + height))
    return crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else crop


def compare(projection: Projection) -> int:
    """0 where the committed file is this projection, to the byte or but for rounding; else 1."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PROJECTION.name
        projection.save(path)
        if path.read_bytes() == PROJECTION.read_bytes():
            print(f"{PROJECTION.name}: the same bytes")
            return 0
    with np.load(PROJECTION, allow_pickle=False) as file:
        committed = file["weight"].astype(np.float64)
    if committed.shape != projection.weight.shape:
        print(f"{PROJECTION.name} has shape {committed.shape}, this one {projection.weight.shape}")
        return 1
    lengths = np.linalg.norm(committed, axis=1) * np.linalg.norm(projection.weight, axis=1)
    cosine = np.abs((committed * projection.weight).sum(axis=1)) / lengths
    print(f"{PROJECTION.name}: other bytes; cosine of corresponding rows at least {cosine.min():.5f}")
    return 0 if cosine.min() >= SAME_COSINE else 1


if __name__ == "__main__":
    sys.exit(main())
