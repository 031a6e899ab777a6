"""`mtss prepare garments`: the options, and what they do."""

import argparse
import json
import sys
from pathlib import Path

from mtss.datasets.garments.prepare import prepare
from mtss.datasets.garments.vocabulary import TYPES, VOCABULARIES
from mtss.words import counted

SLIPS = {
    "sparsity": "types that nobody looked at",
    "noise": "labels with a wrong class",
    "false-negatives": "labels with a class missing",
}


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
    for name, words in SLIPS.items():
        parser.add_argument(f"--{name}", type=parse_rate, action="append", metavar="[TYPE=]F",
                            help=f"fraction of {words} (default 0); again for other types")  # fmt: skip
    parser.add_argument("--views", type=parse_views, metavar="N|A-B",
                        help="photographs of an article, 1 to 4 (default: 1 to 4, mostly few)")  # fmt: skip
    parser.add_argument("--split", type=parse_split, default=(0.6, 0.1, 0.3), metavar="TRAIN,VAL,TEST",
                        help="parts by SKU (default 0.6,0.1,0.3)")  # fmt: skip
    parser.add_argument("--jobs", type=int, default=None, help="processes (default: one a core)")


def parse_size(text: str) -> tuple[int, int]:
    """ "480x600" as width and height."""
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a size like 480x600")
    return int(width), int(height)


def parse_rate(text: str) -> dict[str, float]:
    """ "0.3" for every type, "texture=0.9" for one."""
    name, equals, number = text.rpartition("=")
    try:
        rate = float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a fraction like 0.3 or texture=0.3") from None
    return {name: rate} if equals else dict.fromkeys(TYPES, rate)


def parse_views(text: str) -> tuple[int, int]:
    """ "2", or "1-3" for the fewest and the most."""
    fewest, _, most = text.partition("-")
    most = most or fewest
    if not (fewest.isdecimal() and most.isdecimal()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of views like 2 or 1-3")
    return int(fewest), int(most)


def parse_split(text: str) -> tuple[float, float, float]:
    """ "0.6,0.1,0.3" as three fractions."""
    try:
        train, val, test = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a split like 0.6,0.1,0.3") from None
    return train, val, test


def run(args: argparse.Namespace) -> int:
    """Draws the catalogue; the exit status. Raises Problem."""
    manifest = prepare(
        args.out, images=args.images, seed=args.seed, vocabulary=args.vocabulary, size=args.size,
        street=args.street, zipf=args.zipf, sparsity=_rates(args.sparsity), noise=_rates(args.noise),
        false_negatives=_rates(args.false_negatives), split=args.split, views=args.views, jobs=args.jobs,
        progress=_show,
    )  # fmt: skip
    if getattr(args, "json", False):
        sys.stdout.write(json.dumps({"manifest": str(manifest), "images": args.images}) + "\n")
    else:
        sys.stdout.write(f"{counted(args.images, 'image')}, {manifest}\n")
    return 0


def _rates(given: list[dict[str, float]] | None) -> dict[str, float]:
    """What was said last about a type holds."""
    return {name: rate for rates in given or () for name, rate in rates.items()}


def _show(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\rdrawing {done} of {total}" + ("\n" if done == total else ""))
