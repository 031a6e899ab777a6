"""mtss prepare: a published data set, folders, a table, a drawn catalogue → manifest.jsonl, labels.json."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from mtss.commands.options import Subparsers
from mtss.manifest import Manifest
from mtss.words import counted

Read = Callable[[argparse.Namespace], tuple[Manifest, int]]  # and how many images nobody has


def add(commands: Subparsers) -> None:
    from mtss.datasets import garments

    parser = commands.add_parser("prepare", help="make a manifest")
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    words = "a drawn catalogue whose labels are all known"
    drawn = kinds.add_parser("garments", help=words, description=words)
    garments.add_arguments(drawn)
    _add_json(drawn)
    drawn.set_defaults(run=garments.run)
    words = "images in folders named after classes"
    folders = _add(kinds, "folders", _folders, words, "a folder with a folder of images for every class")
    folders.add_argument("--type", default="category", help="the attribute type the folders stand for")
    words = "a table: a column image, one column a type, several values as a|b"
    _add(kinds, "csv", _table, words, "the table, with commas; its folder is where the images' paths start")
    words = "DeepFashion's folder (Anno, Eval, Img)"
    fashion = _add(kinds, "deepfashion", _deepfashion, words, "the folder that holds Anno, Eval and Img")
    fashion.add_argument("--clip-boxes", action="store_true", help="cut boxes that leave their picture")
    words = "iMaterialist-Fashion 2018: folder of its JSON files"
    files = "the folder of train.json, validation.json, test.json and the label table"
    materials = _add(kinds, "imaterialist", _imaterialist, words, files)
    words = "DARN: its table of image, URL and nine attributes"
    darn = _add(kinds, "darn", _darn, words, "the table, with tabs or commas")
    materials.add_argument("--images", type=Path, metavar="DIR", help="the downloaded images (default: PATH)")
    darn.add_argument(
        "--images", type=Path, metavar="DIR", help="the downloaded images (default: its folder)"
    )
    _add_emoji(kinds)
    _add_domains(kinds)


def _add_emoji(kinds: Subparsers) -> None:
    from mtss.datasets.garments.command import parse_split

    words = "emoji of two vendors: npm's emoji-datasource-google and emoji-datasource-twitter"
    parser: argparse.ArgumentParser = kinds.add_parser("emoji", help=words, description=words)
    for vendor in ("google", "twitter"):
        parser.add_argument(f"--{vendor}", type=Path, required=True, metavar="DIR|TGZ",
                            help=f"the package emoji-datasource-{vendor}")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    parser.add_argument("--seed", type=int, default=0, help="draws which concepts are in which split")
    parser.add_argument("--split", type=parse_split, default=(0.6, 0.1, 0.3), metavar="TRAIN,VAL,TEST",
                        help="parts by concept (default 0.6,0.1,0.3)")  # fmt: skip
    _add_json(parser)
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
    _add_out(parser, _domains)


def _add(kinds: Subparsers, name: str, read: Read, words: str, path: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = kinds.add_parser(name, help=words, description=words)
    parser.add_argument("path", type=Path, metavar="PATH", help=path)
    _add_out(parser, read)
    return parser


def _add_out(parser: argparse.ArgumentParser, read: Read) -> None:
    """What all have in common that write a manifest of images which stay where they are."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the manifest")
    parser.add_argument("--overwrite", action="store_true", help="replace the manifest that --out holds")
    _add_json(parser)
    parser.set_defaults(run=_write, read=read)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print what was prepared as JSON")


def _folders(options: argparse.Namespace) -> tuple[Manifest, int]:
    from mtss.datasets import folders

    return folders.read(options.path, options.type), 0


def _table(options: argparse.Namespace) -> tuple[Manifest, int]:
    from mtss.datasets import csv

    return csv.read(options.path), 0


def _deepfashion(options: argparse.Namespace) -> tuple[Manifest, int]:
    from mtss.datasets import deepfashion

    return deepfashion.read(options.path, clip=options.clip_boxes), 0


def _imaterialist(options: argparse.Namespace) -> tuple[Manifest, int]:
    from mtss.datasets import imaterialist

    return imaterialist.read(options.path, options.images)


def _darn(options: argparse.Namespace) -> tuple[Manifest, int]:
    from mtss.datasets import darn

    return darn.read(options.path, options.images)


def _domains(options: argparse.Namespace) -> tuple[Manifest, int]:
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
    return domains.join(parts, options.names), 0


def _emoji(options: argparse.Namespace) -> int:
    from mtss.datasets import emoji
    from mtss.datasets.writing import MANIFEST

    packages = {"google": options.google, "twitter": options.twitter}
    manifest = emoji.prepare(packages, options.out, seed=options.seed, split=options.split)
    return _tell(manifest, options.out / MANIFEST, options)


def _write(options: argparse.Namespace) -> int:
    from mtss.datasets.writing import check_free, write_manifest

    if not options.overwrite:
        check_free(options.out)
    manifest, missing = options.read(options)
    gone = sum(not manifest.resolve(sample).is_file() for sample in manifest.samples)
    path = write_manifest(manifest, options.out)
    if gone:
        are = counted(gone, "of them is", "of them are")
        sys.stderr.write(f"mtss: {are} not there, or no file; training leaves such out\n")
    return _tell(manifest, path, options, missing)


def _tell(manifest: Manifest, path: Path, options: argparse.Namespace, missing: int = 0) -> int:
    """What was prepared; `missing`: images that the data set names and nobody has."""
    types = {t.name: len(t.classes) for t in manifest.space.types}
    summary = {"manifest": str(path), "images": len(manifest.samples), "types": types}
    words = ", ".join(f"{name} ({counted(count, 'class', 'classes')})" for name, count in types.items())
    were = "was not found and is" if missing == 1 else "were not found and are"
    absent = f"; {missing} more {were} left out" if missing else ""
    text = (
        json.dumps(summary | ({"missing": missing} if missing else {}))
        if options.json
        else f"{counted(len(manifest.samples), 'image')}{absent}; {words}"
    )
    sys.stdout.write(text + "\n")
    return 0
