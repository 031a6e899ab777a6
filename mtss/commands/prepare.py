"""mtss prepare: a published data set, folders, a table, a drawn catalogue → manifest.jsonl, labels.json."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from mtss.commands.options import Subparsers
from mtss.manifest import Manifest

Run = Callable[[argparse.Namespace], int]


def add(commands: Subparsers) -> None:
    from mtss.datasets import garments

    parser = commands.add_parser("prepare", help="make a manifest")
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    drawn = kinds.add_parser("garments", help="a drawn catalogue whose labels are all known")
    garments.add_arguments(drawn)
    drawn.add_argument("--json", action="store_true", help="print what was prepared as JSON")
    drawn.set_defaults(run=garments.run)
    folders = _add(kinds, "folders", _folders, "images in folders named after classes")
    folders.add_argument("--type", default="category", help="the attribute type the folders stand for")
    _add(kinds, "csv", _table, "a table: a column image, one column a type, several values as a|b")
    fashion = _add(kinds, "deepfashion", _deepfashion, "DeepFashion's folder (Anno, Eval, Img)")
    fashion.add_argument("--clip-boxes", action="store_true", help="cut boxes that leave their picture")
    materials = _add(
        kinds, "imaterialist", _imaterialist, "iMaterialist-Fashion 2018: folder of its JSON files"
    )
    darn = _add(kinds, "darn", _darn, "DARN: its table of image, URL and nine attributes")
    _add_emoji(kinds)
    _add_domains(kinds)
    for kind in (materials, darn):
        kind.add_argument("--images", type=Path, metavar="DIR", help="the downloaded images (default: PATH)")


def _add_emoji(kinds: Subparsers) -> None:
    from mtss.datasets.garments.command import parse_split

    words = "emoji of two vendors: npm's emoji-datasource-google and emoji-datasource-twitter"
    parser: argparse.ArgumentParser = kinds.add_parser("emoji", help=words, description=words)
    for vendor in ("google", "twitter"):
        parser.add_argument(f"--{vendor}", type=Path, required=True, metavar="DIR|TGZ")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    parser.add_argument("--seed", type=int, default=0, help="draws which concepts are in which split")
    parser.add_argument("--split", type=parse_split, default=(0.6, 0.1, 0.3), metavar="TRAIN,VAL,TEST",
                        help="parts by concept (default 0.6,0.1,0.3)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print what was prepared as JSON")
    parser.set_defaults(run=_emoji)


def _add_domains(kinds: Subparsers) -> None:
    words = "manifests of several domains as one; types and classes of equal names are the same"
    parser: argparse.ArgumentParser = kinds.add_parser("domains", help=words, description=words)
    parser.add_argument("parts", nargs="+", metavar="NAME=MANIFEST", help="a domain and its manifest")
    parser.add_argument(
        "--names",
        type=Path,
        metavar="CSV",
        help="what is called otherwise: a table with the columns domain, type, class, as; "
        "where class is empty the type itself is renamed",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the manifest")
    parser.add_argument("--json", action="store_true", help="print what was prepared as JSON")
    parser.set_defaults(run=_domains)


def _add(kinds: Subparsers, name: str, run: Run, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = kinds.add_parser(name, help=words, description=words)
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the manifest")
    parser.add_argument("--json", action="store_true", help="print what was prepared as JSON")
    parser.set_defaults(run=run)
    return parser


def _folders(options: argparse.Namespace) -> int:
    from mtss.datasets import folders

    return _write(folders.read(options.path, options.type), options)


def _table(options: argparse.Namespace) -> int:
    from mtss.datasets import csv

    return _write(csv.read(options.path), options)


def _deepfashion(options: argparse.Namespace) -> int:
    from mtss.datasets import deepfashion

    return _write(deepfashion.read(options.path, clip=options.clip_boxes), options)


def _imaterialist(options: argparse.Namespace) -> int:
    from mtss.datasets import imaterialist

    manifest, missing = imaterialist.read(options.path, options.images)
    return _write(manifest, options, missing)


def _darn(options: argparse.Namespace) -> int:
    from mtss.datasets import darn

    manifest, missing = darn.read(options.path, options.images)
    return _write(manifest, options, missing)


def _domains(options: argparse.Namespace) -> int:
    from mtss.datasets import domains
    from mtss.problem import Problem

    parts: dict[str, Manifest] = {}
    for words in options.parts:
        name, equals, path = words.partition("=")
        name = name.strip()
        if not (name and equals and path):
            raise Problem(f"{words}: a domain is given as NAME=MANIFEST")
        if name in parts:
            raise Problem(f"the domain '{name}' is given twice")
        parts[name] = Manifest.read(Path(path))
    return _write(domains.join(parts, options.names), options)


def _emoji(options: argparse.Namespace) -> int:
    from mtss.datasets import emoji
    from mtss.datasets.writing import MANIFEST

    packages = {"google": options.google, "twitter": options.twitter}
    manifest = emoji.prepare(packages, options.out, seed=options.seed, split=options.split)
    return _tell(manifest, options.out / MANIFEST, options)


def _write(manifest: Manifest, options: argparse.Namespace, missing: int = 0) -> int:
    from mtss.datasets.writing import write_manifest

    gone = sum(not manifest.resolve(sample).is_file() for sample in manifest.samples)
    path = write_manifest(manifest, options.out)
    if gone:
        are = "1 of them is" if gone == 1 else f"{gone} of them are"
        sys.stderr.write(f"mtss: {are} not there, or no file; training leaves such out\n")
    return _tell(manifest, path, options, missing)


def _tell(manifest: Manifest, path: Path, options: argparse.Namespace, missing: int = 0) -> int:
    """What was prepared; `missing`: images that the data set names and nobody has."""
    types = {t.name: len(t.classes) for t in manifest.space.types}
    summary = {"manifest": str(path), "images": len(manifest.samples), "types": types}
    words = ", ".join(f"{name} ({count} classes)" for name, count in types.items())
    absent = f"; {missing} more were not found and are left out" if missing else ""
    text = (
        json.dumps(summary | ({"missing": missing} if missing else {}))
        if options.json
        else (f"{len(manifest.samples)} images{absent}; {words}")
    )
    sys.stdout.write(text + "\n")
    return 0
