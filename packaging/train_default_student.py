"""Make the default student: draw a catalogue of another seed than the demo's, train, copy to resources.

    python packaging/train_default_student.py [--images 4000] [--work DIR]

Its metrics are those of garments (SKUs) that it never saw; its card says that all images are drawn.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from mtss.cli import main as mtss
from mtss.datasets import garments

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "resources" / "models" / "default"
CATALOGUE_SEED = 1001  # the demo catalogue has another seed, and none of its garments


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=4000)
    parser.add_argument("--work", type=Path, help="keep catalogue and checkpoints here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        return make(options.work or Path(temporary), options.images)


def make(work: Path, images: int) -> int:
    """Draw (unless drawn before), train, copy model.onnx and card.json."""
    catalogue, out = work / "catalogue", work / "student"
    if not (catalogue / "manifest.jsonl").is_file():
        garments.prepare(catalogue, images=images, seed=CATALOGUE_SEED, split=(0.75, 0.1, 0.15))
    arguments = ["train", "--manifest", str(catalogue / "manifest.jsonl"), "--out", str(out)]
    name = "Demo model (drawn garments)"
    status = mtss([*arguments, "--overwrite", "--name", name, "--synthetic", "--seed", "0"])
    if status:
        return status
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in ("model.onnx", "card.json"):
        shutil.copyfile(out / name, TARGET / name)
    size = (TARGET / "model.onnx").stat().st_size
    print(f"{TARGET / 'model.onnx'}: {size / 1e6:.2f} MB")
    return 0 if size <= 10_000_000 else 1


if __name__ == "__main__":
    sys.exit(main())
