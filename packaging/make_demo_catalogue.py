"""Draws the demo catalogue that ships in resources/demo.

    python packaging/make_demo_catalogue.py [--out resources/demo]

The folder must be empty. The seed is the demo's own: the default student is trained on other seeds, so
it has never seen these articles. Commit the result once; every version stays in the history.
"""

import argparse
import sys
from pathlib import Path

from mtss.datasets.garments import CatalogueProblem, prepare

IMAGES = 320
SEED = 20
QUALITY = 77  # about 36 kB an image: 320 stay below 12 MB
MOST_BYTES = 12_000_000


def main() -> int:
    """Draws the catalogue and says how large it is; exit status 1 if it is too large, 2 if it is refused."""
    parser = argparse.ArgumentParser(description="Draw the demo catalogue.")
    default = Path(__file__).resolve().parent.parent / "resources" / "demo"
    parser.add_argument("--out", type=Path, default=default)
    out: Path = parser.parse_args().out
    try:
        manifest = prepare(out, images=IMAGES, seed=SEED, street=0.3, zipf=0.4, quality=QUALITY)
    except CatalogueProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{manifest}: {IMAGES} images, {size / 1e6:.1f} MB")
    return 0 if size <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
