"""`mtss prepare garments`: the options, and what they do."""

import argparse
import json
import sys
from pathlib import Path

from mtss.datasets.garments.prepare import CatalogueProblem, prepare
from mtss.datasets.garments.vocabulary import VOCABULARIES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of the catalogue to a parser."""
    parser.add_argument("--images", type=int, required=True, metavar="N", help="how many images to draw")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    parser.add_argument(
        "--seed", type=int, default=0, help="the same seed draws the same catalogue (default 0)"
    )
    parser.add_argument("--vocabulary", choices=tuple(VOCABULARIES), default="base",
                        help="which classes: base, extended (none of base's categories), or all")  # fmt: skip
    parser.add_argument(
        "--size", type=parse_size, default=(480, 600), metavar="WxH", help="pixels (default 480x600)"
    )
    parser.add_argument(
        "--street", type=float, default=0.35, help="fraction photographed out of doors (default 0.35)"
    )
    parser.add_argument(
        "--zipf", type=float, default=0.5, help="exponent of the long tail, 0 for even classes (default 0.5)"
    )
    parser.add_argument("--sparsity", type=float, default=0.0, help="fraction of types that nobody looked at")
    parser.add_argument("--noise", type=float, default=0.0, help="fraction of labels with a wrong class")
    parser.add_argument(
        "--false-negatives", type=float, default=0.0, help="fraction of labels with a class missing"
    )
    parser.add_argument("--split", type=parse_split, default=(0.6, 0.1, 0.3), metavar="TRAIN,VAL,TEST",
                        help="parts by SKU (default 0.6,0.1,0.3)")  # fmt: skip
    parser.add_argument("--jobs", type=int, default=None, help="processes (default: one a core)")


def parse_size(text: str) -> tuple[int, int]:
    """ "480x600" as width and height."""
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a size like 480x600")
    return int(width), int(height)


def parse_split(text: str) -> tuple[float, float, float]:
    """ "0.6,0.1,0.3" as three fractions."""
    try:
        train, val, test = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a split like 0.6,0.1,0.3") from None
    return train, val, test


def run(args: argparse.Namespace) -> int:
    """Draws the catalogue; returns the exit status: 0, or 2 with one line on bad input."""
    try:
        manifest = prepare(
            args.out, images=args.images, seed=args.seed, vocabulary=args.vocabulary, size=args.size,
            street=args.street, zipf=args.zipf, sparsity=args.sparsity, noise=args.noise,
            false_negatives=args.false_negatives, split=args.split, jobs=args.jobs, progress=_show,
        )  # fmt: skip
    except CatalogueProblem as problem:
        sys.stderr.write(f"mtss: {problem}\n")
        return 2
    if getattr(args, "json", False):
        sys.stdout.write(json.dumps({"manifest": str(manifest), "images": args.images}) + "\n")
    else:
        sys.stdout.write(f"{args.images} images, {manifest}\n")
    return 0


def _show(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\rdrawing {done} of {total}" + ("\n" if done == total else ""))
